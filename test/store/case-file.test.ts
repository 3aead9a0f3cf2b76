import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/model/errors.ts';
import { isCaseFile } from '../../src/store/case-file.ts';
import { openCase } from '../../src/store/case-reader.ts';
import { createCase } from '../../src/store/case-writer.ts';
import { addBundle, addLines, addSource, COUNTS, withFolder } from './builder.ts';

function refusal(path: string): UsageError {
  try {
    openCase(path).close();
  } catch (cause) {
    if (cause instanceof UsageError) return cause;
    throw cause;
  }
  throw new Error('was not refused');
}

function finishedCase(path: string): void {
  const writer = createCase(path);
  const entry = writer.beginEntry({ bundle: addBundle(writer), path: 'a.log', modifiedAt: null });
  const source = addSource(writer, entry, 'cp1');
  addLines(
    writer,
    entry,
    Array.from({ length: 3000 }, (_, i) => ({ source, time: 1e15 + i, text: `line ${i}` })),
  );
  writer.endEntry(entry, { ...COUNTS, sha256: '', bytes: 0, lines: 3000, events: 3000 });
  writer.finish();
}

describe('what is not a finished case is refused', () => {
  test('a missing file, a folder, an empty file, text, another SQLite database', () =>
    withFolder((folder) => {
      const text = join(folder, 'text.txt');
      writeFileSync(text, 'hello\n'.repeat(100));
      const empty = join(folder, 'empty');
      writeFileSync(empty, '');
      const other = join(folder, 'other.db');
      const db = new Database(other);
      db.exec('CREATE TABLE case_info (key, value)');
      db.close();
      for (const path of [text, empty, other, folder]) {
        expect(isCaseFile(path)).toBe(false);
        const error = refusal(path);
        expect(error.message).toContain('not an inquest case');
        expect(error).toMatchObject({ exitCode: 3, subject: path });
      }
      const missing = join(folder, 'missing');
      expect(isCaseFile(missing)).toBe(false);
      expect(refusal(missing)).toMatchObject({ exitCode: 3, message: 'the case cannot be read: there is no such file' });
    }));

  test('a case whose building was broken off', () =>
    withFolder((folder) => {
      const path = join(folder, 'half.inquest');
      const writer = createCase(path);
      const entry = writer.beginEntry({ bundle: addBundle(writer), path: 'a.log', modifiedAt: null });
      const source = addSource(writer, entry, 'cp1');
      addLines(
        writer,
        entry,
        Array.from({ length: 500 }, (_, i) => ({ source, time: i, text: 'x' })),
      );
      const copy = join(folder, 'copy.inquest');
      copyFileSync(path, copy);
      writer.abort();
      for (const file of [path, copy]) {
        expect(isCaseFile(file)).toBe(true);
        expect(refusal(file)).toMatchObject({ exitCode: 3 });
        expect(refusal(file).message).toContain('cut off');
      }
    }));

  test('a finished case that was cut short while copied', () =>
    withFolder((folder) => {
      const path = join(folder, 'whole.inquest');
      finishedCase(path);
      openCase(path).close();
      truncateSync(path, Math.floor(readFileSync(path).byteLength / 2));
      expect(refusal(path).message).toContain('cut off');
    }));

  test('a case of another schema version', () =>
    withFolder((folder) => {
      const path = join(folder, 'new.inquest');
      finishedCase(path);
      const db = new Database(path);
      db.pragma('user_version = 99');
      db.close();
      expect(refusal(path).message).toContain('case schema 99');
    }));
});

test('a file that exists is not written over, a folder that does not exist is named', () =>
  withFolder((folder) => {
    const path = join(folder, 'whole.inquest');
    finishedCase(path);
    const before = readFileSync(path);
    expect(() => createCase(path)).toThrow(UsageError);
    expect(readFileSync(path).equals(before)).toBe(true);
    const text = join(folder, 'text');
    writeFileSync(text, 'my notes\n'.repeat(2000));
    expect(() => createCase(text)).toThrow(UsageError);
    expect(readFileSync(text, 'utf8')).toBe('my notes\n'.repeat(2000));
    expect(() => createCase(join(folder, 'no', 'such', 'x.inquest'))).toThrow(UsageError);
  }));

test('the same input gives the same bytes', () =>
  withFolder((folder) => {
    const [a, b] = [join(folder, 'a.inquest'), join(folder, 'b.inquest')];
    finishedCase(a);
    finishedCase(b);
    expect(readFileSync(a).equals(readFileSync(b))).toBe(true);
  }));
