// npm run bench:tui [-- CASE.inquest | --events N]: how fast the terminal UI shows its first frame and answers keys, in a real pseudo-terminal.
// With --events a case of that many is made up and kept for the next time. Without either one is ingested from the bundle `npm run bench` made, or else from a sample bundle.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node-pty';
import { makeCase } from './bench-case.mjs';
import { root } from './setup.mjs';

const inquest = join(root, 'bin', 'inquest');
const folder = join(tmpdir(), 'inquest-bench');
const COLUMNS = 200;
const ROWS = 50;
/** one frame is drawn as one synchronised update */
const FRAME_END = '\u001b[?2026l';
/** longest wait for an answer; a key that changes nothing draws nothing and is left out of the figures */
const PATIENCE_MS = 400;

const GOALS = { firstFrame: 300, key: 50, single: 100 };

async function caseFile() {
  const asked = process.argv.indexOf('--events');
  if (asked > 0) {
    const events = Number(process.argv[asked + 1]);
    if (!Number.isSafeInteger(events) || events < 1000) throw new Error('--events takes a number from 1000 on');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `events-${events}.inquest`);
    if (!existsSync(path)) {
      process.stderr.write(`writing a case of ${events} events …\n`);
      await makeCase(path, events);
    }
    return path;
  }
  const given = process.argv.slice(2).find((one) => one.endsWith('.inquest'));
  if (given !== undefined) return given;
  mkdirSync(folder, { recursive: true });
  const bundles = readdirSync(folder)
    .filter((name) => /^bench-\d+\.tar\.gz$/.test(name))
    .toSorted((a, b) => Number(/\d+/.exec(b)?.[0]) - Number(/\d+/.exec(a)?.[0]));
  const bundle = bundles[0] === undefined ? join(root, 'sample-bundles', 'debug-volume.tar.gz') : join(folder, bundles[0]);
  const output = join(folder, 'tui.inquest');
  process.stderr.write(`ingesting ${bundle} …\n`);
  rmSync(output, { force: true });
  const done = spawnSync(process.execPath, [inquest, 'ingest', bundle, '-o', output], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (done.status !== 0 && done.status !== 4) throw new Error(`ingest ended with ${done.status}`);
  return output;
}

const DOWN = '\u001b[B';
const PAGE = '\u001b[6~';
const END = 'G';
const times = (key, n) => Array.from({ length: n }, () => key);

/** Every view, as a hurried person walks through them. */
const WALK = [
  ['findings', [...times(DOWN, 10), '\r', ...times(DOWN, 6), '\r', ...times(DOWN, 5), '\u001b', '\u001b', 'r', '\r', '\u001b', '\u001b']],
  [
    'timeline',
    [
      '2',
      ...times(DOWN, 20),
      ...times(PAGE, 20),
      END,
      ...times('\u001b[A', 10),
      ...times('\u001b[5~', 10),
      'g',
      ...times(PAGE, 5),
      ']',
      ...times(PAGE, 10),
      ']',
      ...times(DOWN, 5),
      'X',
      '=',
      ...times(PAGE, 10),
      'X',
      't',
      ...times(PAGE, 5),
      't',
      '\r',
      '\u001b',
    ],
  ],
  ['lanes', ['3', ...times('n', 10), ...times('+', 12), ...times('l', 20), ...times('H', 5), ...times('-', 6), '0', ...times('j', 5)]],
  ['search', ['2', 'g', '/', ...Array.from('slow fdat'), '\r', ...times('n', 8), '\u001b']],
  ['others', [...Array.from('45678'), '9', ...times(DOWN, 10), '7', ...times(PAGE, 10), '?', '\u001b', ':', 'g', 'o', '\u001b', 'T', 'T', 'T', 'T', '1']],
];

function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

async function walk(path) {
  const began = performance.now();
  const { NO_COLOR: _none, ...env } = process.env;
  const pty = spawn(process.execPath, [inquest, path], {
    cols: COLUMNS,
    rows: ROWS,
    cwd: root,
    name: 'xterm-256color',
    env: { ...env, XDG_STATE_HOME: join(folder, 'state') },
  });
  let seen = '';
  let frames = 0;
  let wake = () => undefined;
  pty.onData((data) => {
    seen = (seen + data).slice(-200_000);
    if (data.includes(FRAME_END)) frames += 1;
    wake();
  });
  const until = async (done, patience) => {
    const end = performance.now() + patience;
    while (!done() && performance.now() < end) {
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, Math.max(1, end - performance.now()));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return done();
  };
  await until(() => seen.includes('\u001b[?1049h'), 60_000);
  const entered = performance.now();
  await until(() => /Findings \d+ of|No findings/.test(seen), 60_000);
  const first = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const answers = new Map();
  for (const [name, keys] of WALK) {
    const list = [];
    for (const key of keys) {
      const before = frames;
      const sent = performance.now();
      pty.write(key);
      if (await until(() => frames > before, PATIENCE_MS)) list.push({ key, ms: performance.now() - sent });
      // a person takes a moment; what is read meanwhile may not be in the way of the next key
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    answers.set(name, list);
  }
  pty.write('Q');
  await new Promise((resolve) => pty.onExit(resolve));
  return { loaded: entered - began, firstFrame: first - entered, whole: first - began, answers };
}

const path = await caseFile();
const result = await walk(path);
const row = (name, value, goal) =>
  console.log(`${name.padEnd(34)} ${value.toFixed(1).padStart(8)} ms${goal === undefined ? '' : `   goal ${goal} ms ${value <= goal ? 'met' : 'MISSED'}`}`);
console.log(`${path}: ${(statSync(path).size / 1e6).toFixed(0)} MB, ${COLUMNS}×${ROWS}`);
row('process to screen taken over', result.loaded);
row('screen to first frame', result.firstFrame, GOALS.firstFrame);
row('process to first frame', result.whole);
const all = [...result.answers.values()].flat();
for (const [name, list] of result.answers) {
  const slowest = list
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, 3)
    .map(({ key, ms }) => `${JSON.stringify(key)} ${ms.toFixed(0)}`);
  row(
    `keys in ${name} (${list.length}), p95`,
    percentile(
      list.map((one) => one.ms),
      0.95,
    ),
  );
  console.log(`${' '.repeat(4)}slowest: ${slowest.join(', ')}`);
}
const answers = all.map((one) => one.ms);
row(`all ${all.length} keys, median`, percentile(answers, 0.5));
row(`all ${all.length} keys, p95`, percentile(answers, 0.95), GOALS.key);
row(`all ${all.length} keys, slowest`, percentile(answers, 1), GOALS.single);
process.exit(percentile(answers, 0.95) <= GOALS.key && percentile(answers, 1) <= GOALS.single && result.firstFrame <= GOALS.firstFrame ? 0 : 1);
