// What must hold before a change goes in, besides the tests: every step runs, each says its verdict and time.
// Steps run two at a time; `npm run check -- types knip` runs only those named.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

const tool = (...parts) => [process.execPath, join(root, 'node_modules', ...parts)];

const steps = {
  format: [...tool('oxfmt', 'bin', 'oxfmt'), '--check', '.'],
  lint: [...tool('oxlint', 'bin', 'oxlint'), '--deny-warnings'],
  // of src and test alike
  types: [...tool('typescript', 'bin', 'tsc'), '-p', 'tsconfig.test.json'],
  unused: [...tool('knip', 'bin', 'knip.js'), '--no-progress'],
  architecture: [...tool('vitest', 'vitest.mjs'), 'run', 'test/architecture'],
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in steps));
if (unknown.length > 0) {
  process.stderr.write(`inquest: check takes any of ${Object.keys(steps).join(', ')} (${unknown.join(', ')})\n`);
  process.exit(2);
}

setUp();

function runStep([name, [command, ...args]]) {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => output.push(Buffer.from(`${error.message}\n`)));
    child.on('close', (status) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      process.stdout.write(`${status === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(13)} ${seconds.padStart(6)} s\n`);
      resolve({ name, ok: status === 0, output: Buffer.concat(output).toString('utf8') });
    });
  });
}

const queue = Object.entries(steps).filter(([name]) => wanted.length === 0 || wanted.includes(name));
const results = [];
const lane = async () => {
  for (let step = queue.shift(); step !== undefined; step = queue.shift()) results.push(await runStep(step));
};
await Promise.all(Array.from({ length: Math.max(1, Math.min(2, availableParallelism())) }, lane));

const failed = results.filter((result) => !result.ok);
for (const { name, output } of failed) process.stdout.write(`\n── ${name}\n${output.trimEnd()}\n`);
process.exit(failed.length === 0 ? 0 : 1);
