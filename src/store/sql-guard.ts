import Database from 'better-sqlite3';
import { UsageError } from '../model/errors.ts';

const READING = /^(?:select|with|values|explain)\b/i;
const READING_PRAGMA = /^pragma\s+(?:table_info|table_xinfo|table_list|index_list|index_info|index_xinfo|foreign_key_list)\s*(?:\(\s*["'\w]*\s*\))?\s*;?\s*$/i;
const LEADING = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|;)+/;

export interface SqlAnswer {
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly unknown[]>;
}

/** Answers SQL of people over a case, on a connection of its own that cannot write. Integers beyond 2^53 come as decimal text. */
export class SqlReader {
  private readonly db: Database.Database;

  constructor(path: string, functions: { readonly rawLine: (entry: number, offset: number) => string | null }) {
    this.db = new Database(path, { readonly: true, fileMustExist: true });
    this.db.pragma('query_only = ON');
    this.db.pragma('trusted_schema = OFF');
    this.db.pragma('temp_store = MEMORY');
    this.db.function('raw_line', { deterministic: true }, (entry: unknown, offset: unknown) =>
      typeof entry === 'number' && typeof offset === 'number' ? functions.rawLine(entry, offset) : null,
    );
    this.db.function('load_extension', { varargs: true }, () => {
      throw new UsageError('extensions cannot be loaded');
    });
  }

  /** Throws UsageError with SQLite's own words; so does reading the rows. */
  query(sql: string): SqlAnswer {
    const body = sql.replace(LEADING, '');
    if (body === '') throw new UsageError('there is no SQL to run');
    if (!READING.test(body) && !READING_PRAGMA.test(body)) throw refused(body);
    return guarded(() => {
      const statement = this.db.prepare<[], unknown[]>(sql);
      if (!statement.reader || !statement.readonly) throw refused(body);
      statement.raw(true).safeIntegers(true);
      return { columns: statement.columns().map((c) => c.name), rows: rowsOf(statement) };
    });
  }

  close(): void {
    this.db.close();
  }
}

function* rowsOf(statement: Database.Statement<[], unknown[]>): Generator<readonly unknown[]> {
  const rows: Iterator<unknown[], unknown> = guarded(() => statement.iterate());
  try {
    for (;;) {
      const { done, value } = guarded(() => rows.next());
      if (done === true) return;
      yield value.map(plain);
    }
  } finally {
    rows.return?.();
  }
}

function plain(value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

function refused(body: string): UsageError {
  const [word] = body.split(/[\s(;]/, 1);
  return new UsageError(`only one SELECT can be run over a case, it is read-only: ${(word ?? '').toUpperCase()} is not`);
}

function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    if (cause instanceof Database.SqliteError || cause instanceof RangeError || cause instanceof TypeError) {
      throw new UsageError(`the SQL cannot be run: ${cause.message}`);
    }
    throw cause;
  }
}
