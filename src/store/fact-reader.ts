import type Database from 'better-sqlite3';
import type { FactType, PlacedFact } from '../model/fact.ts';
import type { Catalog, KnownSource } from './catalog.ts';

const PAGE_ROWS = 256;
const COLUMNS = 'id, at, meaning, source, entry, line, offset, length, data';

/** The columns above; rows as arrays cost half of what rows as objects do. */
type FactRow = readonly [
  id: number,
  at: number | null,
  meaning: string,
  source: number,
  entry: number,
  line: number | null,
  offset: number,
  length: number,
  data: string,
];

/** The rows of one type, in pages, so that no statement stays open between two rows. */
class TypeCursor {
  head: FactRow | null = null;
  readonly type: FactType;
  private readonly timed: Database.Statement<[string, number, number], FactRow>;
  private readonly untimed: Database.Statement<[string, number], FactRow>;
  private page: readonly FactRow[] = [];
  private next = 0;
  private ended = false;
  private last: FactRow | null = null;
  private inUntimed = false;

  constructor(db: Database.Database, type: FactType) {
    this.type = type;
    this.timed = db
      .prepare<[string, number, number], FactRow>(`SELECT ${COLUMNS} FROM facts WHERE type = ? AND (at, id) > (?, ?) ORDER BY at, id LIMIT ${PAGE_ROWS}`)
      .raw();
    this.untimed = db
      .prepare<[string, number], FactRow>(`SELECT ${COLUMNS} FROM facts WHERE type = ? AND at IS NULL AND id > ? ORDER BY id LIMIT ${PAGE_ROWS}`)
      .raw();
    this.advance();
  }

  advance(): void {
    while (this.next >= this.page.length && !this.ended) this.turn();
    this.head = this.page[this.next] ?? null;
    this.next += 1;
  }

  private turn(): void {
    const last = this.page.at(-1) ?? this.last;
    this.next = 0;
    if (!this.inUntimed) {
      this.page = this.timed.all(this.type, last?.[1] ?? -Number.MAX_SAFE_INTEGER, last?.[0] ?? 0);
      if (this.page.length === 0) {
        this.inUntimed = true;
        this.last = null;
      }
    } else {
      this.page = this.untimed.all(this.type, last?.[0] ?? 0);
      if (this.page.length === 0) this.ended = true;
    }
  }
}

/** Streams facts in the order (without time last, written time, id), holding one page for each type asked for. */
export class FactReader {
  private readonly db: Database.Database;
  private readonly catalog: Catalog;

  constructor(db: Database.Database, catalog: Catalog) {
    this.db = db;
    this.catalog = catalog;
  }

  *facts<Type extends FactType>(types: readonly Type[]): Generator<PlacedFact<Type>> {
    const sources = this.catalog.knownSources();
    let cursors = [...new Set(types)].map((type) => new TypeCursor(this.db, type)).filter((c) => c.head !== null);
    while (cursors.length > 0) {
      let first: TypeCursor | null = null;
      for (const cursor of cursors) if (first === null || before(cursor.head, first.head)) first = cursor;
      const row = first?.head ?? null;
      if (first === null || row === null) return;
      first.advance();
      if (first.head === null) cursors = cursors.filter((c) => c !== first);
      yield placed<Type>(first.type, row, sources.get(row[3]));
    }
  }
}

function before(a: FactRow | null, b: FactRow | null): boolean {
  if (a === null || b === null) return b === null;
  const [idA, atA] = a;
  const [idB, atB] = b;
  if (atA === atB) return idA < idB;
  if (atA === null || atB === null) return atB === null;
  return atA < atB;
}

/** The row was a fact of this type when it was stored; nothing but this file's writer makes such rows. */
function placed<Type extends FactType>(
  type: FactType,
  [, at, meaning, source, entry, line, offset, length, json]: FactRow,
  known: KnownSource | undefined,
): PlacedFact<Type> {
  const data: unknown = JSON.parse(json);
  const fact: unknown = {
    type,
    at,
    meaning,
    source,
    ref: { entry, line, offset, length },
    data,
    node: known?.source.node ?? null,
    component: known?.source.component ?? 'other',
  };
  return fact as PlacedFact<Type>;
}
