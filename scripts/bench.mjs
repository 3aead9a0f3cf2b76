// npm run bench [-- --mb 1000] [--keep]: how fast a large bundle becomes a finished case, whole and stage by stage.
// The bundle is made of the sample bundles' real etcd lines, shifted in time, for three nodes.
import { spawn, spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack as tarPack } from 'tar-stream';
import { openBundle } from '../dist/bundle/open-bundle.js';
import { DEFAULT_LIMITS } from '../dist/bundle/limits.js';
import { formatBytes } from '../dist/model/text.js';
import { parseRfc3339, formatRfc3339 } from '../dist/model/time.js';
import { root } from './setup.mjs';

const argument = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1];
};
const megabytes = Number(argument('mb', '1000'));
const samples = argument('samples', join(root, 'sample-bundles'));
const NODES = ['bench-1', 'bench-2', 'bench-3'];
/** largest file made for a native reader */
const NATIVE_MEGABYTES = 200;
const folder = join(tmpdir(), 'inquest-bench');

/** The etcd lines of one sample, envelopes off, by node, in order of time. */
function linesOf(sample) {
  const done = spawnSync(process.execPath, [join(root, 'bin', 'inquest'), 'timeline', sample, '--component', 'etcd', '--format', 'jsonl'], {
    maxBuffer: 1 << 30,
    encoding: 'utf8',
  });
  const nodes = new Map();
  for (const row of done.stdout.split('\n')) {
    if (row === '') continue;
    const { node, text } = JSON.parse(row);
    const line = unwrapped(text);
    const m = line === null ? null : /"ts":"([^"]+)"/.exec(line);
    if (m === null) continue;
    const lines = nodes.get(node) ?? [];
    lines.push({ at: parseRfc3339(m[1]) ?? 0, head: line.slice(0, m.index + 6), tail: line.slice(m.index + 6 + m[1].length) });
    nodes.set(node, lines);
  }
  return [...nodes.values()];
}

function unwrapped(text) {
  const at = text.indexOf('{"level":"');
  if (at >= 0) return text.endsWith('}') ? text.slice(at) : null;
  try {
    const message = JSON.parse(text).MESSAGE ?? JSON.parse(text).log;
    return typeof message === 'string' && message.startsWith('{"level":"') ? message.trimEnd() : null;
  } catch {
    return null;
  }
}

/** Every sample is replayed one after the other, again and again, each member's lines on a node of its own. */
async function makeBundle(path) {
  const replays = readdirSync(samples)
    .filter((name) => !name.endsWith('.md'))
    .toSorted()
    .map((name) => linesOf(join(samples, name)))
    .filter((nodes) => nodes.length >= NODES.length);
  if (replays.length === 0) throw new Error(`no etcd lines in ${samples}`);
  const size = replays.flat(2).reduce((sum, { head, tail }) => sum + head.length + tail.length + 28, 0);
  const rounds = Math.max(1, Math.round((megabytes * 1e6) / size));
  mkdirSync(folder, { recursive: true });
  const tar = tarPack();
  const done = pipeline(tar, createGzip({ level: 6 }), createWriteStream(`${path}.part`));
  const plain = join(folder, 'node.log');
  for (const [index, node] of NODES.entries()) {
    const out = createWriteStream(plain);
    let clock = parseRfc3339('2026-01-01T00:00:00Z');
    for (let round = 0; round < rounds; round += 1) {
      for (const nodes of replays) {
        const all = nodes.flat();
        const first = all.reduce((least, { at }) => Math.min(least, at), Infinity);
        const last = all.reduce((most, { at }) => Math.max(most, at), 0);
        const mine = nodes.filter((_, i) => i % NODES.length === index).flat();
        const text = mine.map(({ at, head, tail }) => `${head}${formatRfc3339(clock + at - first)}${tail}\n`).join('');
        if (text !== '' && !out.write(text)) await new Promise((resolve) => out.once('drain', resolve));
        clock += last - first + 60_000_000;
      }
    }
    await new Promise((resolve) => out.end(resolve));
    const entry = tar.entry({ name: `bench/${node}/etcd/etcd.log`, size: statSync(plain).size });
    await pipeline(createReadStream(plain), entry);
  }
  tar.finalize();
  await done;
  rmSync(plain);
  renameSync(`${path}.part`, path);
}

/** Runs a command and samples its resident memory. */
function measured(args) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let peak = 0;
    let text = '';
    const poll = setInterval(() => {
      try {
        peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) * 1024);
      } catch {
        // the process is gone, or this system has no /proc
      }
    }, 50);
    child.stdout.on('data', (piece) => (text += piece));
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(poll);
      resolve({ code, text, peak, seconds: (performance.now() - began) / 1000 });
    });
  });
}

async function drainSeconds(path) {
  const began = performance.now();
  let bytes = 0;
  const bundle = await openBundle(path, DEFAULT_LIMITS);
  for await (const entry of bundle.entries()) for await (const chunk of entry.chunks()) bytes += chunk.byteLength;
  return { seconds: (performance.now() - began) / 1000, bytes };
}

const bundle = join(folder, `bench-${megabytes}.tar.gz`);
if (!existsSync(bundle)) {
  process.stderr.write(`making ${megabytes} MB of etcd lines …\n`);
  await makeBundle(bundle);
}
const output = join(folder, 'bench.inquest');
rmSync(output, { force: true });
const opened = await drainSeconds(bundle);
const mb = opened.bytes / 1e6;
const row = (name, seconds, note = '', size = mb) =>
  console.log(`${name.padEnd(28)} ${seconds.toFixed(2).padStart(8)} s ${(size / seconds).toFixed(0).padStart(6)} MB/s  ${note}`);
console.log(`${formatBytes(opened.bytes)} of etcd zap JSON, ${formatBytes(statSync(bundle).size)} as .tar.gz`);
row('open, unpack, hash', opened.seconds);
const { ANALYSIS, stages } = await import('./bench-stages.mjs');
let analysis = 0;
for (const { name, seconds, note } of await stages(bundle)) {
  row(name, seconds, note);
  if (name === ANALYSIS) analysis = seconds;
}
const whole = await measured([join(root, 'bin', 'inquest'), 'ingest', bundle, '-o', output]);
const lines = Number(/(\d+) log lines/.exec(whole.text)?.[1] ?? 0);
row(
  'ingest and analyse, whole',
  whole.seconds,
  `${Math.round(lines / whole.seconds).toLocaleString('en')} lines/s, peak ${formatBytes(whole.peak)}, case ${formatBytes(statSync(output).size)}, analysis ${Math.round((100 * analysis) / whole.seconds)} %, exit ${whole.code}`,
);
const { nativeReaders } = await import('./bench-native.mjs');
for (const { name, seconds, bytes, note } of await nativeReaders(Math.min(megabytes, NATIVE_MEGABYTES))) row(name, seconds, note, bytes / 1e6);
if (!process.argv.includes('--keep')) rmSync(output, { force: true });
