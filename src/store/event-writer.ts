import type Database from 'better-sqlite3';
import type { TimeShift, EventBatch } from '../model/ports.ts';
import { bulkInsert, rowsToRun } from './bulk-insert.ts';
import type { BulkInsert, Value } from './bulk-insert.ts';
import type { OpenBlock } from './block-writer.ts';
import { DensityCounter } from './density-counter.ts';

const COLUMNS = ['source', 'line', 'offset', 'time', 'level', 'message'] as const;
const WIDTH = COLUMNS.length;

/** Writes event rows from columns: no object per row, the bound arrays are used again. */
export class EventWriter {
  private readonly insert: BulkInsert;
  private readonly insertDensities: BulkInsert;
  private readonly highest: Database.Statement<[], { id: number }>;
  private readonly rows: Record<128 | 16 | 1, Value[]> = {
    128: Array.from({ length: 128 * WIDTH }, () => 0),
    16: Array.from({ length: 16 * WIDTH }, () => 0),
    1: Array.from({ length: WIDTH }, () => 0),
  };
  private readonly density = new DensityCounter();
  private lastEvent = 0;
  /** by source id, written micros, NaN = none yet */
  private firstTimes: Float64Array = new Float64Array(1024).fill(NaN);
  private lastTimes: Float64Array = new Float64Array(1024).fill(NaN);

  constructor(db: Database.Database) {
    this.insert = bulkInsert(db, 'events', COLUMNS);
    this.insertDensities = bulkInsert(db, 'densities', ['source', 'start', 'width', 'total', 'warnings', 'errors'], 'INSERT OR REPLACE');
    this.highest = db.prepare('SELECT coalesce(max(id), 0) AS id FROM events');
  }

  /** room for a source's times; to be called before its first event */
  knows(source: number): void {
    if (source < this.lastTimes.length) return;
    this.firstTimes = grown(this.firstTimes, source);
    this.lastTimes = grown(this.lastTimes, source);
  }

  firstTime(source: number): number | null {
    const time = this.firstTimes[source];
    return time === undefined || Number.isNaN(time) ? null : time;
  }

  /** after the times of a source were moved */
  shiftFirst({ source, by, from = -Infinity, before = Infinity }: TimeShift): void {
    const time = this.firstTime(source);
    if (time !== null && time >= from && time < before) this.firstTimes[source] = time - by;
  }

  write({ events }: EventBatch, block: OpenBlock): void {
    const { count } = events;
    if (count === 0) return;
    if (block.eventCount === 0) block.firstEvent = this.lastEvent + 1;
    block.eventCount += count;
    let at = 0;
    while (at < count) {
      const rows = rowsToRun(count - at);
      const values = this.rows[rows];
      this.fill(events, at, rows, values, block);
      this.lastEvent = this.insert.run(rows, values);
      at += rows;
    }
  }

  private fill(events: EventBatch['events'], from: number, rows: number, values: Value[], block: OpenBlock): void {
    const { source, line, offset, time, level, message } = events;
    const { lastTimes, density } = this;
    let { minTime, maxTime, maxLevel } = block;
    let slot = 0;
    for (let i = from; i < from + rows; i += 1) {
      const own = source[i] ?? 0;
      const written = time[i] ?? NaN;
      const severity = level[i] ?? 0;
      values[slot] = own;
      values[slot + 1] = line[i] ?? 0;
      values[slot + 2] = offset[i] ?? 0;
      values[slot + 3] = written;
      values[slot + 4] = severity;
      values[slot + 5] = message[i] ?? 0;
      slot += WIDTH;
      if (severity > maxLevel) maxLevel = severity;
      let place = written;
      if (written !== written) place = this.carry(own, block);
      else {
        const last = lastTimes[own];
        if (last !== last) this.firstTimes[own] = written;
        lastTimes[own] = written;
      }
      if (place === place) {
        if (place < minTime) minTime = place;
        if (place > maxTime) maxTime = place;
        density.add(own, place, severity);
      }
    }
    block.minTime = minTime;
    block.maxTime = maxTime;
    block.maxLevel = maxLevel;
  }

  /** the time of the line before in the same source; NaN when there was none */
  private carry(source: number, block: OpenBlock): number {
    const time = this.lastTimes[source] ?? NaN;
    if (Number.isNaN(time)) (block.leading ??= new Set()).add(source);
    else if (block.leading?.has(source) !== true) {
      block.carried ??= new Map();
      if (!block.carried.has(source)) block.carried.set(source, time);
    }
    return time;
  }

  /** stores the counts of the entries that ended */
  storeDensities(): void {
    const rows = this.density.take();
    if (rows.length === 0) return;
    this.insertDensities.all(rows.flatMap((r) => [r.source, r.start, r.width, r.total, r.warnings, r.errors]));
  }

  /** after rows were deleted: ids go on from the highest left */
  recount(): void {
    this.lastEvent = this.highest.get()?.id ?? 0;
  }
}

function grown(times: Float64Array, source: number): Float64Array {
  const larger = new Float64Array(Math.max(source + 1, times.length * 2)).fill(NaN);
  larger.set(times);
  return larger;
}
