import type { EpochMicros } from '../model/time.ts';
import { DAY, HOUR, MINUTE, SECOND, epochMicros, formatRfc3339, parseGoDuration, parseRfc3339 } from '../model/time.ts';

/** `2026-03-01 10:04:08`, cut to whole seconds. */
export function formatDateTime(at: EpochMicros | null): string {
  return at === null ? 'time unknown' : formatRfc3339(at).slice(0, 19).replace('T', ' ');
}

/** `10:04:08.123456`, or fewer decimals (0, 3, 6). */
export function formatClock(at: EpochMicros | null, decimals: 0 | 3 | 6 = 0): string {
  if (at === null) return '--:--:--';
  const text = formatRfc3339(at);
  return text.slice(11, decimals === 0 ? 19 : 20 + decimals);
}

export function formatDate(at: EpochMicros | null): string {
  return at === null ? '' : formatRfc3339(at).slice(0, 10);
}

export function sameDay(a: EpochMicros, b: EpochMicros): boolean {
  return Math.floor(a / DAY) === Math.floor(b / DAY);
}

/** `10:00:03 – 10:04:08` on one day, both dates otherwise; open ends in words. */
export function formatSpan(from: EpochMicros | null, to: EpochMicros | null): string {
  if (from === null) return to === null ? 'time unknown' : `until ${formatDateTime(to)}`;
  if (to === null) return `since ${formatDateTime(from)}`;
  if (from === to) return formatDateTime(from);
  return `${formatDateTime(from)} – ${sameDay(from, to) ? formatClock(to) : formatDateTime(to)}`;
}

const STEPS = [
  1,
  10,
  100,
  1000,
  10_000,
  100_000,
  SECOND,
  2 * SECOND,
  5 * SECOND,
  10 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  30 * DAY,
  90 * DAY,
  365 * DAY,
];

/** The smallest round step that puts ticks at least `least` microseconds apart. */
export function tickStep(least: number): number {
  return STEPS.find((step) => step >= least) ?? Math.ceil(least / (365 * DAY)) * 365 * DAY;
}

/** A tick's label, as precise as its step asks. */
export function formatTick(at: EpochMicros, step: number): string {
  if (step >= DAY) return formatDate(at);
  if (step >= MINUTE) return at % DAY === 0 ? formatDate(at) : formatClock(at).slice(0, 5);
  if (step >= SECOND) return formatClock(at);
  return formatClock(at, step >= 1000 ? 3 : 6);
}

/**
 * A time as people type it: RFC 3339, `10:04`, `10:04:08.5` (on the day of `near`), `+5m` or `-30s` from `near`,
 * `start`, `end`; null when it is none.
 */
export function parseMoment(text: string, near: EpochMicros, from: EpochMicros, to: EpochMicros): EpochMicros | null {
  const typed = text.trim();
  if (/^(start|first)$/i.test(typed)) return from;
  if (/^(end|last)$/i.test(typed)) return to;
  if (/^[+-]/.test(typed)) {
    const delta = parseGoDuration(typed);
    return delta === null ? null : epochMicros(near + delta);
  }
  const clock = /^(\d{1,2}):(\d\d)(?::(\d\d(?:\.\d{1,6})?))?$/.exec(typed);
  if (clock !== null) {
    const day = Math.floor(near / DAY) * DAY;
    return epochMicros(day + Number(clock[1]) * HOUR + Number(clock[2]) * MINUTE + Number(clock[3] ?? 0) * SECOND);
  }
  const date = /^\d{4}-\d\d-\d\d$/.test(typed) ? `${typed}T00:00:00Z` : /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d$/.test(typed) ? `${typed}:00` : typed;
  return parseRfc3339(date);
}

/** Two moments as people type them, parted by a space (the second may count from the first) or by ` - `; one alone is open to the end. Null when they are none. */
export function parseSpan(
  text: string,
  near: EpochMicros,
  first: EpochMicros,
  last: EpochMicros,
): { readonly from: EpochMicros; readonly to: EpochMicros | null } | null {
  const parts = text.trim().split(/\s+(?:[-–]|to)\s+/);
  const words = text.trim().split(/\s+/);
  const half = words.length / 2;
  const [one, two] =
    parts.length === 2
      ? parts
      : words.length === 1
        ? [words[0]]
        : words.length === 3
          ? [words.slice(0, 2).join(' '), words[2]]
          : [words.slice(0, half).join(' '), words.slice(half).join(' ')];
  const from = one === undefined ? null : parseMoment(one, near, first, last);
  if (from === null) return null;
  if (two === undefined || two === '') return { from, to: null };
  const to = parseMoment(two, from, first, last);
  return to === null || to <= from ? null : { from, to };
}
