// The project's commands: each sets the checkout up first, so that they work in a fresh clone.
import { join } from 'node:path';
import { root, run, setUp } from './setup.mjs';

const [what, ...args] = process.argv.slice(2);
setUp();
const inquest = join(root, 'bin', 'inquest');

const commands = {
  start: () =>
    run(process.execPath, [inquest, ...(args.length > 0 ? args : [join(root, 'sample-bundles', 'no-leader')])], { cwd: process.env.INIT_CWD ?? root }),
  test: () => run(process.execPath, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...args]),
  bench: () => run(process.execPath, [join(root, 'scripts', 'bench.mjs'), ...args]),
  'check-etcd': () => run(process.execPath, [join(root, 'scripts', 'check-etcd.mjs'), ...args]),
};
const command = commands[what];
if (command === undefined) {
  process.stderr.write(`inquest: run.mjs takes one of ${Object.keys(commands).join(', ')} (${what ?? 'nothing given'})\n`);
  process.exit(2);
}
process.exit(command());
