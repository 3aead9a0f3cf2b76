import { KEYS, keySign } from './keys.ts';
import type { Command, KeyBinding } from './keys.ts';
import type { AppState } from './state.ts';
import { TOP_TITLES, TOP_VIEWS, placeOf } from './state.ts';
import { THEME_NAMES } from './theme.ts';
import { parseMoment } from './when.ts';
import { showAround } from './reduce-timeline.ts';

/** One line of the command palette. */
export interface PaletteEntry {
  readonly title: string;
  readonly note: string;
  readonly run: (state: AppState, perform: (state: AppState, command: Command) => AppState) => AppState;
}

/** Commands that make no sense from a list of commands. */
const HIDDEN: ReadonlySet<Command> = new Set<Command>([
  'palette',
  'up',
  'down',
  'page-up',
  'page-down',
  'left',
  'right',
  'quit',
  'close',
  'back',
  'open',
  'copy',
]);

function always(state: AppState): readonly PaletteEntry[] {
  const seen = new Set<Command>();
  const here = placeOf(state).view;
  const fits = (binding: KeyBinding): boolean => binding.in.some((context) => context !== 'notes' || here === 'notes');
  const commands = KEYS.filter((binding) => !HIDDEN.has(binding.command) && fits(binding) && !seen.has(binding.command) && seen.add(binding.command));
  return [
    ...TOP_VIEWS.map((view, i): PaletteEntry => ({
      title: `view ${TOP_TITLES[view]}`,
      note: String(i + 1),
      run: (next, perform) => perform(next, `view-${i + 1}`),
    })),
    ...(state.data?.findings ?? []).slice(0, 50).map((finding): PaletteEntry => ({
      title: `finding ${finding.title}`,
      note: finding.id,
      run: (next) => ({ ...next, places: [{ view: 'overview' }, { view: 'finding', finding: finding.id }] }),
    })),
    ...commands.map((binding): PaletteEntry => ({
      title: binding.title,
      note: binding.keys.map(keySign).join(' '),
      run: (next, perform) => perform(next, binding.command),
    })),
    ...THEME_NAMES.map((theme): PaletteEntry => ({
      title: `theme ${theme}`,
      note: '',
      run: (next) => ({ ...next, theme, themeAsked: false, message: `theme: ${theme}` }),
    })),
  ];
}

function gotoEntry(state: AppState, text: string): readonly PaletteEntry[] {
  const typed = /^(?:goto|@)\s*(.*)$/i.exec(text);
  if (typed === null || state.data === null) return [];
  const at = parseMoment(typed[1] ?? '', state.instant ?? state.data.from, state.data.from, state.data.to);
  if (at === null) return [{ title: 'goto TIME: 10:04:08, 2026-03-01 10:04, +5m, start, end', note: '', run: (next) => next }];
  return [{ title: `goto ${typed[1] ?? ''}`, note: 'timeline', run: (next) => showAround({ ...next, places: [{ view: 'timeline' }] }, at, null) }];
}

/** `:save FILE.inquest` */
function saveEntry(text: string): readonly PaletteEntry[] {
  const path = /^save\s+(\S.*)$/.exec(text)?.[1];
  return path === undefined
    ? []
    : [{ title: `save the case with its notes to ${path}`, note: '', run: (next) => ({ ...next, request: { kind: 'save', path } }) }];
}

/** Entries whose title holds every word typed, in any order. */
export function paletteEntries(state: AppState, text: string): readonly PaletteEntry[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return [...gotoEntry(state, text), ...saveEntry(text), ...always(state).filter((entry) => words.every((word) => entry.title.toLowerCase().includes(word)))];
}
