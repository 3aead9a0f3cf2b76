// Compares what the journal-file parser reads with what journalctl reads from the same files, field by field.
// Usage: node scripts/check-journal.mjs [--built DIR] FILE.journal...   (needs journalctl and a build in dist/)
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';

const args = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));
const built = args[0] === '--built' ? args.splice(0, 2)[1] : join(root, 'dist');
const load = (path) => import(pathToFileURL(join(built, path)).href);
const { readHeader, firstObject } = await load('parsers/journal-file/header.js');
const { objectLayout } = await load('parsers/journal-file/objects.js');
const { Pages } = await load('parsers/journal-file/pages.js');
const { JournalEntry } = await load('parsers/journal-file/entry.js');
const { FieldReader, FIELD_NAMES } = await load('parsers/journal-file/fields.js');
const { Budget } = await load('parsers/journal-file/budget.js');
const { chainedEntries, scannedEntries } = await load('parsers/journal-file/walk.js');
const { openFile } = await load('pipeline/random-access.js');

const MAX_VALUE = 1 << 20;

async function* ours(path) {
  const file = openFile(path);
  const header = readHeader(file);
  const end = Math.min(file.size, header.expectedSize);
  const pages = new Pages(file, end);
  const layout = objectLayout(header.compact, firstObject(header, end));
  const fields = new FieldReader(pages, layout, new Budget(file.size));
  const entry = new JournalEntry();
  const seen = new Set();
  const state = { broken: null };
  for (const walk of [chainedEntries(pages, layout, header.entryArray, state), scannedEntries(pages, layout)]) {
    for (const offset of walk) {
      if (seen.has(offset) || !entry.read(pages, layout, offset)) continue;
      seen.add(offset);
      if (!fields.load(entry)) {
        await fields.unpackWaiting();
        fields.load(entry);
      }
      yield { seqnum: entry.seqnum, realtime: entry.realtime, monotonic: entry.monotonic, boot: entry.bootId, values: { ...fields.values } };
    }
    if (state.broken === null && seen.size >= header.entries) break;
  }
  file.close();
}

// the reader keeps one value of a repeated field, so any of journalctl's may match
const texts = (value) => {
  if (value === undefined) return [undefined];
  if (typeof value === 'string') return [value.slice(0, MAX_VALUE)];
  if (value === null) return ['(null)'];
  if (value.every((item) => typeof item === 'number')) return [Buffer.from(value).toString('utf8')];
  return value.flatMap(texts);
};

async function theirs(path) {
  const child = spawn('journalctl', ['--file', path, '-o', 'json', '--all', '--no-pager'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const entries = new Map();
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === '') continue;
    const json = JSON.parse(line);
    const seqnum = Number.parseInt(/;i=([0-9a-f]+);/.exec(json.__CURSOR)[1], 16);
    entries.set(seqnum, {
      realtime: Number(json.__REALTIME_TIMESTAMP),
      monotonic: Number(json.__MONOTONIC_TIMESTAMP),
      boot: json._BOOT_ID,
      values: Object.fromEntries(FIELD_NAMES.map((name) => [name, texts(json[name])])),
    });
  }
  return entries;
}

let failed = false;
for (const path of args) {
  const expected = await theirs(path);
  const differences = [];
  const hash = createHash('sha256');
  let read = 0;
  let more = 0;
  for await (const entry of ours(path)) {
    read += 1;
    hash.update(`${entry.seqnum} ${entry.values.MESSAGE}\n`);
    const other = expected.get(entry.seqnum);
    if (other === undefined) {
      more += 1;
      continue;
    }
    expected.delete(entry.seqnum);
    for (const key of ['realtime', 'monotonic', 'boot'])
      if (entry[key] !== other[key]) differences.push(`${entry.seqnum} ${key}: ${entry[key]} / ${other[key]}`);
    for (const name of FIELD_NAMES) {
      if (!other.values[name].includes(entry.values[name]))
        differences.push(`${entry.seqnum} ${name}: ${String(entry.values[name]).slice(0, 80)} / ${String(other.values[name][0]).slice(0, 80)}`);
    }
  }
  const verdict = differences.length === 0 && expected.size === 0 && more === 0 ? 'same' : 'DIFFERENT';
  if (verdict !== 'same') failed = true;
  process.stdout.write(
    `${verdict} ${path}: ${read} entries, ${differences.length} differences, ${expected.size} only journalctl has, ${more} only we have, ${hash.digest('hex').slice(0, 12)}\n`,
  );
  for (const difference of differences.slice(0, 10)) process.stdout.write(`  ${difference}\n`);
}
process.exit(failed ? 1 : 0);
