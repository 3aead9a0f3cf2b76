// Makes fresh etcd databases, snapshots and logs with the real binaries and compares what inquest reads in them with what etcd's
// own tools print. Skips, with exit status 0, where the binaries are missing. ETCD_BIN names a directory to take them from.
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, fstatSync, mkdtempSync, openSync, readdirSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readDiff, readHashKv, readHistory, readKeys, readLeases, readSnapshotStatus, readSpace } from '../dist/parsers/etcd-db/commands.js';
import { dumpWal, walTerms } from '../dist/parsers/etcd-wal/commands.js';
import { readRaftSnapshot } from '../dist/parsers/etcd-raft-snapshot/raft-snapshot.js';

const bin = (name) => {
  const own = process.env.ETCD_BIN === undefined ? null : join(process.env.ETCD_BIN, name);
  if (own !== null) return existsSync(own) ? own : null;
  return ['/usr/bin', '/usr/local/bin'].map((dir) => join(dir, name)).find((path) => existsSync(path)) ?? null;
};

const etcd = bin('etcd');
const etcdctl = bin('etcdctl');
const statusTool = bin('etcdutl') ?? etcdctl;
if (etcd === null || etcdctl === null) {
  console.log('check:etcd: no etcd and etcdctl here; nothing compared');
  process.exit(0);
}

const home = mkdtempSync(join(tmpdir(), 'inquest-etcd-'));
const running = new Set();
let failures = 0;

function same(what, ours, theirs) {
  const ok = JSON.stringify(ours) === JSON.stringify(theirs);
  if (!ok) failures += 1;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${what}${ok ? '' : `: inquest ${JSON.stringify(ours)}, etcd ${JSON.stringify(theirs)}`}`);
}

function open(path) {
  const fd = openSync(path, 'r');
  const { size } = fstatSync(fd);
  const read = (offset, length) => {
    const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - offset)));
    return buffer.subarray(0, buffer.length === 0 ? 0 : readSync(fd, buffer, 0, buffer.length, offset));
  };
  return { size, read, close: () => closeSync(fd) };
}

const env = { ...process.env, ETCDCTL_API: '3' };
const run = (program, ...args) => execFileSync(program, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28 });
const ctl = (...args) => run(etcdctl, '--endpoints=http://127.0.0.1:32379', ...args);
const txn = (input) => execFileSync(etcdctl, ['--endpoints=http://127.0.0.1:32379', 'txn'], { env, input, stdio: ['pipe', 'ignore', 'ignore'] });

async function start(dir, ...more) {
  const args = [
    '--name=check',
    `--data-dir=${dir}`,
    '--listen-client-urls=http://127.0.0.1:32379',
    '--advertise-client-urls=http://127.0.0.1:32379',
    '--listen-peer-urls=http://127.0.0.1:32380',
    '--initial-advertise-peer-urls=http://127.0.0.1:32380',
    '--initial-cluster=check=http://127.0.0.1:32380',
    '--snapshot-count=50',
    ...more,
  ];
  const child = spawn(etcd, args, { stdio: 'ignore' });
  running.add(child);
  child.once('exit', () => running.delete(child));
  for (let i = 0; i < 100; i += 1) {
    try {
      ctl('endpoint', 'health');
      return child;
    } catch {
      await sleep(100);
    }
  }
  throw new Error('etcd did not start');
}

async function stop(child) {
  child.kill('SIGTERM');
  while (running.has(child)) await sleep(50);
}

let snapshots = 0;
function compareSnapshot(what) {
  const path = join(home, `snapshot-${(snapshots += 1)}.db`);
  ctl('snapshot', 'save', path);
  const theirs = JSON.parse(run(statusTool, 'snapshot', 'status', path, '-w', 'json'));
  const ours = readSnapshotStatus(open(path), theirs.version === undefined ? '3.5' : '3.6');
  same(
    `${what}: status`,
    { hash: ours.hash, revision: ours.revision, totalKey: ours.totalKey, totalSize: ours.totalSize },
    { hash: theirs.hash, revision: theirs.revision, totalKey: theirs.totalKey, totalSize: theirs.totalSize },
  );
  same(`${what}: SHA-256, origin, damage`, [ours.sha256, ours.origin, ours.problemCount], ['ok', 'snapshot', 0]);
  return path;
}

function compareHashes(what, path, revisions, rule) {
  for (const revision of revisions) {
    const [row] = JSON.parse(ctl('endpoint', 'hashkv', `--rev=${revision}`, '-w', 'json'));
    const ours = readHashKv(open(path), revision, rule);
    const compact = row.HashKV.compact_revision ?? 0;
    const theirs = row.HashKV.hash;
    // right after a compaction newer servers print the hash kept from it, with the compact revision before it
    if (ours.ok && compact !== ours.compactRevision) console.log(`skip ${what}: hashkv at ${revision}: stored hash of an earlier compaction`);
    else same(`${what}: hashkv at ${revision === 0 ? 'the current revision' : revision}`, ours.ok ? ours.hash : ours.reason, theirs);
  }
}

function compareWal(what, dir) {
  const names = readdirSync(join(dir, 'member', 'wal')).filter((name) => name.endsWith('.wal'));
  const files = names.map((name) => ({ name, file: open(join(dir, 'member', 'wal', name)) }));
  const rows = [...dumpWal(files)];
  same(
    `${what}: WAL chain over ${rows.length} records`,
    rows.filter((row) => !row.sound).map((row) => row.text),
    [],
  );
  for (const name of readdirSync(join(dir, 'member', 'snap')).filter((n) => n.endsWith('.snap'))) {
    const file = open(join(dir, 'member', 'snap', name));
    const snapshot = readRaftSnapshot(file.read(0, file.size));
    const [term, index] = name
      .replace('.snap', '')
      .split('-')
      .map((hex) => Number.parseInt(hex, 16));
    same(`${what}: ${name}`, [snapshot.problem, snapshot.raftTerm, snapshot.raftIndex], [null, term, index]);
  }
  return { rows, terms: walTerms(files) };
}

async function main() {
  console.log(run(etcd, '--version').split('\n')[0]);
  const dir = join(home, 'data');
  let server = await start(dir);
  compareSnapshot('fresh');
  for (let i = 0; i < 40; i += 1) ctl('put', `/registry/pods/default/pod-${i % 12}`, 'x'.repeat(50 + i));
  const grant = /lease ([0-9a-f]+)/.exec(ctl('lease', 'grant', '600'))?.[1] ?? '';
  ctl('put', `--lease=${grant}`, '/registry/events/default/one', 'event');
  txn('\nput /registry/a 1\nput /registry/b 2\ndel /registry/pods/default/pod-3\n\n\n\n');
  ctl('del', '/registry/pods/default/pod-4');
  const before = compareSnapshot('puts, txn, delete, lease');
  compareHashes('never compacted', before, [0, 20, 40]);
  same(
    'leases',
    readLeases(open(before)).rows.map((r) => [r.id, r.ttlSeconds, r.keys]),
    [[grant.replace(/^0+/, ''), 600, 1]],
  );
  const listed = ctl('get', '', '--prefix', '--keys-only')
    .split('\n')
    .filter((line) => line !== '');
  same(
    'keys',
    readKeys(open(before)).rows.map((r) => r.key),
    listed,
  );
  same(
    'history',
    readHistory(open(before), '/registry/pods/default/pod-3').rows.map((r) => r.deleted),
    [false, false, false, false, true],
  );
  const [{ Status: status }] = JSON.parse(ctl('endpoint', 'status', '-w', 'json'));
  const space = readSpace(open(before));
  same('space: total', space.totalBytes, status.dbSize);
  const half = Math.floor(status.header.revision / 2);
  ctl('compact', '--physical', String(half));
  ctl('put', '/registry/after', 'compaction');
  const after = compareSnapshot('compacted');
  compareHashes('compacted', after, [0, half + 1, half + 5]);
  const diff = readDiff(open(before), open(after));
  same('diff of one history', [diff.firstDifferentRevision, diff.differenceCount, diff.aheadB], [null, 0, 1]);
  ctl('defrag');
  compareSnapshot('defragmented');
  await stop(server);
  const stopped = readSnapshotStatus(open(join(dir, 'member', 'snap', 'db')), '3.5');
  const theirs = JSON.parse(run(statusTool, 'snapshot', 'status', join(dir, 'member', 'snap', 'db'), '-w', 'json'));
  same('data directory: status', [stopped.hash, stopped.totalKey, stopped.origin], [theirs.hash, theirs.totalKey, 'data-dir']);
  const first = compareWal('data directory', dir);
  same(
    'terms',
    first.terms.map((t) => t.raftTerm),
    [1, 2],
  );
  server = await start(dir, '--quota-backend-bytes=4000000');
  for (let i = 0; i < 6; i += 1) {
    writeFileSync(join(home, 'value'), 'v'.repeat(1_000_000));
    try {
      execFileSync('sh', ['-c', `"${etcdctl}" --endpoints=http://127.0.0.1:32379 put /big/${i} < "${join(home, 'value')}"`], { env, stdio: 'ignore' });
    } catch {
      break;
    }
  }
  const full = compareSnapshot('over quota');
  same(
    'alarm',
    readSnapshotStatus(open(full)).contents.alarms.map((a) => a.alarm),
    ['NOSPACE'],
  );
  await stop(server);
  same(
    'alarm in the WAL',
    compareWal('over quota', dir).rows.some((row) => row.text.startsWith('alarm activate NOSPACE')),
    true,
  );
  const restored = join(home, 'restored');
  run(
    statusTool,
    'snapshot',
    'restore',
    after,
    `--data-dir=${restored}`,
    '--name=check',
    '--initial-cluster=check=http://127.0.0.1:32380',
    '--initial-advertise-peer-urls=http://127.0.0.1:32380',
  );
  compareWal('restored', restored);
  server = await start(restored);
  ctl('put', '/registry/a', 'another history');
  const forked = compareSnapshot('restored');
  await stop(server);
  const fork = readDiff(open(full), open(forked));
  console.log(
    `     fork: first different revision ${fork.firstDifferentRevision}, ${fork.differenceCount} differences, keys ${fork.keys.map((k) => k.key).join(' ')}`,
  );
  same('diff of two histories', fork.firstDifferentRevision === null, false);
}

try {
  await main();
} finally {
  for (const child of running) child.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
}
console.log(failures === 0 ? 'check:etcd: all equal' : `check:etcd: ${failures} differences`);
process.exitCode = failures === 0 ? 0 : 1;
