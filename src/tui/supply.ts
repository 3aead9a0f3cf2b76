import type { CaseReader, EventQuery, TimelineRow } from '../model/ports.ts';
import type { Action } from './actions.ts';
import { queryOf, readFrom, readPage, timeOf } from './pages.ts';
import type { Page } from './pages.ts';
import { keepOf } from './keep.ts';
import type { Keep } from './keep.ts';
import { patternOf } from './pattern.ts';
import { timelineLayout } from './layout.ts';
import { margin } from './reduce-timeline.ts';
import type { AppState, Search, Surroundings, Timeline, Want } from './state.ts';
import { placeKey, placeOf } from './state.ts';

/** The rows a want asked for. */
export type Rows = Extract<Action, { type: 'rows' }>;

/** Rows looked through at a time where a text condition decides. */
const STRIDE = 400;
const LONGEST_STRIDE = 12_800;

/** Rows on each side that answer a jump: what the next page keys need. The rest of the margin is read after the frame. */
function atFirst(state: AppState): number {
  return 2 * timelineLayout(state).rows + 10;
}

/** Answers a want with a window's worth of rows: yields null wherever the case was read, or rows were asked, until it has them. */
export function* supplySteps(reader: CaseReader, state: AppState, want: Want, keep: Keep | null): Generator<Rows | null, void, void> {
  const { timeline } = state;
  const query = queryOf(timeline.filter, timeline.raw);
  const limit = margin(state);
  const near = atFirst(state);
  const answer = (before: Page, after: Page): Rows => ({ type: 'rows', want, before: before.rows, after: after.rows, atStart: before.done, atEnd: after.done });
  const none: Page = { rows: [], done: true };
  const edge = { first: timeline.rows[0] ?? null, last: timeline.rows.at(-1) ?? null };
  switch (want.kind) {
    case 'after':
      return yield answer({ rows: [], done: timeline.atStart }, yield* collect(reader, query, edge.last, true, limit, keep));
    case 'before':
      return yield answer(reversed(yield* collect(reader, query, edge.first, false, limit, keep)), { rows: [], done: timeline.atEnd });
    case 'first':
      return yield answer(none, yield* collect(reader, query, null, true, 2 * near, keep));
    case 'last':
      return yield answer(reversed(yield* collect(reader, query, null, false, 2 * near, keep)), none);
    case 'around': {
      const at = (want.line === undefined ? null : reader.eventAt(want.line.entry, want.line.line)?.at) ?? want.at;
      if (at === null) return yield answer(none, yield* collect(reader, query, null, true, 2 * near, keep));
      const after = yield* collectFrom(reader, query, at, true, near, keep);
      const before = yield* collectFrom(reader, query, at, false, near, keep);
      yield answer(reversed(before), after);
    }
  }
}

/** Goes through what the timeline would read if it were opened now, so that it lies ready; the rows themselves are dropped. */
export function aheadSteps(reader: CaseReader, state: AppState): Iterable<TimelineRow | null> {
  const { timeline, instant } = state;
  return reader.timelineSteps({ ...queryOf(timeline.filter, timeline.raw), ...(instant === null ? {} : { from: instant }), limit: atFirst(state) });
}

function reversed(page: Page): Page {
  return { rows: page.rows.toReversed(), done: page.done };
}

function* collectFrom(
  reader: CaseReader,
  query: EventQuery,
  at: NonNullable<TimelineRow['at']>,
  forward: boolean,
  limit: number,
  keep: Keep | null,
): Generator<null, Page> {
  const first = yield* readFrom(reader, query, at, forward, keep === null ? limit : STRIDE);
  return yield* more(reader, query, first, forward, limit, keep);
}

function* collect(reader: CaseReader, query: EventQuery, key: TimelineRow | null, forward: boolean, limit: number, keep: Keep | null): Generator<null, Page> {
  const first = yield* readPage(reader, query, key, forward, keep === null ? limit : STRIDE);
  return yield* more(reader, query, first, forward, limit, keep);
}

function* more(reader: CaseReader, query: EventQuery, first: Page, forward: boolean, limit: number, keep: Keep | null): Generator<null, Page> {
  if (keep === null) return first;
  const kept: TimelineRow[] = [];
  let page = first;
  for (;;) {
    kept.push(...page.rows.filter(keep));
    const last = page.rows.at(-1);
    if (kept.length >= limit || page.done || last === undefined) return { rows: kept, done: page.done };
    yield null;
    page = yield* readPage(reader, query, last, forward, STRIDE);
  }
}

/** Looks for the next hit from the selected row, around the end if need be, then counts all hits. */
export function* searchSteps(reader: CaseReader, state: AppState, search: Search): Generator<Action | null, void, void> {
  const { timeline, data } = state;
  const pattern = patternOf(search.pattern);
  if (pattern === null || data === null) return;
  const keep = keepOf(reader, state);
  const hit = (row: TimelineRow): boolean => pattern.test(row.text) && (keep === null || keep(row));
  const query = queryOf(timeline.filter, timeline.raw);
  const here = timeline.rows[timeline.cursor] ?? null;

  // While the pattern is being typed the line under the cursor counts too, so that a longer pattern need not move on.
  if (here !== null && search.hits === 0 && state.overlay !== null && hit(here)) yield { type: 'search-found', run: search.run, row: here, wrapped: false };
  else {
    let found: Action | null = null;
    for (const start of here === null ? [null] : [here, null]) {
      for (const rows of strides(reader, query, start, search.forward)) {
        const row = rows?.find(hit);
        if (row !== undefined) {
          found = { type: 'search-found', run: search.run, row, wrapped: start === null && here !== null };
          break;
        }
        yield null;
      }
      if (found !== null) break;
    }
    if (found === null) return yield { type: 'search-none', run: search.run };
    yield found;
  }
  if (search.hits > 0 && search.progress === 1) return yield { type: 'search-progress', run: search.run, hits: search.hits, progress: 1, done: true };
  yield* countSteps(reader, state.timeline, query, search.run, hit, data.from, data.to);
}

function* countSteps(
  reader: CaseReader,
  timeline: Timeline,
  query: EventQuery,
  run: number,
  hit: (row: TimelineRow) => boolean,
  from: number,
  to: number,
): Generator<Action | null, void, void> {
  let hits = 0;
  let next = performance.now() + 100;
  for (const rows of strides(reader, query, null, true)) {
    if (rows === null) {
      yield null;
      continue;
    }
    hits += rows.filter(hit).length;
    const at = lastTime(rows, timeline.raw);
    const due = performance.now() > next;
    if (due) next = performance.now() + 100;
    yield due ? { type: 'search-progress', run, hits, progress: at === null ? 0 : Math.max(0, Math.min(0.99, (at - from) / (to - from))), done: false } : null;
  }
  yield { type: 'search-progress', run, hits, progress: 1, done: true };
}

function* strides(reader: CaseReader, query: EventQuery, start: TimelineRow | null, forward: boolean): Generator<readonly TimelineRow[] | null, void> {
  let key = start;
  let stride = STRIDE;
  for (;;) {
    let took = 0;
    let began = performance.now();
    const pages = readPage(reader, query, key, forward, stride);
    let step = pages.next();
    while (step.done !== true) {
      took += performance.now() - began;
      yield null;
      began = performance.now();
      step = pages.next();
    }
    const page = step.value;
    took += performance.now() - began;
    // As long as a stride is cheap the next is longer: what a page costs depends on the case, and keys must not wait.
    stride = took < 4 ? Math.min(LONGEST_STRIDE, stride * 2) : took > 10 ? Math.max(STRIDE, Math.floor(stride / 2)) : stride;
    if (page.rows.length > 0) yield page.rows;
    key = page.rows.at(-1) ?? null;
    if (page.done || key === null) return;
  }
}

/** Lines around a cited one, read wider as the cursor nears their edge; null when nothing is lacking. */
export function supplySurroundings(reader: CaseReader, state: AppState): Surroundings | null {
  const place = placeOf(state);
  if (place.view !== 'evidence') return null;
  const key = placeKey(place);
  const had = state.surroundings?.key === key ? state.surroundings : null;
  const cursor = Math.abs(state.cursors[key] ?? 0);
  if (had !== null && cursor + state.size.rows < had.reach) return null;
  const reach = had === null ? 2 * state.size.rows + 20 : had.reach * 4;
  if (had !== null && had.lines.length < had.reach) return null;
  const lines = reader.surroundings(place.target.ref, reach, reach);
  if (had !== null && lines.length === had.lines.length) return null;
  return { key, lines, reach };
}

function lastTime(rows: readonly TimelineRow[], raw: boolean): number | null {
  const row = rows.at(-1);
  return row === undefined ? null : timeOf(row, raw);
}
