import { type EpochMicros, formatDuration, formatOffset, formatRfc3339, parseRfc3339 } from '../model/time.ts';
import type { Timestamp } from './types.ts';

/** RFC 3339 with up to six decimals, trailing zeros trimmed; null for none or a time no calendar has. */
export function timestamp(at: EpochMicros | null): Timestamp | null {
  if (at === null || !Number.isFinite(at)) return null;
  const text = formatRfc3339(at);
  return text.endsWith('Z') ? text.replace(/\.?0+Z$/, 'Z') : null;
}

/** Microseconds to milliseconds for the report; null for none and for bounds that prove nothing. */
export function millis(micros: number | null): number | null {
  if (micros === null || !Number.isFinite(micros)) return null;
  return micros / 1000 + 0;
}

export const DASH = '–';

/** `09:00:41.180` on the day `base` falls on, `2026-11-22 09:00:41.180` on any other; a dash for none. */
export function clockTime(time: Timestamp | null, base: Timestamp | null): string {
  if (time === null) return DASH;
  const at = parseRfc3339(time);
  if (at === null) return DASH;
  const full = formatRfc3339(at);
  const day = full.slice(0, 10);
  const hour = full.slice(11, 23);
  return base !== null && base.startsWith(day) ? hour : `${day} ${hour}`;
}

/** Microseconds between two report times; null when either is missing. */
export function between(from: Timestamp | null, to: Timestamp | null): number | null {
  const a = from === null ? null : parseRfc3339(from);
  const b = to === null ? null : parseRfc3339(to);
  return a === null || b === null ? null : b - a;
}

export function durationOf(from: Timestamp | null, to: Timestamp | null): string | null {
  const span = between(from, to);
  return span === null || span <= 0 ? null : formatDuration(span);
}

/** An offset in milliseconds with its sign; a dash for none. */
export function signedMillis(ms: number | null): string {
  return ms === null ? DASH : formatOffset(ms * 1000);
}

/** East Asian wide and full-width ranges (UAX #11, the blocks that occur in text) and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const COMBINING = /\p{Mn}|\p{Me}/u;

/** Terminal columns of one line of printable text. */
export function displayWidth(text: string): number {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length;
  let width = 0;
  for (const c of text) width += COMBINING.test(c) ? 0 : WIDE.test(c) ? 2 : 1;
  return width;
}

export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** Cuts to `width` columns, ending in `…` when cut. */
export function fit(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let out = '';
  let used = 0;
  for (const c of text) {
    const w = displayWidth(c);
    if (used + w > width - 1) break;
    out += c;
    used += w;
  }
  return `${out}…`;
}

/** Breaks printable text into lines of at most `width` columns, at spaces where it can; at most `maxLines`, the last one cut. */
export function wrap(text: string, width: number, maxLines = Number.POSITIVE_INFINITY): string[] {
  const columns = Math.max(8, width);
  const lines: string[] = [];
  let rest = text;
  while (rest !== '') {
    if (lines.length === maxLines - 1) {
      lines.push(fit(rest, columns));
      break;
    }
    const end = breakAt(rest, columns);
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return lines.length === 0 ? [''] : lines;
}

function breakAt(text: string, columns: number): number {
  let used = 0;
  let at = 0;
  let space = -1;
  let comma = -1;
  for (const c of text) {
    used += displayWidth(c);
    if (used > columns) return space > columns / 2 ? space : comma > columns / 2 ? comma : Math.max(at, 1);
    at += c.length;
    if (c === ' ') space = at;
    else if (c === ',' || c === '/' || c === ';') comma = at;
  }
  return text.length;
}

export { formatDuration };
