import type Database from 'better-sqlite3';

/** Values SQLite takes; NaN is stored as NULL. */
export type Value = number | string | null | Uint8Array;

/**
 * Inserts rows through statements of 128, 16 and 1 rows: a call into SQLite for every row would cost more than the row.
 * `INSERT … SELECT FROM json_each(?)` was measured at a quarter of this speed.
 */
export const ROWS_PER_STATEMENT = 128;
const FEW_ROWS = 16;

export interface BulkInsert {
  /** runs the statement for as many rows as `values` has; its length must be `columns` times 128, 16 or 1 */
  run(rows: 128 | 16 | 1, values: readonly Value[]): number;
  /** inserts any number of rows given as one flat array */
  all(values: readonly Value[]): void;
}

export function bulkInsert(db: Database.Database, table: string, columns: readonly string[], verb = 'INSERT'): BulkInsert {
  const row = `(${columns.map(() => '?').join(',')})`;
  const prepare = (rows: number): Database.Statement<Value[]> =>
    db.prepare<Value[]>(`${verb} INTO ${table} (${columns.join(',')}) VALUES ${Array.from({ length: rows }, () => row).join(',')}`);
  const many = prepare(ROWS_PER_STATEMENT);
  const few = prepare(FEW_ROWS);
  const one = prepare(1);
  const width = columns.length;

  const run = (rows: 128 | 16 | 1, values: readonly Value[]): number => {
    const statement = rows === 128 ? many : rows === 16 ? few : one;
    // as arguments: out of an array each value would take a lookup of its own
    return Number(statement.run(...values).lastInsertRowid);
  };

  const all = (values: readonly Value[]): void => {
    const count = values.length / width;
    let at = 0;
    while (at < count) {
      const rows = rowsToRun(count - at);
      run(rows, values.slice(at * width, (at + rows) * width));
      at += rows;
    }
  };
  return { run, all };
}

/** The largest statement that `left` rows fill. */
export function rowsToRun(left: number): 128 | 16 | 1 {
  return left >= ROWS_PER_STATEMENT ? 128 : left >= FEW_ROWS ? 16 : 1;
}
