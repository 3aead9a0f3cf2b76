import type { CaseReader, EventQuery, TimelineRow } from '../model/ports.ts';
import type { EpochMicros } from '../model/time.ts';
import { epochMicros } from '../model/time.ts';
import type { Filter } from './state.ts';

/** A run of timeline rows in order; `done` when nothing lies beyond in the direction asked for. */
export interface Page {
  readonly rows: readonly TimelineRow[];
  readonly done: boolean;
}

/** Most rows with one and the same time that are stepped over to find the next page. */
const MOST = 1 << 22;

export function queryOf(filter: Filter, raw: boolean): EventQuery {
  return {
    ...(filter.nodes.length > 0 ? { nodes: filter.nodes } : {}),
    ...(filter.components.length > 0 ? { components: filter.components } : {}),
    ...(filter.minLevel !== null ? { minLevel: filter.minLevel } : {}),
    ...(filter.from !== null ? { from: filter.from } : {}),
    ...(filter.to !== null ? { to: filter.to } : {}),
    ...(raw ? { raw: true } : {}),
  };
}

/** The time a row is ordered by. */
export function timeOf(row: TimelineRow, raw: boolean): EpochMicros | null {
  return raw ? row.event.time : row.at;
}

/**
 * Up to `limit` rows beyond `key` (null = from the very end of that direction). Rows share times, so the query starts at
 * the key's own time and steps over what was seen; it asks for more where a pile of equal times is larger than the page.
 * No iterator stays open between calls. Yields wherever the case had to be read.
 */
export function* readPage(reader: CaseReader, query: EventQuery, key: TimelineRow | null, forward: boolean, limit: number): Generator<null, Page> {
  const time = key === null ? null : timeOf(key, query.raw === true);
  const bound: EventQuery = time === null ? {} : forward ? { from: time } : { to: epochMicros(time + 1) };
  for (let ask = limit + 17; ; ask *= 4) {
    const rows = yield* collected(reader, { ...query, ...bound, direction: forward ? 'forward' : 'backward', limit: ask });
    const exhausted = rows.length < ask;
    const seen = key === null ? 0 : rows.findIndex((row) => row.event.id === key.event.id) + 1;
    if (key !== null && seen === 0) {
      if (!exhausted && ask < MOST) continue;
      const beyond = rows.filter((row) => isBeyond(row, time, query.raw === true, forward));
      return { rows: beyond.slice(0, limit), done: beyond.length <= limit };
    }
    const fresh = rows.slice(seen, seen + limit);
    if (fresh.length === 0 && !exhausted && ask < MOST) continue;
    return { rows: fresh, done: exhausted && rows.length <= seen + limit };
  }
}

function* collected(reader: CaseReader, query: EventQuery): Generator<null, readonly TimelineRow[]> {
  const rows: TimelineRow[] = [];
  for (const row of reader.timelineSteps(query)) {
    if (row === null) yield null;
    else rows.push(row);
  }
  return rows;
}

function isBeyond(row: TimelineRow, time: EpochMicros | null, raw: boolean, forward: boolean): boolean {
  const own = timeOf(row, raw);
  if (time === null || own === null) return false;
  return forward ? own > time : own < time;
}

/** Rows from a moment on, or before it. */
export function* readFrom(reader: CaseReader, query: EventQuery, at: EpochMicros, forward: boolean, limit: number): Generator<null, Page> {
  const bound: EventQuery = forward ? { from: epochMicros(Math.max(at, query.from ?? at)) } : { to: epochMicros(Math.min(at, query.to ?? at)) };
  const rows = yield* collected(reader, { ...query, ...bound, direction: forward ? 'forward' : 'backward', limit: limit + 1 });
  const kept = forward ? rows : rows.filter((row) => (timeOf(row, query.raw === true) ?? at) < at);
  return { rows: kept.slice(0, limit), done: kept.length <= limit && rows.length <= limit };
}
