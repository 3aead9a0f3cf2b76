import { clean, cutCells, fitCells, headOf, widthOf } from './cells.ts';
import type { Hit } from './hits.ts';
import type { Tone } from './theme.ts';

/** A stretch of clean text in one tone; made by `span`, which cleans. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
  /** what a click on it does */
  readonly hit?: Hit;
}

/** One line of the screen. Views return arrays of these, so that nothing is ever wrapped or measured by the terminal. */
export type Line = readonly Span[];

/** Lines made when they are asked for; an array of lines is one. Both ends as in `Array.slice`. */
export interface LineSource {
  readonly length: number;
  slice(from: number, to: number): readonly Line[];
}

/** A line for each item, made only for those on screen. */
export function linesFor<Item>(items: readonly Item[], lineFor: (item: Item, index: number) => Line): LineSource {
  return { length: items.length, slice: (from, to) => items.slice(from, to).map((item, i) => lineFor(item, from + i)) };
}

export const EMPTY: Line = [];

export function span(text: string, tone: Tone = 'text'): Span {
  return { text: clean(text), tone };
}

export function lineOf(text: string, tone: Tone = 'text'): Line {
  return [span(text, tone)];
}

/** A cell of a table: exactly `width` cells wide. */
export function cell(text: string, width: number, tone: Tone = 'text', align: 'left' | 'right' = 'left'): Span {
  return { text: fitCells(text, width, align), tone };
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, piece) => sum + widthOf(piece.text), 0);
}

/** Cuts a line to `width` cells, ending in `…` when something was lost. */
export function cutLine(line: Line, width: number): Line {
  if (lineWidth(line) <= width) return line;
  const out: Span[] = [];
  let left = width;
  for (const piece of line) {
    const cells = widthOf(piece.text);
    if (cells < left) {
      out.push(piece);
      left -= cells;
      continue;
    }
    out.push({ ...piece, text: left > 0 ? `${headOf(piece.text, left - 1)}…` : '' });
    return out;
  }
  return out;
}

/** The same stretch, answering a click. */
export function clickable(piece: Span, hit: Hit): Span {
  return { ...piece, hit };
}

/** What a click on a line's cell does. */
export function hitIn(line: Line, column: number): Hit | null {
  let end = 0;
  for (const piece of line) {
    end += widthOf(piece.text);
    if (column < end) return piece.hit ?? null;
  }
  return null;
}

/** Cuts and pads with plain spaces to exactly `width` cells. */
export function fitLine(line: Line, width: number): Line {
  const cut = cutLine(line, width);
  const missing = width - lineWidth(cut);
  return missing > 0 ? [...cut, { text: ' '.repeat(missing), tone: 'text' }] : cut;
}

/** Left and right parts of one line; the right one wins when room is short. */
export function spread(left: Line, right: Line, width: number): Line {
  const room = width - lineWidth(right);
  return room <= 0 ? cutLine(right, width) : [...fitLine(left, room), ...right];
}

/** Two blocks side by side with a calm line between, `height` lines high. */
export function beside(left: readonly Line[], right: readonly Line[], leftWidth: number, width: number, height: number): readonly Line[] {
  return Array.from({ length: height }, (_, i) => [
    ...fitLine(left[i] ?? EMPTY, leftWidth),
    { text: '│ ', tone: 'rule' as const },
    ...cutLine(right[i] ?? EMPTY, width - leftWidth - 2),
  ]);
}

/** `── Title ─────── note ──` */
export function rule(width: number, title = '', note = ''): Line {
  if (title === '') return [{ text: '─'.repeat(Math.max(0, width)), tone: 'rule' }];
  const safe = clean(note);
  const fits = note !== '' && widthOf(title) + widthOf(safe) + 9 <= width;
  const end = fits ? ` ${safe} ─` : '';
  const head = cutCells(title, Math.max(0, width - 5 - widthOf(end)));
  const fill = Math.max(0, width - 3 - widthOf(head) - 1 - widthOf(end));
  return [
    { text: '── ', tone: 'rule' },
    { text: head, tone: 'heading' },
    { text: ` ${'─'.repeat(fill)}`, tone: 'rule' },
    { text: end === '' ? '' : end.slice(0, -1), tone: 'dim' },
    { text: end === '' ? '' : '─', tone: 'rule' },
  ];
}

/** Marks every match of `pattern` in a span with the `match` tone. */
export function highlight(piece: Span, pattern: RegExp | null): Line {
  if (pattern === null) return [piece];
  const out: Span[] = [];
  let at = 0;
  for (const found of piece.text.matchAll(new RegExp(pattern.source, `${pattern.flags.replace('g', '')}g`))) {
    if (found[0] === '') continue;
    if (found.index > at) out.push({ text: piece.text.slice(at, found.index), tone: piece.tone });
    out.push({ text: found[0], tone: 'match' });
    at = found.index + found[0].length;
  }
  if (out.length === 0) return [piece];
  out.push({ text: piece.text.slice(at), tone: piece.tone });
  return out;
}
