import { LEVEL_CODE, LEVELS } from '../model/event.ts';
import { entryId, sourceId } from '../model/ids.ts';
import type { EventQuery, TimelineRow } from '../model/ports.ts';
import { epochMicros } from '../model/time.ts';
import type { EpochMicros } from '../model/time.ts';
import type { Catalog } from './catalog.ts';
import type { BlockColumns, EventBlock, EventBlocks } from './event-blocks.ts';
import { Heap } from '../model/heap.ts';
import { lineText } from './lines.ts';
import type { Placement, Span } from './placement.ts';
import type { TextReader } from './text-reader.ts';

/** Everything a timeline is made of. */
export interface TimelineParts {
  readonly blocks: EventBlocks;
  readonly catalog: Catalog;
  readonly texts: TextReader;
  readonly placement: Placement;
  readonly message: (id: number) => string | null;
  readonly path: (entry: number) => string;
}

/** The events of one block that are asked for, in the total order (time, source, offset), and how far they were given out. */
interface Cursor {
  readonly block: EventBlock;
  readonly columns: BlockColumns;
  readonly at: Float64Array;
  readonly order: Uint32Array;
  next: number;
}

/** The rows without the pauses of `timelineSteps`. */
export function* mergeTimeline(parts: TimelineParts, query: EventQuery): Generator<TimelineRow> {
  for (const row of timelineSteps(parts, query)) if (row !== null) yield row;
}

/**
 * Merges the blocks that can hold something of the window. A block is read when its span begins before the next row to be
 * given out, so memory holds the overlapping blocks, not the case. Yields null after every block read, for those who must not wait.
 */
export function* timelineSteps(parts: TimelineParts, query: EventQuery): Generator<TimelineRow | null> {
  const limit = query.limit ?? Infinity;
  const sign = query.direction === 'backward' ? -1 : 1;
  const wanted = wantedSources(parts.catalog, query);
  const candidates = parts.placement
    .inOrder(parts.blocks.all(), sign)
    .filter(({ block, span }) => overlaps(span, query) && mayHold(parts.placement, block, query, wanted));
  const edge = (span: Span): number => (sign === 1 ? span.from : -span.to);

  const heap = new Heap<Cursor>((a, b) => compareHeads(a, b, sign));
  let given = 0;
  let next = 0;
  while (given < limit) {
    let top = heap.peek();
    while (next < candidates.length) {
      const candidate = candidates[next];
      if (candidate === undefined || (top !== undefined && edge(candidate.span) > sign * headTime(top))) break;
      next += 1;
      const cursor = openCursor(parts, candidate.block, query, wanted, sign);
      if (cursor !== null) heap.push(cursor);
      top = heap.peek();
      yield null;
    }
    if (top === undefined) return;
    if (top.next === 0) {
      // its text is unpacked now
      parts.texts.block(top.block.id);
      yield null;
    }
    const row = rowAt(parts, top);
    top.next += 1;
    if (top.next >= top.order.length) heap.pop();
    else heap.sink();
    given += 1;
    yield row;
  }
}

/** null = every source */
function wantedSources(catalog: Catalog, { nodes, components }: EventQuery): ReadonlySet<number> | null {
  if (nodes === undefined && components === undefined) return null;
  const wanted = new Set<number>();
  for (const [id, { source }] of catalog.knownSources()) {
    if (nodes !== undefined && (source.node === null || !nodes.includes(source.node))) continue;
    if (components !== undefined && !components.includes(source.component)) continue;
    wanted.add(id);
  }
  return wanted;
}

function mayHold(placement: Placement, block: EventBlock, query: EventQuery, wanted: ReadonlySet<number> | null): boolean {
  if (query.entry !== undefined && block.entry !== query.entry) return false;
  if (query.minLevel !== undefined && block.maxLevel < LEVEL_CODE[query.minLevel]) return false;
  return wanted === null || placement.sourcesOf(block.entry).some((source) => wanted.has(source));
}

function overlaps({ from, to }: Span, query: EventQuery): boolean {
  return (query.from === undefined || to >= query.from) && (query.to === undefined || from < query.to);
}

function openCursor(parts: TimelineParts, block: EventBlock, query: EventQuery, wanted: ReadonlySet<number> | null, sign: number): Cursor | null {
  const columns = parts.blocks.columns(block);
  const at = parts.placement.times(block, columns);
  const { source, level } = columns;
  const from = query.from ?? -Infinity;
  const to = query.to ?? null;
  const least = query.minLevel === undefined ? 0 : LEVEL_CODE[query.minLevel];
  let kept = 0;
  let sorted = true;
  const order = new Uint32Array(at.length);
  for (let i = 0; i < at.length; i += 1) {
    const time = at[i] ?? 0;
    if (time < from || (to !== null && time >= to) || (level[i] ?? 0) < least) continue;
    if (time === Infinity && query.from !== undefined) continue;
    if (wanted !== null && !wanted.has(source[i] ?? 0)) continue;
    if (query.grep !== undefined && !matches(query.grep, textOf(parts, block, columns, i))) continue;
    const before = order[kept - 1];
    if (sorted && kept > 0 && before !== undefined && compareRows(columns, at, before, i) > 0) sorted = false;
    order[kept] = i;
    kept += 1;
  }
  if (kept === 0) return null;
  const own = order.slice(0, kept);
  if (!sorted) own.sort((a, b) => compareRows(columns, at, a, b));
  if (sign === -1) own.reverse();
  return { block, columns, at, order: own, next: 0 };
}

/** `test` of a global or sticky expression would begin where the last match ended. */
function matches(grep: RegExp, text: string): boolean {
  grep.lastIndex = 0;
  return grep.test(text);
}

function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareRows({ source, offset }: BlockColumns, at: Float64Array, a: number, b: number): number {
  return compareNumbers(at[a] ?? 0, at[b] ?? 0) || compareNumbers(source[a] ?? 0, source[b] ?? 0) || compareNumbers(offset[a] ?? 0, offset[b] ?? 0);
}

function headIndex(cursor: Cursor): number {
  return cursor.order[cursor.next] ?? 0;
}

function headTime(cursor: Cursor): number {
  return cursor.at[headIndex(cursor)] ?? 0;
}

function compareHeads(a: Cursor, b: Cursor, sign: number): number {
  const i = headIndex(a);
  const j = headIndex(b);
  return (
    sign *
    (compareNumbers(a.at[i] ?? 0, b.at[j] ?? 0) ||
      compareNumbers(a.columns.source[i] ?? 0, b.columns.source[j] ?? 0) ||
      compareNumbers(a.columns.offset[i] ?? 0, b.columns.offset[j] ?? 0))
  );
}

function textOf(parts: TimelineParts, block: EventBlock, columns: BlockColumns, i: number): string {
  const raw = parts.texts.block(block.id);
  return raw === null ? '' : lineText(raw, (columns.offset[i] ?? 0) - block.offset);
}

function rowAt(parts: TimelineParts, cursor: Cursor): TimelineRow {
  const { block, columns } = cursor;
  const i = headIndex(cursor);
  const time = columns.time[i] ?? NaN;
  const id = columns.source[i] ?? 0;
  const at = cursor.at[i] ?? Infinity;
  const source = parts.catalog.knownSources().get(id)?.source ?? {
    id: sourceId(id),
    entry: entryId(block.entry),
    host: null,
    node: null,
    component: 'other',
    pod: null,
    container: null,
    generation: 'current',
    from: null,
    to: null,
  };
  return {
    event: {
      id: block.firstEvent + i,
      source: sourceId(id),
      line: columns.line[i] ?? 0,
      offset: columns.offset[i] ?? 0,
      time: micros(time),
      level: LEVELS[columns.level[i] ?? 0] ?? 'unknown',
      message: parts.message(columns.message[i] ?? 0),
    },
    source,
    path: parts.path(block.entry),
    at: micros(at),
    text: textOf(parts, block, columns, i),
  };
}

function micros(time: number): EpochMicros | null {
  return Number.isFinite(time) ? epochMicros(time) : null;
}
