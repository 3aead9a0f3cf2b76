import type Database from 'better-sqlite3';
import { Lru } from './lru.ts';

/** Where a block's events are and what they span; times are written micros, null when it holds no time. */
export interface EventBlock {
  readonly id: number;
  readonly entry: number;
  readonly offset: number;
  readonly firstEvent: number;
  readonly eventCount: number;
  readonly minTime: number | null;
  readonly maxTime: number | null;
  readonly maxLevel: number;
  readonly carried: string | null;
  /** 1 when some of its events belong to sources without any time */
  readonly timeless: number;
}

/** A block's events as columns, in the order they stand in the entry; `time` NaN = none. */
export interface BlockColumns {
  readonly source: Uint32Array;
  readonly line: Float64Array;
  readonly offset: Float64Array;
  readonly time: Float64Array;
  readonly level: Uint8Array;
  readonly message: Uint32Array;
}

const CACHE_BYTES = 48 << 20;
const BYTES_PER_EVENT = 33;

const BLOCK = `id, entry, offset, first_event AS firstEvent, event_count AS eventCount, min_time AS minTime, max_time AS maxTime,
  max_level AS maxLevel, carried, timeless`;

const COLUMNS = ['source', 'line', 'offset', 'time', 'level', 'message'] as const;

/** Reads events block by block and keeps the last ones read. */
export class EventBlocks {
  private readonly db: Database.Database;
  private readonly rows: Database.Statement<[number, number], readonly string[]>;
  private readonly cache = new Lru<BlockColumns>(CACHE_BYTES);
  private known: readonly EventBlock[] | null = null;

  constructor(db: Database.Database) {
    this.db = db;
    // a text for each column costs a third of an array for each row
    this.rows = db
      .prepare<[number, number], readonly string[]>(
        `SELECT ${COLUMNS.map((name) => `json_group_array(${name})`).join(', ')}
         FROM (SELECT ${COLUMNS.join(', ')} FROM events WHERE id BETWEEN ? AND ? ORDER BY id)`,
      )
      .raw(true);
  }

  all(): readonly EventBlock[] {
    this.known ??= this.db.prepare<[], EventBlock>(`SELECT ${BLOCK} FROM blocks WHERE event_count > 0 ORDER BY id`).all();
    return this.known;
  }

  /** the block whose events a line of an entry belongs to or follows; null before the first */
  holding(entry: number, line: number): EventBlock | null {
    return (
      this.db
        .prepare<[number, number], EventBlock>(
          `SELECT ${BLOCK} FROM blocks WHERE entry = ? AND first_line <= ? AND event_count > 0 ORDER BY first_line DESC, id DESC LIMIT 1`,
        )
        .get(entry, line) ?? null
    );
  }

  columns(block: EventBlock): BlockColumns {
    const cached = this.cache.get(block.id);
    if (cached !== undefined) return cached;
    const lists = (this.rows.get(block.firstEvent, block.firstEvent + block.eventCount - 1) ?? []).map(numbers);
    const count = lists[0]?.length ?? 0;
    const columns = {
      source: new Uint32Array(count),
      line: new Float64Array(count),
      offset: new Float64Array(count),
      time: new Float64Array(count),
      level: new Uint8Array(count),
      message: new Uint32Array(count),
    };
    COLUMNS.forEach((name, n) => {
      const into = columns[name];
      const from = lists[n] ?? [];
      for (let i = 0; i < count; i += 1) into[i] = from[i] ?? NaN;
    });
    this.cache.set(block.id, columns, count * BYTES_PER_EVENT);
    return columns;
  }
}

function numbers(json: string): readonly (number | null)[] {
  const parsed: unknown = JSON.parse(json);
  return isList(parsed) ? parsed : [];
}

function isList(value: unknown): value is readonly (number | null)[] {
  return Array.isArray(value);
}

/** Times carried into a block by source, written micros. */
export function carriedTimes(block: EventBlock): ReadonlyMap<number, number> {
  const parsed: unknown = block.carried === null ? {} : JSON.parse(block.carried);
  const pairs = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
  return new Map(pairs.flatMap(([source, time]) => (typeof time === 'number' ? [[Number(source), time] as const] : [])));
}
