import stringWidth from 'string-width';
import { printable } from '../model/text.ts';

/** Characters of one UTF-16 unit and one cell in every terminal: ASCII, Latin, dashes, arrows, boxes, blocks. */
const PLAIN = /^[\x20-\x7e\u00a1-\u00a8\u00aa-\u00ac\u00af-\u024f\u2010-\u2027\u2190-\u2193\u2500-\u259f\u25b8\u25ba\u25cb\u25cf]*$/;
/** Code points that terminals and width tables disagree on: soft hyphen, variation selectors, tags. */
// oxlint-disable-next-line no-misleading-character-class
const ODD = /[\u00ad\u034f\u061c\u180e\ufe00-\ufe0f\u{e0000}-\u{e0fff}]/gu;
const STACKED = /(\p{M}{2})\p{M}+/gu;
const LONE_SURROGATE = /\p{Surrogate}/gu;
/** UTF-16 units looked at per cell asked for: a line of a megabyte must not cost a megabyte to cut. */
const UNITS_PER_CELL = 8;

/** Makes bundle text safe for a terminal and of a width every terminal agrees on. Idempotent. */
export function clean(text: string): string {
  if (PLAIN.test(text)) return text;
  return printable(text.replace(LONE_SURROGATE, '\ufffd')).replace(ODD, '').replace(STACKED, '$1');
}

/** Terminal cells a clean text takes. */
export function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

function graphemes(text: string): Iterable<{ readonly segment: string }> {
  return new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text);
}

/** The longest head of a clean text that takes at most `width` cells. */
export function headOf(text: string, width: number): string {
  if (width <= 0) return '';
  if (PLAIN.test(text)) return text.slice(0, width);
  let used = 0;
  let end = 0;
  for (const { segment } of graphemes(text)) {
    const cells = stringWidth(segment);
    if (used + cells > width) break;
    used += cells;
    end += segment.length;
  }
  return text.slice(0, end);
}

/** Cleans and cuts to at most `width` cells, ending in `…` when cut. */
export function cutCells(text: string, width: number): string {
  if (width <= 0) return '';
  const bound = width * UNITS_PER_CELL;
  const long = text.length > bound;
  const safe = clean(long ? text.slice(0, bound) : text);
  if (!long && widthOf(safe) <= width) return safe;
  return `${headOf(safe, width - 1)}…`;
}

/** Cleans, cuts and pads to exactly `width` cells. */
export function fitCells(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const cut = cutCells(text, width);
  const pad = ' '.repeat(Math.max(0, width - widthOf(cut)));
  return align === 'left' ? cut + pad : pad + cut;
}

/** Cuts from the left instead, keeping the end of a path: `…/etcd/etcd.log`. */
export function cutStart(text: string, width: number): string {
  const safe = clean(text);
  if (widthOf(safe) <= width) return safe;
  let out = '';
  for (const { segment } of [...graphemes(safe)].reverse()) {
    if (widthOf(segment + out) > width - 1) break;
    out = segment + out;
  }
  return width <= 0 ? '' : `…${out}`;
}

/** Container and file hashes of 32 hex digits and more say nothing in a list. */
const HASH = /([0-9a-f]{6})[0-9a-f]{26,}/g;

/** A path for lists: hashes shortened to six digits, then cut from the left. */
export function shortPath(path: string, width: number): string {
  return cutStart(path.replace(HASH, '$1…'), width);
}

/** `4 012 345`: digits in groups of three. */
export function formatCount(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** Cells that must be left in a line for a word wider than a whole line to begin there. */
const WORTH_FILLING = 8;

/** Wraps at spaces; a word wider than a line begins where the words before it end and goes on over the next. At most `maxLines`, the last then ending in `…`. */
export function wrapCells(text: string, width: number, maxLines = Number.POSITIVE_INFINITY): readonly string[] {
  if (width <= 0) return [];
  const bound = Number.isFinite(maxLines) ? width * maxLines * UNITS_PER_CELL : text.length;
  const lines: string[] = [];
  let line = '';
  const push = (): void => {
    lines.push(line.trimEnd());
    line = '';
  };
  for (const word of clean(text.slice(0, bound)).split(/(?<= )/)) {
    let rest = word;
    if (line !== '' && widthOf(line) + widthOf(word.trimEnd()) > width) {
      const room = width - widthOf(line);
      if (widthOf(word.trimEnd()) > width && room >= WORTH_FILLING) {
        const head = headOf(word, room);
        line += head;
        rest = word.slice(head.length);
      }
      push();
    }
    while (widthOf(rest.trimEnd()) > width) {
      const head = headOf(rest, width);
      if (head === '') break;
      line = head;
      push();
      rest = rest.slice(head.length);
    }
    // no blanks at the head of a line but those the text begins with
    if (line !== '' || lines.length === 0 || rest.trim() !== '') line += rest;
    if (lines.length > maxLines) break;
  }
  if (line.trim() !== '') push();
  if (lines.length <= maxLines) return lines;
  const kept = lines.slice(0, maxLines);
  const last = `${kept.pop() ?? ''} ${lines[maxLines] ?? ''}`;
  return [...kept, `${headOf(last, width - 1).trimEnd()}…`];
}

/** A line of a file in pieces of `width` cells, wherever they end: it is shown as it stands. At most `maxLines`, the last then ending in `…`. */
export function cutUp(text: string, width: number, maxLines: number): readonly string[] {
  const bound = width * maxLines * UNITS_PER_CELL;
  const lines: string[] = [];
  let rest = clean(text.slice(0, bound));
  while (rest !== '') {
    if (lines.length === maxLines - 1) return [...lines, cutCells(rest, width)];
    const head = headOf(rest, width);
    if (head === '') break;
    lines.push(head);
    rest = rest.slice(head.length);
  }
  return lines;
}

/** `1 file`, `2 files`. */
export function counted(n: number, one: string): string {
  return `${formatCount(n)} ${one}${n === 1 ? '' : 's'}`;
}
