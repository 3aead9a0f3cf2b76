import type Database from 'better-sqlite3';
import type { TimeShift } from '../model/ports.ts';
import { carriedTimes } from './event-blocks.ts';
import type { EventBlock } from './event-blocks.ts';

type BlockRow = Pick<EventBlock, 'id' | 'offset' | 'firstEvent' | 'eventCount' | 'minTime' | 'maxTime' | 'carried'>;

/** Moves the stored times of a source, up to an offset and within a stretch: events, facts, counts and spans. */
export function shiftTimes(db: Database.Database, { source, by, until, from = -Infinity, before = Infinity }: TimeShift): void {
  const entry = db.prepare<[number], { entry: number }>('SELECT entry FROM sources WHERE id = ?').get(source)?.entry;
  if (entry === undefined) return;
  const blocks = db
    .prepare<[number, number], BlockRow>(
      `SELECT id, offset, first_event AS firstEvent, event_count AS eventCount, min_time AS minTime, max_time AS maxTime, carried
       FROM blocks WHERE entry = ? AND offset <= ? AND event_count > 0 ORDER BY id`,
    )
    .all(entry, until);
  const move = db.prepare('UPDATE events SET time = time - ? WHERE id BETWEEN ? AND ? AND source = ? AND offset <= ? AND time >= ? AND time < ?');
  const respan = db.prepare('UPDATE blocks SET min_time = ?, max_time = ?, carried = ? WHERE id = ?');
  const span = db.prepare<[number, number], { low: number | null; high: number | null }>(
    'SELECT min(time) AS low, max(time) AS high FROM events WHERE id BETWEEN ? AND ?',
  );
  for (const block of blocks) {
    const last = block.firstEvent + block.eventCount - 1;
    move.run(by, block.firstEvent, last, source, until, from, before);
    const { low, high } = span.get(block.firstEvent, last) ?? { low: null, high: null };
    const carried = carriedTimes({ ...block, entry, maxLevel: 0, timeless: 0 });
    const moved = [...carried].map(([id, time]) => [id, id === source && time >= from && time < before ? time - by : time] as const);
    // Lines without a time stand at times carried in from other blocks: those widen the span too.
    const all = [low, high, ...moved.map(([, time]) => time)].filter((time) => time !== null);
    const bounds = all.length > 0 ? { from: Math.min(...all), to: Math.max(...all) } : { from: block.minTime, to: block.maxTime };
    respan.run(bounds.from, bounds.to, moved.length > 0 ? JSON.stringify(Object.fromEntries(moved)) : block.carried, block.id);
  }
  db.prepare(
    "UPDATE facts SET at = at - ? WHERE entry = ? AND source = ? AND offset <= ? AND meaning IN ('written', 'written-in-second') AND at >= ? AND at < ?",
  ).run(by, entry, source, until, from, before);
  const range = rangeOf(db, entry);
  shiftCounts(db, { source, by, until, from, before }, range);
  const times = db
    .prepare<[number, number, number], { low: number | null; high: number | null }>(
      'SELECT min(time) AS low, max(time) AS high FROM events WHERE source = ? AND id BETWEEN ? AND ?',
    )
    .get(source, ...range);
  if (times !== undefined && times.low !== null) db.prepare('UPDATE sources SET from_time = ?, to_time = ? WHERE id = ?').run(times.low, times.high, source);
}

function rangeOf(db: Database.Database, entry: number): [number, number] {
  const range = db
    .prepare<[number], { low: number | null; high: number | null }>(
      'SELECT min(first_event) AS low, max(first_event + event_count - 1) AS high FROM blocks WHERE entry = ?',
    )
    .get(entry);
  return [range?.low ?? 0, range?.high ?? -1];
}

interface CountRow {
  readonly start: number;
  readonly width: number;
  readonly total: number;
  readonly warnings: number;
  readonly errors: number;
}

/** The counts move when all of the source's lines did; where only its first lines did, those few stay counted where they were. */
function shiftCounts(db: Database.Database, { source, by, until, from, before }: Required<TimeShift>, range: readonly [number, number]): void {
  const later = 'SELECT count(*) AS n FROM events WHERE source = ? AND offset > ? AND id BETWEEN ? AND ?';
  const after = db.prepare<[number, number, number, number], { n: number }>(later).get(source, until, ...range)?.n ?? 0;
  if (after > 0) return;
  const rows = db.prepare<[number], CountRow>('SELECT start, width, total, warnings, errors FROM densities WHERE source = ?').all(source);
  db.prepare('DELETE FROM densities WHERE source = ?').run(source);
  const insert = db.prepare(`INSERT INTO densities (source, start, width, total, warnings, errors) VALUES (?,?,?,?,?,?)
     ON CONFLICT DO UPDATE SET total = total + excluded.total, warnings = warnings + excluded.warnings, errors = errors + excluded.errors`);
  for (const row of rows)
    insert.run(source, row.start >= from && row.start < before ? row.start - by : row.start, row.width, row.total, row.warnings, row.errors);
}
