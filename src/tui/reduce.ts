import type { Action } from './actions.ts';
import { resumed } from './session.ts';
import { filterMenu } from './filters.ts';
import { listLength, openPlace } from './items.ts';
import type { Command } from './keys.ts';
import { noteTarget, selectedNote } from './notes.ts';
import { pageRows } from './layout.ts';
import { lanesCommand } from './reduce-lanes.ts';
import { clicked, wheeled } from './reduce-mouse.ts';
import type { ByKeys } from './reduce-mouse.ts';
import { overlayKey, pickedIn } from './reduce-overlay.ts';
import { TIMELINE_COMMANDS, receiveRows, showAround, showLine, timelineCommand } from './reduce-timeline.ts';
import { receiveSearch } from './reduce-search.ts';
import type { AppState, Place, TopView } from './state.ts';
import { TOP_VIEWS, cursorOf, placeKey, placeOf } from './state.ts';
import { nextTheme } from './theme.ts';

/** The one way the state changes. Pure: what must be read is noted as wanted and supplied from outside. */
export function reduce(state: AppState, action: Action): AppState {
  switch (action.type) {
    case 'progress':
      return { ...state, progress: action.progress };
    case 'opened':
      return {
        ...state,
        data: action.data,
        instant: firstMoment(
          action.data.findings.map((one) => one.start),
          action.data.from,
        ),
      };
    case 'resized':
      return { ...state, size: action.size };
    case 'command':
      return command({ ...state, message: null }, action.command);
    case 'overlay-key':
      return overlayKey({ ...state, message: null }, action.key, command);
    case 'click':
      return state.overlay === null ? clicked({ ...state, message: null }, action.hit, BY_KEYS) : pickedIn({ ...state, message: null }, action.hit, command);
    case 'wheel':
      return state.overlay === null
        ? wheeled({ ...state, message: null }, action.up, action.hit, BY_KEYS)
        : overlayKey(state, action.up ? 'up' : 'down', command);
    case 'rows':
      return receiveRows(state, action);
    case 'search-found':
    case 'search-progress':
    case 'search-none':
      return receiveSearch(state, action);
    case 'surroundings':
      return { ...state, surroundings: action.surroundings };
    case 'text':
      return { ...state, overlay: { kind: 'text', title: action.title, lines: action.lines, cursor: 0 } };
    case 'notes':
      return { ...state, notes: action.notes };
    case 'session':
      return resumed(state, action.session);
    case 'request-done':
      return { ...state, request: null };
    case 'message':
      return { ...state, message: action.message };
    case 'tick':
      return { ...state, tick: state.tick + 1 };
  }
}

function firstMoment<T extends number>(starts: readonly (T | null)[], otherwise: T): T {
  return starts.find((at) => at !== null) ?? otherwise;
}

const BY_KEYS: ByKeys = { perform: command, move: (state, by) => moved(state, placeOf(state), by) };

function command(state: AppState, asked: Command): AppState {
  if (state.data === null) return state;
  const place = placeOf(state);
  if (place.view === 'timeline' && TIMELINE_COMMANDS.has(asked)) return timelineCommand(state, asked);
  if (place.view === 'lanes') {
    const next = lanesCommand(state, asked);
    if (next !== null) return next;
  }
  return common(state, place, asked);
}

function common(state: AppState, place: Place, asked: Command): AppState {
  const page = pageRows(state);
  switch (asked) {
    case 'up':
      return moved(state, place, -1);
    case 'down':
      return moved(state, place, 1);
    case 'page-up':
      return moved(state, place, -page);
    case 'page-down':
      return moved(state, place, page);
    case 'first':
      return moved(state, place, Number.NEGATIVE_INFINITY);
    case 'last':
      return moved(state, place, Number.POSITIVE_INFINITY);
    case 'left':
    case 'right':
      return { ...state, timeline: { ...state.timeline, shift: Math.max(0, state.timeline.shift + (asked === 'left' ? -16 : 16)) } };
    case 'open':
      return open(state, place);
    case 'close':
    case 'back':
      return back(state);
    case 'next-view':
      return switched(state, 1);
    case 'previous-view':
      return switched(state, -1);
    case 'help':
      return { ...state, overlay: { kind: 'help', cursor: 0 } };
    case 'palette':
      return { ...state, overlay: { kind: 'palette', text: '', cursor: 0 } };
    case 'whois':
      return { ...state, overlay: { kind: 'prompt', purpose: 'whois', text: '', error: null } };
    case 'goto':
      return { ...state, overlay: { kind: 'prompt', purpose: 'goto', text: '', error: null } };
    case 'search':
      return { ...toView(state, 'timeline'), overlay: { kind: 'prompt', purpose: 'search', text: '', error: null } };
    case 'filter':
      return filterMenu(state).length === 0 ? state : { ...toView(state, 'timeline'), overlay: { kind: 'filters', cursor: 0 } };
    case 'to-lanes':
      return toView(withInstantOf(state, place), 'lanes');
    case 'bookmark': {
      const target = noteTarget(state);
      return target === null
        ? { ...state, message: 'put the cursor on a line first' }
        : { ...state, overlay: { kind: 'prompt', purpose: 'note', text: '', error: null, note: { id: null, target } } };
    }
    case 'note-edit': {
      const note = selectedNote(state);
      return note === null
        ? state
        : { ...state, overlay: { kind: 'prompt', purpose: 'note', text: note.text, error: null, note: { id: note.id, target: null } } };
    }
    case 'save':
      return { ...state, overlay: { kind: 'prompt', purpose: 'save', text: '', error: null } };
    case 'root-cause':
      return toRootCause(state);
    case 'theme': {
      const theme = nextTheme(state.theme);
      return { ...state, theme, themeAsked: false, message: `theme: ${theme}` };
    }
    default: {
      const view = /^view-(\d)$/.exec(asked);
      const id = view === null ? undefined : TOP_VIEWS[Number(view[1]) - 1];
      return id === undefined ? state : toView(state, id);
    }
  }
}

function moved(state: AppState, place: Place, by: number): AppState {
  const free = place.view === 'evidence';
  const last = free ? Number.MAX_SAFE_INTEGER : listLength(state, place) - 1;
  const lowest = free ? Number.MIN_SAFE_INTEGER : 0;
  const bounds = free ? evidenceBounds(state, place) : { lowest, last: Math.max(0, last) };
  const cursor = Math.max(bounds.lowest, Math.min(bounds.last, cursorOf(state, place) + by));
  const next = { ...state, cursors: { ...state.cursors, [placeKey(place)]: cursor } };
  return place.view === 'overview' ? withInstantOf(next, place) : next;
}

/** In the evidence view the cursor counts lines from the cited one. */
function evidenceBounds(state: AppState, place: Place): { readonly lowest: number; readonly last: number } {
  const around = state.surroundings;
  if (place.view !== 'evidence' || around?.key !== placeKey(place) || around.lines.length === 0) return { lowest: 0, last: 0 };
  const cited = place.target.ref.line ?? 0;
  return { lowest: (around.lines[0]?.line ?? cited) - cited, last: (around.lines.at(-1)?.line ?? cited) - cited };
}

function open(state: AppState, place: Place): AppState {
  if (place.view === 'evidence') {
    const { ref, at } = place.target;
    const shown = toView(state, 'timeline');
    return ref.line === null
      ? showAround(shown, at ?? state.instant, null)
      : showLine(shown, { entry: ref.entry, line: ref.line + cursorOf(state, place) }, at ?? state.instant);
  }
  const next = openPlace(state, place);
  if (next === null) return { ...state, message: 'nothing more to open here' };
  const timeline = next.view === 'evidence' ? { ...state.timeline, shift: 0 } : state.timeline;
  return { ...withInstantOf(state, next), timeline, places: [...state.places, next] };
}

/** The most upstream finding of the story, one step deeper, so that Esc leads back. */
function toRootCause(state: AppState): AppState {
  const story = state.data?.story ?? null;
  if (story === null) return { ...state, message: 'nothing broke, as far as the evidence goes' };
  const place: Place = { view: 'finding', finding: (story.root ?? story.broke).id };
  const here = placeOf(state);
  const message = story.root === null ? 'nothing upstream of this was found' : null;
  if (here.view === 'finding' && here.finding === place.finding) return { ...state, message: message ?? 'this is the root cause' };
  return { ...withInstantOf(state, place), message, places: [...state.places, place] };
}

/** Selecting something with a time moves the shared cursor there. */
function withInstantOf(state: AppState, place: Place): AppState {
  const finding =
    place.view === 'finding'
      ? state.data?.findings.find((one) => one.id === place.finding)
      : place.view === 'overview'
        ? state.data?.findings[cursorOf(state, place)]
        : undefined;
  const at = place.view === 'evidence' ? place.target.at : (finding?.start ?? null);
  return at === null ? state : { ...state, instant: at };
}

function back(state: AppState): AppState {
  if (state.places.length > 1) return { ...state, places: state.places.slice(0, -1) };
  if (placeOf(state).view === 'timeline' && state.search !== null) return { ...state, search: null };
  return toView(state, 'overview');
}

function switched(state: AppState, by: number): AppState {
  const current = state.places[0]?.view;
  const index = TOP_VIEWS.findIndex((view) => view === current);
  const next = TOP_VIEWS[(index + by + TOP_VIEWS.length) % TOP_VIEWS.length] ?? 'overview';
  return toView(state, next);
}

/** Shows a view of the first row; the timeline follows the shared cursor. */
export function toView(state: AppState, view: TopView): AppState {
  const next: AppState = { ...state, places: [{ view }] };
  if (view !== 'timeline') return next;
  const row = state.timeline.rows[state.timeline.cursor];
  const here = row !== undefined && (row.at === state.instant || state.instant === null);
  return here ? next : showAround(next, state.instant, null);
}
