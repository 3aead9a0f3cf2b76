import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { TABLES, VIEWS } from '../../src/store/schema.ts';

const DOCS = readFileSync(new URL('../../docs/case-schema.md', import.meta.url), 'utf8');

/** the part of the page that begins with the table's bold name */
function section(table: string): string {
  const at = DOCS.indexOf(`**\`${table}\`**`);
  if (at === -1) return '';
  const next = /\n(?:\*\*`|## )/.exec(DOCS.slice(at + 1));
  return DOCS.slice(at, next === null ? undefined : at + 1 + next.index);
}

function schema(): Database.Database {
  const db = new Database(':memory:');
  db.exec(`${TABLES}${VIEWS}`);
  return db;
}

test('every table and column is explained in docs/case-schema.md', () => {
  const db = schema();
  const missing = db
    .prepare<[], { owner: string; name: string }>(
      "SELECT s.name AS owner, c.name AS name FROM sqlite_schema s, pragma_table_info(s.name) c WHERE s.type IN ('table', 'view')",
    )
    .all()
    .filter(({ owner, name }) => !section(owner).includes(`\`${name}\``));
  expect(missing).toEqual([]);
  db.close();
});

test('the example queries run', () => {
  const db = schema();
  db.function('raw_line', (_entry: unknown, _offset: unknown) => null);
  const examples = /```sql\n([\s\S]*?)```/.exec(DOCS)?.[1] ?? '';
  const statements = examples.split(/;\s*\n/).filter((s) => s.trim() !== '');
  expect(statements.length).toBeGreaterThan(4);
  for (const sql of statements) expect(() => db.prepare(sql).all()).not.toThrow();
  db.close();
});
