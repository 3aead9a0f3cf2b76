import { chipsOf } from './filters.ts';
import type { Hit } from './hits.ts';
import type { Command } from './keys.ts';
import { timelineLayout } from './layout.ts';
import { pointed, zoomedAt } from './reduce-lanes.ts';
import { placedAt, showAround, withFilter } from './reduce-timeline.ts';
import type { AppState } from './state.ts';
import { cursorOf, placeOf } from './state.ts';

/** Lines a notch of the wheel moves by. */
const NOTCH = 3;

/** How the keys do it: the mouse has no ways of its own. */
export interface ByKeys {
  readonly perform: (state: AppState, command: Command) => AppState;
  /** moves the cursor of the list that is shown */
  readonly move: (state: AppState, by: number) => AppState;
}

/** A click on something of the view; what is selected already is opened. Keys on the screen are pressed by the caller. */
export function clicked(state: AppState, hit: Exclude<Hit, { kind: 'key' }>, { perform, move }: ByKeys): AppState {
  const place = placeOf(state);
  switch (hit.kind) {
    case 'chip': {
      const chip = chipsOf(state.timeline.filter)[hit.index];
      return chip === undefined ? state : withFilter(state, chip.without);
    }
    case 'moment':
      return place.view === 'lanes' ? pointed(state, hit.at) : showAround(state, hit.at, null);
    case 'item': {
      if (place.view === 'timeline') return hit.index === state.timeline.cursor ? perform(state, 'open') : placedAt(state, hit.index, state.timeline.top);
      if (hit.index === cursorOf(state, place)) return perform(state, place.view === 'lanes' ? 'open-finding' : 'open');
      return move(state, hit.index - cursorOf(state, place));
    }
  }
}

/** The wheel: scrolls the timeline, zooms where it stands over a strip of lanes, else moves the cursor. */
export function wheeled(state: AppState, up: boolean, hit: Hit | null, { perform, move }: ByKeys): AppState {
  const place = placeOf(state);
  if (place.view === 'lanes' && hit?.kind === 'moment') return zoomedAt(state, hit.at, up ? 1 / 2 : 2);
  if (place.view === 'timeline') {
    const { top, cursor, rows } = state.timeline;
    const height = timelineLayout(state).rows;
    const moved = Math.max(0, Math.min(Math.max(0, rows.length - height), top + (up ? -NOTCH : NOTCH)));
    if (moved === top) return perform(state, up ? 'up' : 'down');
    return placedAt(state, Math.max(moved, Math.min(moved + height - 1, cursor)), moved);
  }
  // where an item takes several lines, or few are to choose from, one at a time
  const by = place.view === 'coverage' || place.view === 'certificates' || place.view === 'evidence' ? NOTCH : 1;
  return move(state, up ? -by : by);
}
