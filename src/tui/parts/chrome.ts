import { countBySeverity } from '../case-data.ts';
import { cutCells, formatCount, widthOf } from '../cells.ts';
import { bindingsIn, keySign } from '../keys.ts';
import type { Command, KeyBinding, KeyContext } from '../keys.ts';
import { chromeOf } from '../layout.ts';
import { clickable, lineWidth, rule, span, spread } from '../line.ts';
import type { Line, Span } from '../line.ts';
import { findingOf, openPlace } from '../items.ts';
import type { AppState, Overlay, Place } from '../state.ts';
import { placeOf } from '../state.ts';
import { isElsewhere } from '../reduce-timeline.ts';
import { SEVERITY_SIGN } from '../theme.ts';
import type { Tone } from '../theme.ts';
import { VIEWS, viewOf } from '../views/registry.ts';

/** Text that stands for a key: a click on it presses that. */
function pressing(key: string | null | undefined, text: string, tone: Tone): Span {
  const piece = span(text, tone);
  return key === null || key === undefined ? piece : clickable(piece, { kind: 'key', key });
}

/** Between key and name, and round the two; the names stay the same in every width. */
const TAB_SPACING = [
  { inner: ' ', outer: ' ' },
  { inner: ' ', outer: '' },
  { inner: '', outer: '' },
] as const;

function tabs(state: AppState, width: number): Line {
  const base = state.places[0]?.view ?? 'overview';
  const top = VIEWS.filter((view) => view.key !== null);
  for (const { inner, outer } of TAB_SPACING) {
    const line = top.flatMap((view): readonly Span[] => [
      span(' '),
      ...(view.id === base
        ? [pressing(view.key, `${outer}${view.key}${inner}${view.title}${outer}`, 'tab')]
        : [pressing(view.key, `${outer}${view.key}`, 'key'), pressing(view.key, `${inner}${view.title}${outer}`, 'dim')]),
    ]);
    if (lineWidth(line) <= width) return line;
  }
  const current = top.find((view) => view.id === base);
  return [
    span(` ${current?.key ?? ''} ${current?.title ?? ''} `, 'tab'),
    ...top.filter((view) => view.id !== base).map((view) => pressing(view.key, ` ${view.key}`, 'key')),
  ];
}

/** Cells of a title in the trail, at least. */
const TITLE_LEAST = 24;

function titleOf(state: AppState, place: Place): string {
  const finding = place.view === 'finding' && state.data !== null ? findingOf(state.data, place.finding) : null;
  return finding === null ? viewOf(place.view).title : cutCells(finding.title, Math.max(TITLE_LEAST, Math.floor(state.size.columns / 4)));
}

/** Where one is: the way from the tab to the place shown. */
function crumbs(state: AppState): string {
  return state.places
    .slice(1)
    .map((place) => ` › ${titleOf(state, place)}`)
    .join('');
}

function countsLine(state: AppState): Line {
  const { data } = state;
  if (data === null) return [];
  return (['critical', 'warning', 'info'] as const).flatMap((severity) => {
    const n = countBySeverity(data.findings, severity);
    return n === 0 ? [] : [span(`${n} ${SEVERITY_SIGN[severity]}  `, severity)];
  });
}

export function topLines(state: AppState): readonly Line[] {
  const { columns } = state.size;
  const trail = crumbs(state);
  if (chromeOf(state.size).top === 1)
    return [trail === '' ? tabs(state, columns) : [span(` ${titleOf(state, placeOf(state))} `, 'tab'), pressing('escape', ' Esc goes back', 'faint')]];
  const counts = countsLine(state);
  const room = columns - lineWidth(counts) - ' inquest '.length - 2;
  const name = cutCells(state.title, Math.max(8, room - widthOf(trail)));
  return [
    spread([span(' inquest ', 'accent'), span(name, 'strong'), span(cutCells(trail, room - widthOf(name)), 'dim')], counts, columns),
    tabs(state, columns),
    rule(columns),
  ];
}

/** Views whose rows Enter opens, where they lead anywhere. */
const LISTS: ReadonlySet<Place['view']> = new Set<Place['view']>(['overview', 'members', 'clocks', 'certificates', 'coverage', 'snapshots', 'notes']);

/** Keys that lead nowhere from here. */
function uselessKeys(state: AppState): ReadonlySet<Command> {
  const root = state.data?.story?.root ?? null;
  const place = placeOf(state);
  return new Set<Command>([
    ...(root === null || (place.view === 'finding' && place.finding === root.id) ? (['root-cause'] as const) : []),
    ...(LISTS.has(place.view) && openPlace(state, place) === null ? (['open'] as const) : []),
    ...(state.notes.length === 0 ? (['note-edit', 'note-tag', 'note-delete'] as const) : []),
  ]);
}

function hints(context: KeyContext, atTop: boolean, width: number, without: ReadonlySet<Command>): Line {
  const out: Span[] = [span(' ')];
  let used = 1;
  const all = bindingsIn(context).filter(
    (binding) => binding.hint !== undefined && !without.has(binding.command) && binding.command !== (atTop ? 'back' : 'close'),
  );
  const always = all.filter((binding) => binding.command === 'help' || binding.command === 'close' || binding.command === 'back');
  const text = (binding: KeyBinding): readonly [string, string] => [
    binding.command === 'zoom-in' ? '+ −' : binding.command === 'left' && context === 'lanes' ? '← →' : keySign(binding.keys[0] ?? ''),
    binding.hint ?? '',
  ];
  const cells = (binding: KeyBinding): number => text(binding).reduce((sum, one) => sum + widthOf(one), 3);
  let room = width - 1 - always.reduce((sum, one) => sum + cells(one), 0);
  for (const binding of all) {
    const kept = always.includes(binding);
    if (!kept && cells(binding) > room) continue;
    if (!kept) room -= cells(binding);
    used += cells(binding);
    if (used > width) break;
    const [key, what] = text(binding);
    const pressed = binding.command === 'zoom-in' ? '+' : binding.keys[0];
    out.push(pressing(pressed, key, 'key'), pressing(pressed, ` ${what}  `, 'dim'));
  }
  return out;
}

const PROMPTS = {
  search: '/',
  goto: 'go to ',
  'filter-text': 'lines with ',
  'filter-time': 'from and to ',
  whois: 'who is ',
  note: 'note ',
  save: 'save to ',
} as const;
const PROMPT_HELP = {
  search: 'regular expression',
  goto: '10:04:08  2026-03-01 10:04  +5m  start  end',
  'filter-text': 'regular expression',
  'filter-time': '10:04 10:06   10:04 +2m',
  whois: 'an id, a name, an address',
  note: 'a few words, or Enter for a bare bookmark',
  save: 'FILE.inquest',
} as const;

function promptLine(overlay: Extract<Overlay, { kind: 'prompt' }>, width: number, right: Line): Line {
  const lead = PROMPTS[overlay.purpose];
  const room = Math.max(4, width - lead.length - lineWidth(right) - 3);
  const typed = widthOf(overlay.text) > room ? `…${overlay.text.slice(-room + 1)}` : overlay.text;
  const note = overlay.error ?? (overlay.text === '' ? PROMPT_HELP[overlay.purpose] : '');
  return spread(
    [span(` ${lead}`, 'key'), span(typed, 'strong'), span(' ', 'cursor'), span(` ${note}`, overlay.error === null ? 'faint' : 'critical')],
    right,
    width,
  );
}

function searchNote(state: AppState): Line {
  const { search, timeline } = state;
  if (placeOf(state).view !== 'timeline') return [];
  if (search === null) return timeline.rows.length > 0 && isElsewhere(timeline.want) ? [span(' reading … ', 'accent')] : [];
  const share = `${Math.floor(search.progress * 100)} %`;
  const text = {
    seeking: 'looking …',
    counting: `${formatCount(search.hits)} hits, ${share} counted`,
    done: `${formatCount(search.hits)} ${search.hits === 1 ? 'hit' : 'hits'}`,
    none: 'no hit',
    idle: 'n finds the next',
  }[search.phase];
  const wrapped = search.wrapped ? ', from the other end' : '';
  return [span(` /${cutCells(search.pattern, 20)}/ `, 'accent'), span(`${text}${wrapped} `, search.phase === 'none' ? 'warning' : 'dim')];
}

/** The last line: a prompt, a message, or the keys that count now; a search's state on the right. */
export function statusLine(state: AppState, context: KeyContext): Line {
  const { columns } = state.size;
  const note = searchNote(state);
  if (state.overlay?.kind === 'prompt') return promptLine(state.overlay, columns, state.overlay.purpose === 'search' ? note.slice(1) : []);
  if (state.message !== null) return spread([span(` ${state.message}`, 'accent')], [pressing('?', '? ', 'key'), pressing('?', 'help ', 'dim')], columns);
  if (state.overlay !== null) return [pressing('escape', ' Esc', 'key'), pressing('escape', ' close  ', 'dim'), span('↑ ↓', 'key'), span(' move', 'dim')];
  const room = columns - lineWidth(note);
  const keys = hints(context, state.places.length === 1, room >= 30 ? room : columns, uselessKeys(state));
  return room >= 30 ? spread(keys, note, columns) : keys;
}
