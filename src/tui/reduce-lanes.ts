import type { EpochMicros } from '../model/time.ts';
import { SECOND, epochMicros } from '../model/time.ts';
import type { Command } from './keys.ts';
import { changesOf, lanesGeometry } from './lanes-model.ts';
import { showAround } from './reduce-timeline.ts';
import type { AppState } from './state.ts';
import { cursorOf, placeOf } from './state.ts';

/** What the lanes answer themselves; null leaves a command to the common ones. */
export function lanesCommand(state: AppState, asked: Command): AppState | null {
  const { data } = state;
  if (data === null) return null;
  const { from, to, cells } = lanesGeometry(state);
  const at = state.instant ?? from;
  const cellTime = (to - from) / cells;
  const half = (to - from) / 2;
  switch (asked) {
    case 'left':
      return pointed(state, at - cellTime);
    case 'right':
      return pointed(state, at + cellTime);
    case 'first':
      return pointed(state, data.from);
    case 'last':
      return pointed(state, data.to);
    case 'pan-left':
      return pointed(state, at - half);
    case 'pan-right':
      return pointed(state, at + half);
    case 'zoom-in':
      return zoomedAt(state, at, 1 / 2);
    case 'zoom-out':
      return zoomedAt(state, at, 2);
    case 'fit':
      return { ...state, lanes: { window: null } };
    case 'next-change': {
      const next = changesOf(data).find((moment) => moment > at);
      return next === undefined ? { ...state, message: 'no later change' } : pointed(state, next);
    }
    case 'previous-change': {
      const previous = changesOf(data).findLast((moment) => moment < at);
      return previous === undefined ? { ...state, message: 'no earlier change' } : pointed(state, previous);
    }
    case 'open':
      return showAround({ ...state, places: [{ view: 'timeline' }] }, epochMicros(at), null);
    case 'open-finding': {
      const finding = data.findings[cursorOf(state, placeOf(state))];
      return finding === undefined ? state : { ...state, places: [...state.places, { view: 'finding', finding: finding.id }] };
    }
    default:
      return null;
  }
}

/** Moves the cursor; the window follows when it leaves. */
export function pointed(state: AppState, wanted: number): AppState {
  const { data } = state;
  if (data === null) return state;
  const { from, to } = lanesGeometry(state);
  const at = epochMicros(Math.max(data.from, Math.min(data.to, wanted)));
  if (at >= from && at <= to) return { ...state, instant: at };
  const width = to - from;
  const start = at < from ? at - width / 4 : at - (3 * width) / 4;
  return { ...state, instant: at, lanes: { window: clamped(data.from, data.to, start, width) } };
}

function clamped(low: EpochMicros, high: EpochMicros, start: number, width: number): { readonly from: EpochMicros; readonly to: EpochMicros } | null {
  if (width >= high - low) return null;
  const from = Math.max(low, Math.min(high - width, start));
  return { from: epochMicros(from), to: epochMicros(from + width) };
}

/** Keeps the moment, which becomes the cursor's, where it stands on screen. Down to a millisecond for the whole width. */
export function zoomedAt(state: AppState, at: number, factor: number): AppState {
  const { data } = state;
  if (data === null) return state;
  const { from, to } = lanesGeometry(state);
  const inside = Math.max(from, Math.min(to, at));
  const width = Math.max(SECOND / 1000, (to - from) * factor);
  const share = (inside - from) / (to - from);
  return { ...state, instant: epochMicros(inside), lanes: { window: clamped(data.from, data.to, inside - share * width, width) } };
}
