import type Database from 'better-sqlite3';
import type { FactType, PlacedFact } from '../model/fact.ts';
import type { Catalog, KnownSource } from './catalog.ts';

const PAGE_ROWS = 256;

/** The columns of a fact but its type and data; nearly every one has the one meaning, which is told by null. */
type FactRow = readonly [
  id: number,
  at: number | null,
  meaning: string | null,
  source: number,
  entry: number,
  line: number | null,
  offset: number,
  length: number,
];
const COLUMNS = "id, at, nullif(meaning, 'written'), source, entry, line, offset, length";

interface Page {
  readonly rows: readonly FactRow[];
  readonly data: readonly unknown[];
}

type PageText = readonly [rows: string, data: string | null];

/** A page as two texts costs half of what its rows and their columns do one by one. */
interface Pages {
  readonly timed: Database.Statement<[string, number, number], PageText>;
  readonly untimed: Database.Statement<[string, number], PageText>;
}

function preparePages(db: Database.Database): Pages {
  const page = (where: string): string =>
    `SELECT json_group_array(json_array(${COLUMNS})), group_concat(data) FROM (SELECT * FROM facts WHERE type = ? AND ${where} LIMIT ${PAGE_ROWS})`;
  return {
    timed: db.prepare<[string, number, number], PageText>(page('(at, id) > (?, ?) ORDER BY at, id')).raw(),
    untimed: db.prepare<[string, number], PageText>(page('at IS NULL AND id > ? ORDER BY id')).raw(),
  };
}

/** The texts are lists that this file's statements made, of rows and of what the writer stored, in one order. */
function read(text: PageText | undefined): Page {
  if (text === undefined) return EMPTY;
  const [rows, data] = text;
  return { rows: JSON.parse(rows) as Page['rows'], data: JSON.parse(`[${data ?? ''}]`) as Page['data'] };
}

const EMPTY: Page = { rows: [], data: [] };

/** The rows of one type, in pages, so that no statement stays open between two rows. */
class TypeCursor {
  head: FactRow | null = null;
  /** what the head says */
  data: unknown = null;
  readonly type: FactType;
  private readonly pages: Pages;
  private page = EMPTY;
  private next = 0;
  private ended = false;
  private last: FactRow | null = null;
  private inUntimed = false;

  constructor(pages: Pages, type: FactType) {
    this.type = type;
    this.pages = pages;
    this.advance();
  }

  advance(): void {
    while (this.next >= this.page.rows.length && !this.ended) this.turn();
    this.head = this.page.rows[this.next] ?? null;
    this.data = this.page.data[this.next] ?? null;
    this.next += 1;
  }

  private turn(): void {
    const last = this.page.rows.at(-1) ?? this.last;
    this.next = 0;
    if (!this.inUntimed) {
      this.page = read(this.pages.timed.get(this.type, last?.[1] ?? -Number.MAX_SAFE_INTEGER, last?.[0] ?? 0));
      if (this.page.rows.length === 0) {
        this.inUntimed = true;
        this.last = null;
      }
    } else {
      this.page = read(this.pages.untimed.get(this.type, last?.[0] ?? 0));
      if (this.page.rows.length === 0) this.ended = true;
    }
  }
}

/** Streams facts in the order (without time last, written time, id), holding one page for each type asked for. */
export class FactReader {
  private readonly db: Database.Database;
  private readonly catalog: Catalog;
  private pages: Pages | null = null;

  constructor(db: Database.Database, catalog: Catalog) {
    this.db = db;
    this.catalog = catalog;
  }

  *facts<Type extends FactType>(types: readonly Type[]): Generator<PlacedFact<Type>> {
    const sources = this.catalog.knownSources();
    const pages = (this.pages ??= preparePages(this.db));
    let cursors = [...new Set(types)].map((type) => new TypeCursor(pages, type)).filter((c) => c.head !== null);
    while (cursors.length > 0) {
      let first: TypeCursor | null = null;
      for (const cursor of cursors) if (first === null || before(cursor.head, first.head)) first = cursor;
      if (first === null || first.head === null) return;
      const { head, data } = first;
      first.advance();
      if (first.head === null) cursors = cursors.filter((c) => c !== first);
      yield placed<Type>(first.type, head, data, sources.get(head[3]));
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
  [, at, meaning, source, entry, line, offset, length]: FactRow,
  data: unknown,
  known: KnownSource | undefined,
): PlacedFact<Type> {
  const fact: unknown = {
    type,
    at,
    meaning: meaning ?? 'written',
    source,
    ref: { entry, line, offset, length },
    data,
    node: known?.source.node ?? null,
    component: known?.source.component ?? 'other',
  };
  return fact as PlacedFact<Type>;
}
