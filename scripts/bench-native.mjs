// The readers of other files than text logs on their own, each on a file made for it.
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSnapshotStatus } from '../dist/parsers/etcd-db/commands.js';
import { etcdDb } from '../dist/parsers/etcd-db/etcd-db.js';
import { etcdWal } from '../dist/parsers/etcd-wal/etcd-wal.js';
import { kubernetesAudit } from '../dist/parsers/kubernetes-audit/kubernetes-audit.js';
import { logExport } from '../dist/parsers/log-export/log-export.js';
import { journalFile } from '../dist/parsers/journal-file/journal-file.js';
import { openFile } from '../dist/pipeline/random-access.js';
import { makeAudit, makeDatabase, makeExport, makeJournal, makeWal } from './native-samples.mjs';

const MB = 1e6;
/** megabytes of an export: all its records are held to put them in order */
const EXPORT = 64;
const BLOCK = 1 << 20;
const NEWLINE = 10;
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

/** Hands an audit log to its reader in blocks of whole lines, as ingest does. */
function readAudit(file, sink, context) {
  const reader = kubernetesAudit.open(sink, context, file.read(0, 65_536));
  let line = 1;
  for (let offset = 0; offset < file.size;) {
    const bytes = file.read(offset, BLOCK);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    const raw = bytes.subarray(0, end === 0 ? bytes.length : end);
    let lines = 0;
    for (let at = raw.indexOf(NEWLINE); at >= 0; at = raw.indexOf(NEWLINE, at + 1)) lines += 1;
    reader.push(raw, offset, line, lines);
    line += lines;
    offset += raw.length;
  }
  reader.end();
}

/** One row for each native reader; `megabytes` bounds the size of what is made. */
export async function nativeReaders(megabytes) {
  const db = made(`made-${megabytes}.db`, megabytes * MB, makeDatabase);
  const wal = made(`0000000000000000-${String(megabytes).padStart(16, '0')}.wal`, Math.min(64, megabytes) * MB, makeWal);
  const journal = made(`made-${megabytes}.journal`, megabytes * MB, makeJournal);
  const exported = made(`made-${megabytes}.export.json`, Math.min(EXPORT, megabytes) * MB, makeExport);
  const audit = made(`made-${megabytes}.audit.log`, megabytes * MB, makeAudit);
  const rows = [
    await timed('db: snapshot status', [db], (file) => readSnapshotStatus(file)),
    await timed('db: whole reader', [db], etcdDb.parse),
    await timed('wal', [wal], etcdWal.parse),
    await timed('journal', [journal], journalFile.parse),
    await timed('log export', [exported], logExport.parse),
    await timed('audit log', [audit], readAudit),
  ];
  db.file.close();
  wal.file.close();
  journal.file.close();
  exported.file.close();
  audit.file.close();
  return rows;
}
