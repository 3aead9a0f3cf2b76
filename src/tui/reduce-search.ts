import type { Action } from './actions.ts';
import type { AppState, Search } from './state.ts';

/** Starts looking for a pattern; the answer comes in slices. */
export function startSearch(state: AppState, pattern: string, forward: boolean): AppState {
  if (pattern === '') return { ...state, search: null };
  const same = state.search?.pattern === pattern ? state.search : null;
  const search: Search = {
    pattern,
    forward,
    phase: 'seeking',
    hits: same?.hits ?? 0,
    progress: same?.progress ?? 0,
    wrapped: false,
    run: (state.search?.run ?? 0) + 1,
  };
  return { ...state, search };
}

export function nextSearch(state: AppState, forward: boolean): AppState {
  return state.search === null ? { ...state, message: 'type / to search first' } : startSearch(state, state.search.pattern, forward);
}

/** Takes a search's answers; those of an older run are dropped. */
export function receiveSearch(state: AppState, action: Extract<Action, { type: 'search-found' | 'search-progress' | 'search-none' }>): AppState {
  const { search, timeline } = state;
  if (search === null || search.run !== action.run) return state;
  switch (action.type) {
    case 'search-none':
      return { ...state, search: { ...search, phase: 'none', hits: 0, progress: 1 } };
    case 'search-progress':
      return { ...state, search: { ...search, phase: action.done ? 'done' : 'counting', hits: action.hits, progress: action.progress } };
    case 'search-found':
      return {
        ...state,
        search: { ...search, phase: 'counting', wrapped: action.wrapped },
        timeline: { ...timeline, want: { kind: 'around', at: timeline.raw ? action.row.event.time : action.row.at, id: action.row.event.id } },
      };
  }
}
