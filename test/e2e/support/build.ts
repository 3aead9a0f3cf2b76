import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Compiles what is stale before the tests that run the program itself. */
export default function setup(): void {
  const script = "import('./scripts/setup.mjs').then(({ buildIfStale }) => buildIfStale())";
  const { status, stderr } = spawnSync(process.execPath, ['-e', script], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    encoding: 'utf8',
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  if (status !== 0) throw new Error(`the build failed:\n${stderr}`);
}
