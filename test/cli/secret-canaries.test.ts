import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tar } from '../bundle/pack.ts';
import build from '../e2e/support/build.ts';
import { inquest } from '../e2e/support/inquest.ts';
import { workFolder } from '../support/work-folder.ts';
import { NEVER_KEPT, REDACTED_ONLY, traces } from './canaries.ts';

const work = workFolder();
let outputs: ReadonlyMap<string, string>;
let redacted: ReadonlyMap<string, string>;
let bundle: string;
let file: string;

/** Everything a case holds: the bytes of the file, every value of every table, packed text unpacked. */
function contents(path: string): string {
  const db = new Database(path, { readonly: true });
  const parts: string[] = [readFileSync(path).toString('latin1')];
  const tables = db.prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  for (const { name } of tables) {
    for (const row of db.prepare<[], Record<string, unknown>>(`SELECT * FROM ${name}`).iterate()) {
      for (const value of Object.values(row)) {
        if (typeof value === 'string') parts.push(value);
        if (value instanceof Uint8Array) parts.push(Buffer.from(row.codec === 1 ? brotliDecompressSync(value) : value).toString('latin1'));
      }
    }
  }
  db.close();
  return parts.join('\n');
}

beforeAll(async () => {
  build();
  bundle = work.write('bundle.tar', await tar(...[...NEVER_KEPT, ...REDACTED_ONLY].map(({ path, body }) => ({ name: path, body }))));
  file = join(work.path, 'case.inquest');
  expect((await inquest(['ingest', bundle, '-o', file])).status).toBe(0);
  const all = new Map([['case', contents(file)]]);
  for (const format of ['text', 'json', 'markdown', 'html', 'sarif'])
    all.set(`analyze ${format}`, (await inquest(['analyze', file, '--format', format])).stdout);
  for (const format of ['text', 'jsonl', 'csv', 'timesketch']) all.set(`timeline ${format}`, (await inquest(['timeline', file, '--format', format])).stdout);
  outputs = all;
  const archive = join(work.path, 'redacted.tar.gz');
  expect((await inquest(['redact', bundle, '-o', archive])).status).toBe(0);
  const to = join(work.path, 'redacted');
  mkdirSync(to);
  execFileSync('tar', ['-xzf', archive, '-C', to]);
  const files = readdirSync(to, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  redacted = new Map(
    files.map((one) => {
      const bytes = readFileSync(join(one.parentPath, one.name));
      return [one.name, (one.name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1')];
    }),
  );
}, 300_000);
afterAll(work.remove);

const found = (texts: ReadonlyMap<string, string>, canary: string): readonly string[] =>
  [...texts].filter(([, text]) => traces(canary).some((trace) => text.includes(trace))).map(([name]) => name);

describe('a secret planted in a bundle', () => {
  it.each(NEVER_KEPT.map(({ path, canary }) => [path, canary]))('is in neither the case nor any output: %s', (_path, canary) => {
    expect(found(outputs, canary)).toEqual([]);
  });

  it.each([...NEVER_KEPT, ...REDACTED_ONLY].map(({ path, canary }) => [path, canary]))('is not in the redacted bundle: %s', (_path, canary) => {
    expect(found(redacted, canary)).toEqual([]);
  });

  it('is found where it is kept, so that looking for it means something', () => {
    const kept = REDACTED_ONLY.filter(({ path, canary, body }) => path.endsWith('.log') && traces(canary).some((trace) => body.includes(trace)));
    expect(kept.length).toBeGreaterThan(3);
    for (const { canary } of kept) expect(found(outputs, canary)).toContain('case');
  });

  it('does not hinder verification', async () => {
    expect(await inquest(['verify', file, bundle])).toMatchObject({ status: 0 });
  });
});
