import { filterMenu } from './filters.ts';
import type { Hit } from './hits.ts';
import type { Command } from './keys.ts';
import { paletteEntries } from './palette.ts';
import { lanesGeometry } from './lanes-model.ts';
import { pointed } from './reduce-lanes.ts';
import { startSearch } from './reduce-search.ts';
import { showAround, withFilter } from './reduce-timeline.ts';
import { pageRows } from './layout.ts';
import type { AppState, Overlay } from './state.ts';
import { placeOf } from './state.ts';
import { parseMoment, parseSpan } from './when.ts';

type Of<Kind extends Overlay['kind']> = Extract<Overlay, { kind: Kind }>;

/** Keys while something lies over the view; `perform` carries out a command picked from the palette. */
export function overlayKey(state: AppState, key: string, perform: (state: AppState, command: Command) => AppState): AppState {
  const { overlay } = state;
  if (overlay === null) return state;
  switch (overlay.kind) {
    case 'help':
    case 'text':
      return scrolling(state, overlay, key);
    case 'palette':
      return palette(state, overlay, key, perform);
    case 'filters':
      return filters(state, overlay, key);
    case 'prompt':
      return prompt(state, overlay, key);
  }
}

/** A click on a line of the palette or of the filters. */
export function pickedIn(state: AppState, hit: Hit, perform: (state: AppState, command: Command) => AppState): AppState {
  const { overlay } = state;
  if (hit.kind !== 'item' || (overlay?.kind !== 'palette' && overlay?.kind !== 'filters')) return state;
  const chosen = { ...state, overlay: { ...overlay, cursor: hit.index } };
  return overlayKey(chosen, overlay.kind === 'palette' ? 'enter' : 'space', perform);
}

function closed(state: AppState): AppState {
  return { ...state, overlay: null };
}

function step(key: string, page: number): number | null {
  const by: Readonly<Record<string, number>> = {
    up: -1,
    k: -1,
    down: 1,
    j: 1,
    pageup: -page,
    pagedown: page,
    space: page,
    home: -1e9,
    g: -1e9,
    end: 1e9,
    G: 1e9,
  };
  return by[key] ?? null;
}

function scrolling(state: AppState, overlay: Of<'help'> | Of<'text'>, key: string): AppState {
  const by = step(key, pageRows(state));
  if (by === null) return ['escape', 'q', '?', 'enter', 'backspace'].includes(key) ? closed(state) : state;
  const last = overlay.kind === 'text' ? Math.max(0, overlay.lines.length - 1) : 60;
  return { ...state, overlay: { ...overlay, cursor: Math.max(0, Math.min(last, overlay.cursor + by)) } };
}

/** Text as edited by one key; null when the key edits nothing. */
function edited(text: string, key: string): string | null {
  if (key === 'backspace') return Array.from(text).slice(0, -1).join('');
  if (key === 'ctrl-u') return '';
  if (key === 'ctrl-w') return text.replace(/\S*\s*$/, '');
  if (key === 'space') return `${text} `;
  return Array.from(key).length === 1 ? text + key : null;
}

function palette(state: AppState, overlay: Of<'palette'>, key: string, perform: (state: AppState, command: Command) => AppState): AppState {
  const entries = paletteEntries(state, overlay.text);
  if (key === 'escape' || (key === 'backspace' && overlay.text === '')) return closed(state);
  if (key === 'enter') {
    const entry = entries[overlay.cursor];
    return entry === undefined ? closed(state) : entry.run(closed(state), perform);
  }
  const by = key === 'up' || key === 'shift-tab' ? -1 : key === 'down' || key === 'tab' ? 1 : null;
  if (by !== null) return { ...state, overlay: { ...overlay, cursor: Math.max(0, Math.min(entries.length - 1, overlay.cursor + by)) } };
  const text = edited(overlay.text, key);
  return text === null ? state : { ...state, overlay: { ...overlay, text, cursor: 0 } };
}

function filters(state: AppState, overlay: Of<'filters'>, key: string): AppState {
  const menu = filterMenu(state);
  const by = step(key, 10);
  if (key === 'space' || key === 'enter') {
    const choice = menu[overlay.cursor];
    if (choice === undefined) return closed(state);
    if (choice.next === null) return { ...state, overlay: { kind: 'prompt', purpose: choice.asks ?? 'filter-text', text: '', error: null } };
    const next = withFilter(state, choice.next);
    return key === 'enter' ? closed(next) : next;
  }
  if (by !== null) return { ...state, overlay: { ...overlay, cursor: Math.max(0, Math.min(menu.length - 1, overlay.cursor + by)) } };
  return ['escape', 'q', 'f', 'backspace'].includes(key) ? closed(state) : state;
}

function prompt(state: AppState, overlay: Of<'prompt'>, key: string): AppState {
  if (key === 'escape' || (key === 'backspace' && overlay.text === '' && overlay.purpose !== 'note')) {
    return overlay.purpose === 'search' ? { ...closed(state), search: null } : closed(state);
  }
  if (key === 'enter') return submitted(state, overlay);
  const text = edited(overlay.text, key);
  if (text === null) return state;
  const next: AppState = { ...state, overlay: { ...overlay, text, error: null } };
  return overlay.purpose === 'search' ? startSearch(next, text, true) : next;
}

function submitted(state: AppState, overlay: Of<'prompt'>): AppState {
  switch (overlay.purpose) {
    case 'search':
      return closed(overlay.text === '' && state.search !== null ? startSearch(state, state.search.pattern, true) : state);
    case 'filter-text':
      return closed(withFilter(state, { ...state.timeline.filter, text: overlay.text === '' ? null : overlay.text }));
    case 'goto':
      return goto(state, overlay);
    case 'note':
      return overlay.note === undefined ? closed(state) : { ...closed(state), request: { kind: 'note', text: overlay.text, note: overlay.note } };
    case 'save':
      return { ...closed(state), request: { kind: 'save', path: overlay.text } };
    case 'filter-time':
      return filterTime(state, overlay);
    case 'whois':
      return closed(state);
  }
}

function goto(state: AppState, overlay: Of<'prompt'>): AppState {
  const { data } = state;
  if (data === null) return closed(state);
  const at = parseMoment(overlay.text, state.instant ?? lanesGeometry(state).from, data.from, data.to);
  if (at === null) return { ...state, overlay: { ...overlay, error: 'a time is 10:04:08, 2026-03-01 10:04, +5m, -30s, start or end' } };
  const shut = closed(state);
  return placeOf(state).view === 'lanes' ? pointed(shut, at) : showAround({ ...shut, places: [{ view: 'timeline' }] }, at, null);
}

/** `10:04 10:06`, `10:04 +2m`, or one moment: from there on. */
function filterTime(state: AppState, overlay: Of<'prompt'>): AppState {
  const { data } = state;
  if (data === null) return closed(state);
  const { filter } = state.timeline;
  const span = parseSpan(overlay.text, state.instant ?? data.from, data.from, data.to);
  if (overlay.text.trim() === '') return closed(withFilter(state, { ...filter, from: null, to: null }));
  if (span === null) return { ...state, overlay: { ...overlay, error: 'from and to, as 10:04 10:06:30, or 10:04 +2m, or start 10:05' } };
  return closed(withFilter(state, { ...filter, ...span }));
}
