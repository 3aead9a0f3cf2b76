import type { CaseReader } from '../model/ports.ts';
import type { Action } from './actions.ts';
import { timelineLayout } from './layout.ts';
import { keepOf } from './keep.ts';
import { reduce } from './reduce.ts';
import { inSlices } from './slices.ts';
import type { Job } from './slices.ts';
import type { AppState, Want } from './state.ts';
import { placeOf } from './state.ts';
import { aheadSteps, searchSteps, supplySteps, supplySurroundings } from './supply.ts';
import type { Rows } from './supply.ts';

/** Holds the state, changes it through `reduce`, and reads what it lacks. */
export interface Store {
  readonly get: () => AppState;
  /** several actions, one redraw */
  dispatch(...actions: readonly Action[]): void;
  readonly subscribe: (listener: () => void) => () => void;
  /** gives the store a case to read from */
  attach(reader: CaseReader): void;
  close(): void;
}

/** How long a key may wait for its rows, in milliseconds; what takes longer is drawn when it has come. */
const AT_ONCE_MS = 20;

/** A moment without keys before the timeline is read ahead: the next key must not wait for it. */
const CALM_MS = 60;

/** Rows that a page key would miss are read before the frame; what lies further off is read after it. */
function urgent(state: AppState): boolean {
  const { want, rows, cursor } = state.timeline;
  const page = timelineLayout(state).rows;
  return want?.kind === 'after' ? rows.length - cursor <= 2 * page : want?.kind === 'before' ? cursor < 2 * page : true;
}

/** What comes within some milliseconds; null when nothing did. */
function within<T>(steps: Generator<T | null, void>, ms: number): T | null {
  const until = performance.now() + ms;
  do {
    const step = steps.next();
    if (step.done === true) return null;
    if (step.value !== null) return step.value;
  } while (performance.now() < until);
  return null;
}

export function createStore(initial: AppState): Store {
  let state = initial;
  let reader: CaseReader | null = null;
  let rowsJob: { readonly want: Want; readonly steps: Generator<Rows | null, void, void>; job: Job | null } | null = null;
  let ahead: { readonly instant: AppState['instant']; readonly cancel: () => void } | null = null;
  let searchJob: { readonly run: number; readonly job: Job } | null = null;
  const listeners = new Set<() => void>();

  const failed = (error: unknown): void => dispatch({ type: 'message', message: error instanceof Error ? error.message : String(error) });

  /** Reads at once what is cheap, and starts, keeps or drops what is not. */
  const supply = (source: CaseReader): void => {
    const around = supplySurroundings(source, state);
    if (around !== null) state = reduce(state, { type: 'surroundings', surroundings: around });
    supplyTimeline(source);
    supplySearch(source);
    readAhead(source);
  };

  /** While other views are shown, reads what the timeline will ask for at the moment they have selected. */
  const readAhead = (source: CaseReader): void => {
    const shown = placeOf(state).view === 'timeline';
    if (!shown && ahead?.instant === state.instant) return;
    ahead?.cancel();
    ahead = null;
    if (shown) return;
    let job: Job | null = null;
    const timer = setTimeout(() => {
      job = inSlices(aheadSteps(source, state), () => undefined, failed);
    }, CALM_MS);
    ahead = {
      instant: state.instant,
      cancel() {
        clearTimeout(timer);
        job?.cancel();
      },
    };
  };

  const supplyTimeline = (source: CaseReader): void => {
    const { want, filter } = state.timeline;
    if (want === null || placeOf(state).view !== 'timeline') {
      rowsJob?.job?.cancel();
      rowsJob = null;
      return;
    }
    const slow = filter.text !== null || filter.only !== null;
    if (rowsJob === null || rowsJob.want !== want) {
      rowsJob?.job?.cancel();
      rowsJob = { want, steps: supplySteps(source, state, want, slow ? keepOf(source, state) : null), job: null };
    }
    if (!slow && urgent(state)) {
      const answer = within(rowsJob.steps, AT_ONCE_MS);
      if (answer !== null) {
        rowsJob.job?.cancel();
        rowsJob = null;
        state = reduce(state, answer);
        // the margin of a jump
        if (state.timeline.want !== null && !urgent(state)) supplyTimeline(source);
        return;
      }
    }
    rowsJob.job ??= inSlices(rowsJob.steps, (rows) => rows !== null && dispatch(rows), failed);
  };

  const supplySearch = (source: CaseReader): void => {
    const { search } = state;
    const run = search !== null && search.phase === 'seeking' ? search.run : null;
    if (search === null || run === null) {
      if (searchJob !== null && searchJob.run !== search?.run) searchJob.job.cancel();
      return;
    }
    if (searchJob?.run === run) return;
    searchJob?.job.cancel();
    searchJob = { run, job: inSlices(searchSteps(source, state, search), (action) => action !== null && dispatch(action), failed) };
  };

  const dispatch = (...actions: readonly Action[]): void => {
    const before = state;
    for (const action of actions) {
      state = reduce(state, action);
      if (reader !== null && state.data !== null) supply(reader);
    }
    if (state !== before) for (const listener of listeners) listener();
  };

  return {
    get: () => state,
    dispatch,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    attach(source) {
      reader = source;
    },
    close() {
      rowsJob?.job?.cancel();
      searchJob?.job.cancel();
      ahead?.cancel();
      reader = null;
      listeners.clear();
    },
  };
}
