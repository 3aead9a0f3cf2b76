import type { EpochMicros } from '../model/time.ts';
import type { TimelineRow } from '../model/ports.ts';
import type { Action } from './actions.ts';
import { chipsOf, stepLevel } from './filters.ts';
import type { Command } from './keys.ts';
import { scrollTop, timelineLayout } from './layout.ts';
import { timeOf } from './pages.ts';
import { nextSearch } from './reduce-search.ts';
import type { AppState, EntryLine, Filter, Timeline, Want } from './state.ts';
import { NO_FILTER } from './state.ts';

/** Commands the timeline answers itself. */
export const TIMELINE_COMMANDS: ReadonlySet<Command> = new Set<Command>([
  'up',
  'down',
  'page-up',
  'page-down',
  'first',
  'last',
  'open',
  'toggle-raw',
  'level-up',
  'level-down',
  'only-node',
  'only-component',
  'drop-filter',
  'clear-filters',
  'search-next',
  'search-previous',
]);

/** What waits for rows that are on their way, since it counts from where they will be. */
const MOVES: ReadonlySet<Command> = new Set<Command>(['up', 'down', 'page-up', 'page-down', 'first', 'last', 'open']);
/** Keys kept while rows are on their way: a key held down must not run on for seconds. */
const MOST_QUEUED = 40;

/** Rows that are asked for lie apart from those that are there. */
export function isElsewhere(want: Want | null): boolean {
  return want !== null && want.kind !== 'before' && want.kind !== 'after';
}

/** Rows kept on each side of the screen: enough for a few pages, so that reading ahead can wait for a calm moment. */
export function margin(state: AppState): number {
  return Math.max(60, 5 * timelineLayout(state).rows);
}

function withTimeline(state: AppState, change: Partial<Timeline>): AppState {
  return { ...state, timeline: { ...state.timeline, ...change } };
}

export function selectedRow(state: AppState): TimelineRow | null {
  return state.timeline.rows[state.timeline.cursor] ?? null;
}

/** Asks for the rows around a moment, or around one event. */
export function showAround(state: AppState, at: EpochMicros | null, id: number | null): AppState {
  return withTimeline({ ...state, instant: at ?? state.instant }, { want: { kind: 'around', at, id } });
}

/** Asks for the rows around the event that a line belongs to; `at` where it belongs to none. */
export function showLine(state: AppState, line: EntryLine, at: EpochMicros | null): AppState {
  return withTimeline(state, { want: { kind: 'around', at, id: null, line } });
}

/** The row of a want; -1 when none is meant or it is not among the rows. */
function wantedRow(rows: readonly TimelineRow[], want: Want): number {
  if (want.kind !== 'around') return -1;
  const { id, line } = want;
  if (id !== null) return rows.findIndex((row) => row.event.id === id);
  if (line === undefined) return -1;
  return rows.reduce(
    (best, row, i) => (row.source.entry === line.entry && row.event.line <= line.line && row.event.line > (rows[best]?.event.line ?? 0) ? i : best),
    -1,
  );
}

export function withFilter(state: AppState, filter: Filter): AppState {
  const row = selectedRow(state);
  const at = row === null ? state.instant : timeOf(row, state.timeline.raw);
  const next = withTimeline(state, { filter, want: { kind: 'around', at, id: row?.event.id ?? null } });
  return { ...next, search: state.search === null ? null : { ...state.search, phase: 'idle', hits: 0, progress: 0, run: state.search.run + 1 } };
}

export function timelineCommand(state: AppState, asked: Command): AppState {
  const { timeline } = state;
  const row = selectedRow(state);
  const page = Math.max(1, timelineLayout(state).rows - 1);
  if (MOVES.has(asked) && isElsewhere(timeline.want)) return withTimeline(state, { queued: [...timeline.queued, asked].slice(0, MOST_QUEUED) });
  switch (asked) {
    case 'up':
      return placed(state, timeline.cursor - 1);
    case 'down':
      return placed(state, timeline.cursor + 1);
    case 'page-up':
      return placed(state, timeline.cursor - page);
    case 'page-down':
      return placed(state, timeline.cursor + page);
    case 'first':
      return timeline.atStart ? placed(state, 0) : withTimeline(state, { want: { kind: 'first' } });
    case 'last':
      return timeline.atEnd ? placed(state, timeline.rows.length - 1) : withTimeline(state, { want: { kind: 'last' } });
    case 'open':
      return row === null ? state : { ...withTimeline(state, { shift: 0 }), places: [...state.places, { view: 'evidence', target: rowTarget(row) }] };
    case 'toggle-raw': {
      const raw = !timeline.raw;
      const at = row === null ? state.instant : timeOf(row, raw);
      return withTimeline(
        { ...state, message: raw ? 'times as written' : 'times corrected by the clock model' },
        { raw, want: { kind: 'around', at, id: row?.event.id ?? null } },
      );
    }
    case 'level-up':
    case 'level-down':
      return withFilter(state, { ...timeline.filter, minLevel: stepLevel(timeline.filter.minLevel, asked === 'level-up' ? 1 : -1) });
    case 'only-node': {
      const node = row?.source.node ?? null;
      return node === null ? { ...state, message: 'this line names no node' } : withFilter(state, { ...timeline.filter, nodes: [node] });
    }
    case 'only-component':
      return row === null ? state : withFilter(state, { ...timeline.filter, components: [row.source.component] });
    case 'drop-filter': {
      const last = chipsOf(timeline.filter).at(-1);
      return last === undefined ? state : withFilter(state, last.without);
    }
    case 'clear-filters':
      return withFilter(state, NO_FILTER);
    case 'search-next':
      return nextSearch(state, true);
    case 'search-previous':
      return nextSearch(state, false);
    default:
      return state;
  }
}

/** The evidence of a row; `length` is the line's own, in bytes. */
export function rowTarget(row: TimelineRow): {
  readonly ref: { readonly entry: TimelineRow['source']['entry']; readonly line: number; readonly offset: number; readonly length: number };
  readonly at: EpochMicros | null;
  readonly why: string;
} {
  return {
    ref: { entry: row.source.entry, line: row.event.line, offset: row.event.offset, length: new TextEncoder().encode(row.text).length },
    at: row.at,
    why: '',
  };
}

/** Puts the cursor on a row that is loaded, scrolls, and asks for more rows when an edge comes near. */
function placed(state: AppState, wanted: number): AppState {
  const { timeline } = state;
  const cursor = Math.max(0, Math.min(timeline.rows.length - 1, wanted));
  return placedAt(state, cursor, scrollTop(timeline.top, cursor, timelineLayout(state).rows, timeline.rows.length));
}

/** The same with the first row on screen given. */
export function placedAt(state: AppState, cursor: number, top: number): AppState {
  const { timeline } = state;
  const near = 0.8 * margin(state);
  const want: Want | null =
    timeline.want ??
    (!timeline.atEnd && timeline.rows.length - cursor < near ? { kind: 'after' } : !timeline.atStart && cursor < near ? { kind: 'before' } : null);
  const row = timeline.rows[cursor];
  return withTimeline({ ...state, instant: row?.at ?? state.instant }, { cursor, top, want });
}

/** Answers a want, and does what waited for it. */
export function receiveRows(state: AppState, action: Extract<Action, { type: 'rows' }>): AppState {
  const { timeline } = state;
  if (timeline.want !== action.want) return state;
  const next = withRows(state, action);
  return timeline.queued.reduce(timelineCommand, withTimeline(next, { queued: [] }));
}

/** Rows on the far side are let go, so that the window stays small. */
function withRows(state: AppState, action: Extract<Action, { type: 'rows' }>): AppState {
  const { timeline } = state;
  const keep = 4 * margin(state);
  const done = { ...timeline, want: null };
  switch (action.want.kind) {
    case 'after': {
      const all = [...timeline.rows, ...action.after];
      const drop = Math.max(0, Math.min(all.length - keep, timeline.cursor - margin(state)));
      return {
        ...state,
        timeline: {
          ...done,
          rows: all.slice(drop),
          cursor: timeline.cursor - drop,
          top: Math.max(0, timeline.top - drop),
          atEnd: action.atEnd,
          atStart: timeline.atStart && drop === 0,
        },
      };
    }
    case 'before': {
      const all = [...action.before, ...timeline.rows];
      const shifted = timeline.cursor + action.before.length;
      const end = Math.max(keep, Math.min(all.length, shifted + margin(state)));
      return {
        ...state,
        timeline: {
          ...done,
          rows: all.slice(0, end),
          cursor: shifted,
          top: timeline.top + action.before.length,
          atStart: action.atStart,
          atEnd: timeline.atEnd && end >= all.length,
        },
      };
    }
    case 'around':
    case 'first':
    case 'last': {
      const rows = [...action.before, ...action.after];
      const found = wantedRow(rows, action.want);
      const cursor = found >= 0 ? found : Math.max(0, Math.min(action.before.length, rows.length - 1));
      const height = timelineLayout(state).rows;
      const top = Math.max(0, Math.min(cursor - Math.floor(height / 3), rows.length - height));
      const next = placedAt({ ...state, timeline: { ...done, rows, atStart: action.atStart, atEnd: action.atEnd } }, cursor, top);
      return action.want.kind === 'around' && found < 0 ? { ...next, instant: state.instant } : next;
    }
  }
}
