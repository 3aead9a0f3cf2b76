import { clean } from './cells.ts';
import type { Line } from './line.ts';
import type { Severity } from '../model/finding.ts';
import type { Level } from '../model/event.ts';

/** What a stretch of text means; the only words views use for colour. */
export type Tone =
  | 'text'
  | 'strong'
  | 'heading'
  | 'dim'
  | 'faint'
  | 'rule'
  | 'accent'
  | 'key'
  | 'tab'
  | 'chip'
  | 'critical'
  | 'warning'
  | 'info'
  | 'good'
  | 'match'
  | 'cursor'
  | 'none-leads'
  | 'down'
  | 'candidate'
  | `node${0 | 1 | 2 | 3 | 4 | 5}`
  | `term${0 | 1 | 2 | 3 | 4 | 5}`;

/** 256-colour numbers and attributes; a missing colour leaves the terminal's own. */
interface Style {
  readonly fg?: number;
  readonly bg?: number;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly inverse?: boolean;
  readonly underline?: boolean;
}

export const THEME_NAMES = ['dark', 'light', 'colour-blind', 'none'] as const;
export type ThemeName = (typeof THEME_NAMES)[number];

export interface Theme {
  readonly name: ThemeName;
  readonly tones: Readonly<Record<Tone, Style>>;
  /** laid under a selected line */
  readonly selection: Style;
}

const COLOURLESS: Theme['tones'] = {
  text: {},
  strong: { bold: true },
  heading: { bold: true },
  dim: {},
  faint: { dim: true },
  rule: { dim: true },
  accent: { bold: true },
  key: { bold: true },
  tab: { inverse: true },
  chip: { underline: true },
  critical: { bold: true },
  warning: {},
  info: {},
  good: {},
  match: { inverse: true },
  cursor: { inverse: true },
  'none-leads': { inverse: true },
  down: { dim: true },
  candidate: { bold: true },
  node0: {},
  node1: {},
  node2: {},
  node3: {},
  node4: {},
  node5: {},
  term0: { bold: true },
  term1: { bold: true },
  term2: { bold: true },
  term3: { bold: true },
  term4: { bold: true },
  term5: { bold: true },
};

const DARK: Theme['tones'] = {
  text: {},
  strong: { bold: true },
  heading: { fg: 253, bold: true },
  dim: { fg: 248 },
  faint: { fg: 245 },
  rule: { fg: 238 },
  accent: { fg: 75 },
  key: { fg: 75, bold: true },
  tab: { fg: 231, bg: 24, bold: true },
  chip: { fg: 153, bg: 236 },
  critical: { fg: 203, bold: true },
  warning: { fg: 214 },
  info: { fg: 110 },
  good: { fg: 114 },
  match: { fg: 16, bg: 221 },
  cursor: { fg: 16, bg: 153 },
  'none-leads': { fg: 231, bg: 124, bold: true },
  down: { fg: 203 },
  candidate: { fg: 221, bold: true },
  node0: { fg: 80 },
  node1: { fg: 179 },
  node2: { fg: 141 },
  node3: { fg: 114 },
  node4: { fg: 174 },
  node5: { fg: 110 },
  term0: { fg: 16, bg: 114 },
  term1: { fg: 16, bg: 80 },
  term2: { fg: 16, bg: 179 },
  term3: { fg: 16, bg: 141 },
  term4: { fg: 16, bg: 152 },
  term5: { fg: 16, bg: 174 },
};

const LIGHT: Theme['tones'] = {
  ...DARK,
  heading: { fg: 234, bold: true },
  dim: { fg: 240 },
  faint: { fg: 242 },
  rule: { fg: 250 },
  accent: { fg: 25 },
  key: { fg: 25, bold: true },
  tab: { fg: 231, bg: 25, bold: true },
  chip: { fg: 25, bg: 254 },
  critical: { fg: 160, bold: true },
  warning: { fg: 94 },
  info: { fg: 24 },
  good: { fg: 22 },
  match: { fg: 16, bg: 222 },
  cursor: { fg: 231, bg: 25 },
  'none-leads': { fg: 231, bg: 160, bold: true },
  down: { fg: 160 },
  candidate: { fg: 94, bold: true },
  node0: { fg: 23 },
  node1: { fg: 58 },
  node2: { fg: 90 },
  node3: { fg: 22 },
  node4: { fg: 125 },
  node5: { fg: 25 },
};

/** After Okabe and Ito: no meaning rests on red against green. */
const COLOUR_BLIND: Theme['tones'] = {
  ...DARK,
  accent: { fg: 74 },
  key: { fg: 74, bold: true },
  critical: { fg: 208, bold: true },
  warning: { fg: 227 },
  info: { fg: 74 },
  good: { fg: 74 },
  'none-leads': { fg: 16, bg: 208, bold: true },
  down: { fg: 208 },
  candidate: { fg: 227, bold: true },
  node0: { fg: 74 },
  node1: { fg: 214 },
  node2: { fg: 175 },
  node3: { fg: 36 },
  node4: { fg: 227 },
  node5: { fg: 111 },
  term0: { fg: 16, bg: 74 },
  term1: { fg: 16, bg: 214 },
  term2: { fg: 16, bg: 175 },
  term3: { fg: 16, bg: 36 },
  term4: { fg: 16, bg: 227 },
  term5: { fg: 231, bg: 25 },
};

const THEMES: Readonly<Record<ThemeName, Theme>> = {
  dark: { name: 'dark', tones: DARK, selection: { bg: 236 } },
  light: { name: 'light', tones: LIGHT, selection: { bg: 254 } },
  'colour-blind': { name: 'colour-blind', tones: COLOUR_BLIND, selection: { bg: 236 } },
  none: { name: 'none', tones: COLOURLESS, selection: { inverse: true } },
};

export function themeOf(name: ThemeName): Theme {
  return THEMES[name];
}

export function nextTheme(name: ThemeName): ThemeName {
  return THEME_NAMES[(THEME_NAMES.indexOf(name) + 1) % THEME_NAMES.length] ?? 'dark';
}

function sgr(style: Style): string {
  const codes: (number | string)[] = [];
  if (style.bold === true) codes.push(1);
  if (style.dim === true) codes.push(2);
  if (style.underline === true) codes.push(4);
  if (style.inverse === true) codes.push(7);
  if (style.fg !== undefined) codes.push(`38;5;${style.fg}`);
  if (style.bg !== undefined) codes.push(`48;5;${style.bg}`);
  return codes.length === 0 ? '' : `\u001b[${codes.join(';')}m`;
}

/** A line as terminal text. The one place where bundle text meets escape sequences, so it cleans once more. */
export function paint(line: Line, theme: Theme, selected = false): string {
  let out = '';
  for (const { text, tone } of line) {
    if (text === '') continue;
    const own = theme.tones[tone];
    const on = sgr(selected ? { ...theme.selection, ...own, ...(theme.selection.inverse === true ? { inverse: true } : {}) } : own);
    out += on === '' ? clean(text) : `${on}${clean(text)}\u001b[0m`;
  }
  return out;
}

const SIX = [0, 1, 2, 3, 4, 5] as const;

/** A steady colour for the n-th node. */
export function nodeTone(index: number): Tone {
  const n = SIX[((index % 6) + 6) % 6] ?? 0;
  return index < 0 ? 'dim' : `node${n}`;
}

export function termTone(raftTerm: number | null): Tone {
  return `term${SIX[(raftTerm ?? 0) % 6] ?? 0}`;
}

export const SEVERITY_SIGN = { critical: 'CRIT', warning: 'WARN', info: 'INFO' } as const satisfies Record<Severity, string>;

export const LEVEL_SIGN = {
  debug: 'debug',
  info: 'info',
  notice: 'note',
  warn: 'WARN',
  error: 'ERROR',
  fatal: 'FATAL',
  unknown: '·',
} as const satisfies Record<Level, string>;

export const LEVEL_TONE = {
  debug: 'faint',
  info: 'dim',
  notice: 'text',
  warn: 'warning',
  error: 'critical',
  fatal: 'critical',
  unknown: 'faint',
} as const satisfies Record<Level, Tone>;
