import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/model/errors.ts';
import type { CaseWriter } from '../../src/model/ports.ts';
import { addBundle, addLines, addSource, build, clock, COUNTS, historyOf } from './builder.ts';

const T = 1_700_000_000_123_456;

async function fill(writer: CaseWriter): Promise<void> {
  const entry = writer.beginEntry({ bundle: addBundle(writer), path: 'cp1/etcd.log', modifiedAt: null });
  const source = addSource(writer, entry, 'cp1');
  const message = writer.message('elected leader');
  addLines(writer, entry, [
    { source, time: T, level: 4, text: 'first', message },
    { source, time: NaN, text: 'second' },
  ]);
  writer.endEntry(entry, { ...COUNTS, sha256: '', bytes: 13, lines: 2, events: 2 });
  await writer.analysis(historyOf([clock('cp1', [{ from: null, offset: 123_456 }])]), [], [], 'en');
}

describe('read-only SQL', () => {
  test.each([
    "INSERT INTO notes (text, created) VALUES ('x', 1)",
    'DELETE FROM events',
    'DROP TABLE events',
    "ATTACH DATABASE '/tmp/inquest-test-attached.db' AS other",
    'DETACH main',
    'PRAGMA query_only = OFF',
    'PRAGMA writable_schema = 1',
    'PRAGMA journal_mode = WAL',
    'PRAGMA journal_mode',
    'PRAGMA table_info(events); DELETE FROM events',
    "VACUUM INTO '/tmp/inquest-test-vacuum.db'",
    'BEGIN',
    'WITH x AS (SELECT 1) DELETE FROM events',
    '/* harmless */ -- really\n UPDATE events SET level = 0',
    'SELECT 1; SELECT 2',
    'SELECT 1; DELETE FROM events',
    "SELECT load_extension('x')",
    '',
    ' -- nothing',
  ])('refuses %s', async (sql) => {
    await build(fill, (reader) => {
      const before = readFileSync(reader.path);
      expect(() => [...reader.query(sql).rows]).toThrow(UsageError);
      expect(readFileSync(reader.path).equals(before)).toBe(true);
      expect(reader.eventCount()).toBe(2);
    });
  });

  test('wrong SQL fails with the words of SQLite, also when only a row shows it', async () => {
    await build(fill, (reader) => {
      expect(() => reader.query('SELECT missing FROM events')).toThrow(/no such column: missing/);
      expect(() => reader.query('SELEC 1')).toThrow(UsageError);
      expect(() => reader.query('SELECT * FROM')).toThrow(/incomplete input|syntax error/);
      expect(() => [...reader.query("SELECT json('{') FROM events").rows]).toThrow(/malformed JSON/);
    });
  });

  test('answers with names and rows, several at a time, lazily', async () => {
    await build(fill, (reader) => {
      const one = reader.query('SELECT 1 AS a, 9223372036854775807 AS b, NULL AS c, 0.5 AS d;');
      expect(one.columns).toEqual(['a', 'b', 'c', 'd']);
      expect([...one.rows]).toEqual([[1, '9223372036854775807', null, 0.5]]);
      const outer = reader.query('SELECT id FROM events ORDER BY id').rows;
      const pairs: unknown[] = [];
      for (const [id] of outer) for (const [line] of reader.query(`SELECT line FROM events WHERE id = ${String(id)}`).rows) pairs.push([id, line]);
      expect(pairs).toEqual([
        [1, 1],
        [2, 2],
      ]);
      for (const row of reader.query('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n').rows) if (row[0] === 5) break;
      expect([...reader.query('EXPLAIN QUERY PLAN SELECT 1').rows].length).toBeGreaterThan(0);
      expect([...reader.query('pragma table_info(events)').rows].length).toBe(7);
    });
  });

  test('the timeline view shows corrected and written time, names and the raw line', async () => {
    await build(fill, (reader) => {
      const { rows } = reader.query('SELECT at, written, node, component, level, message, path, line, raw_line(entry, offset) FROM timeline ORDER BY event');
      expect([...rows]).toEqual([
        ['2023-11-14T22:13:20.000000Z', '2023-11-14T22:13:20.123456Z', 'cp1', 'etcd', 'warn', 'elected leader', 'cp1/etcd.log', 1, 'first'],
        [null, null, 'cp1', 'etcd', 'info', null, 'cp1/etcd.log', 2, 'second'],
      ]);
    });
  });
});
