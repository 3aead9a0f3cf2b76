// The readers of binary files on their own, each on a file made for it.
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSnapshotStatus } from '../dist/parsers/etcd-db/commands.js';
import { etcdDb } from '../dist/parsers/etcd-db/etcd-db.js';
import { etcdWal } from '../dist/parsers/etcd-wal/etcd-wal.js';
import { journalFile } from '../dist/parsers/journal-file/journal-file.js';
import { openFile } from '../dist/pipeline/random-access.js';
import { makeDatabase, makeJournal, makeWal } from './native-samples.mjs';

const MB = 1e6;
const folder = join(tmpdir(), 'inquest-bench');

async function timed(name, files, read) {
  const began = performance.now();
  let bytes = 0;
  let facts = 0;
  let diagnostics = 0;
  const sink = {
    source: () => 1,
    fact: () => (facts += 1),
    diagnostic: () => (diagnostics += 1),
    cite: () => undefined,
    message: () => 1,
    events: () => undefined,
    count: () => undefined,
  };
  for (const { path, file } of files) {
    await read(file, sink, { path, hints: { generation: 'current' }, modifiedAt: null, size: file.size, collectedAt: null });
    bytes += file.size;
  }
  const seconds = (performance.now() - began) / 1000;
  return { name, seconds, bytes, note: `${facts.toLocaleString('en')} facts${diagnostics > 0 ? `, ${diagnostics} diagnostics` : ''}` };
}

function made(name, size, make) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  if (!existsSync(path) || statSync(path).size < size * 0.9) make(path, size);
  return { path, file: openFile(path) };
}

/** One row for each native reader; `megabytes` bounds the size of what is made. */
export async function nativeReaders(megabytes) {
  const db = made(`made-${megabytes}.db`, megabytes * MB, makeDatabase);
  const wal = made(`0000000000000000-${String(megabytes).padStart(16, '0')}.wal`, Math.min(64, megabytes) * MB, makeWal);
  const journal = made(`made-${megabytes}.journal`, megabytes * MB, makeJournal);
  const rows = [
    await timed('db: snapshot status', [db], (file) => readSnapshotStatus(file)),
    await timed('db: whole reader', [db], etcdDb.parse),
    await timed('wal', [wal], etcdWal.parse),
    await timed('journal', [journal], journalFile.parse),
  ];
  db.file.close();
  wal.file.close();
  journal.file.close();
  return rows;
}
