import type { EvidenceRef } from '../model/evidence.ts';
import type { Level } from '../model/event.ts';
import type { EntryId } from '../model/ids.ts';
import type { Note } from '../model/note.ts';
import type { TimelineRow } from '../model/ports.ts';
import type { Progress } from '../model/progress.ts';
import type { EpochMicros } from '../model/time.ts';
import type { CaseData } from './case-data.ts';
import type { Command } from './keys.ts';
import type { ThemeName } from './theme.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export const TOP_VIEWS = ['overview', 'timeline', 'lanes', 'members', 'clocks', 'certificates', 'coverage', 'snapshots', 'notes'] as const;
export type TopView = (typeof TOP_VIEWS)[number];

/** What tabs and the palette call them. */
export const TOP_TITLES = {
  overview: 'Findings',
  timeline: 'Timeline',
  lanes: 'Lanes',
  members: 'Members',
  clocks: 'Clocks',
  certificates: 'Certs',
  coverage: 'Coverage',
  snapshots: 'Restore',
  notes: 'Notes',
} as const satisfies Readonly<Record<TopView, string>>;
export type ViewId = TopView | 'finding' | 'evidence';

/** A cited place on its way to the evidence view. */
export interface Target {
  readonly ref: EvidenceRef;
  /** corrected, where known */
  readonly at: EpochMicros | null;
  readonly why: string;
  readonly text?: string;
}

/** One screen of the way back. */
export type Place =
  | { readonly view: TopView }
  | { readonly view: 'finding'; readonly finding: string }
  | { readonly view: 'evidence'; readonly target: Target };

export interface Filter {
  readonly nodes: readonly string[];
  readonly components: readonly string[];
  readonly minLevel: Level | null;
  /** source of a regular expression tested on the raw line */
  readonly text: string | null;
  /** from inclusive, to exclusive; in the times shown */
  readonly from: EpochMicros | null;
  readonly to: EpochMicros | null;
  /** only lines that gave a fact of this type, or that this finding cites */
  readonly only: OnlyCited | null;
}

/** Lines picked out by what was concluded from them. */
export interface OnlyCited {
  readonly kind: 'fact' | 'finding';
  readonly id: string;
  readonly label: string;
}

export const NO_FILTER: Filter = { nodes: [], components: [], minLevel: null, text: null, from: null, to: null, only: null };

/** A line of an entry. */
export interface EntryLine {
  readonly entry: EntryId;
  readonly line: number;
}

/** Rows that the timeline lacks; filled by `supply.ts`. */
export type Want =
  | {
      readonly kind: 'around';
      readonly at: EpochMicros | null;
      readonly id: number | null;
      /** the event that this line belongs to, whose time is looked up */
      readonly line?: EntryLine;
    }
  | { readonly kind: 'first' | 'last' | 'before' | 'after' };

export interface Timeline {
  readonly filter: Filter;
  /** show and order by written times */
  readonly raw: boolean;
  readonly rows: readonly TimelineRow[];
  readonly cursor: number;
  /** index of the first row on screen */
  readonly top: number;
  readonly atStart: boolean;
  readonly atEnd: boolean;
  readonly want: Want | null;
  /** keys that came while rows from elsewhere were still being read; done when they are there */
  readonly queued: readonly Command[];
  /** cells the text is shifted by */
  readonly shift: number;
}

export interface Search {
  readonly pattern: string;
  readonly forward: boolean;
  /** `idle`: the filters changed since it ran */
  readonly phase: 'seeking' | 'counting' | 'done' | 'none' | 'idle';
  readonly hits: number;
  /** 0–1 of the case looked through */
  readonly progress: number;
  readonly wrapped: boolean;
  /** changes with every new run, so that answers of an old one are dropped */
  readonly run: number;
}

/** Lines around the cited one, as far as they were read. */
export interface Surroundings {
  readonly key: string;
  readonly lines: readonly { readonly line: number; readonly text: string }[];
  readonly reach: number;
}

/** What lies over the view. */
export type Overlay =
  | { readonly kind: 'help'; readonly cursor: number }
  | { readonly kind: 'palette'; readonly text: string; readonly cursor: number }
  | { readonly kind: 'prompt'; readonly purpose: PromptPurpose; readonly text: string; readonly error: string | null; readonly note?: PendingNote }
  | { readonly kind: 'filters'; readonly cursor: number }
  | { readonly kind: 'text'; readonly title: string; readonly lines: readonly string[]; readonly cursor: number };

export type PromptPurpose = 'search' | 'goto' | 'filter-text' | 'filter-time' | 'whois' | 'note' | 'save';

/** A note being written: where it stands, or which one is changed. */
export interface PendingNote {
  readonly id: number | null;
  readonly target: Target | null;
}

/** Something to be done outside the state, asked for by a key and carried out once. */
export type Request = { readonly kind: 'note'; readonly text: string; readonly note: PendingNote } | { readonly kind: 'save'; readonly path: string };

export interface Lanes {
  /** null = the whole case */
  readonly window: { readonly from: EpochMicros; readonly to: EpochMicros } | null;
}

/** Everything the screen shows; changed by `reduce` alone. */
export interface AppState {
  readonly size: Size;
  readonly theme: ThemeName;
  /** chosen on the command line or by NO_COLOR: what was remembered gives way */
  readonly themeAsked: boolean;
  /** the one of the last session; it stays remembered where another was only asked for */
  readonly themeRemembered: ThemeName | null;
  readonly title: string;
  readonly progress: Progress | null;
  /** null while the case is being opened */
  readonly data: CaseData | null;
  /** never empty; the last is shown, Esc goes back */
  readonly places: readonly Place[];
  /** selected item, by `placeKey` */
  readonly cursors: Readonly<Record<string, number>>;
  /** the moment all views share, corrected */
  readonly instant: EpochMicros | null;
  readonly timeline: Timeline;
  readonly lanes: Lanes;
  readonly search: Search | null;
  readonly surroundings: Surroundings | null;
  readonly overlay: Overlay | null;
  readonly notes: readonly Note[];
  readonly request: Request | null;
  readonly message: string | null;
  /** counts redraws asked for by background reads */
  readonly tick: number;
}

/** `theme` null = none was asked for */
export function initialState(title: string, size: Size, theme: ThemeName | null): AppState {
  return {
    size,
    theme: theme ?? 'dark',
    themeAsked: theme !== null,
    themeRemembered: null,
    title,
    progress: null,
    data: null,
    places: [{ view: 'overview' }],
    cursors: {},
    instant: null,
    timeline: { filter: NO_FILTER, raw: false, rows: [], cursor: 0, top: 0, atStart: false, atEnd: false, want: null, queued: [], shift: 0 },
    lanes: { window: null },
    search: null,
    surroundings: null,
    overlay: null,
    notes: [],
    request: null,
    message: null,
    tick: 0,
  };
}

export function placeOf(state: AppState): Place {
  return state.places.at(-1) ?? { view: 'overview' };
}

/** Names a place, for its cursor. */
export function placeKey(place: Place): string {
  switch (place.view) {
    case 'finding':
      return `finding:${place.finding}`;
    case 'evidence':
      return `evidence:${place.target.ref.entry}:${place.target.ref.offset}`;
    default:
      return place.view;
  }
}

export function cursorOf(state: AppState, place: Place = placeOf(state)): number {
  return state.cursors[placeKey(place)] ?? 0;
}
