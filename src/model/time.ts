/** Integer microseconds since 1970-01-01T00:00:00Z in a JavaScript number: exact until the year 2255. */
declare const micros: unique symbol;
export type EpochMicros = number & { readonly [micros]: true };

/** a length of time in microseconds */
export type Micros = number;

/**
 * What a timestamp says about the moment it names. `written-in-second`: by a logger of whole seconds, at this time or later in the same
 * second.
 */
export type TimeMeaning =
  | 'written'
  | 'written-in-second'
  | 'observed'
  | 'acquired'
  | 'renewed'
  | 'notBefore'
  | 'notAfter'
  | 'scraped'
  | 'started'
  | 'collected';

/** True for the time a log line was written at. */
export function isWritten(meaning: TimeMeaning): boolean {
  return meaning === 'written' || meaning === 'written-in-second';
}

export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function epochMicros(value: number): EpochMicros {
  return Math.round(value) as EpochMicros;
}

/** `Date.UTC` in microseconds; month is 1–12. */
export function microsFromUtc(year: number, month: number, day: number, hour = 0, minute = 0, second = 0, fractionMicros = 0): EpochMicros {
  return (Date.UTC(year, month - 1, day, hour, minute, second) * 1000 + fractionMicros) as EpochMicros;
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s*([Zz]|[+-]\d\d:?\d\d)?$/;

/** RFC 3339 and its relatives (space for `T`, zone without colon, 0–9 decimals, zone missing = UTC); null when it is none. */
export function parseRfc3339(text: string): EpochMicros | null {
  const m = RFC3339.exec(text);
  if (m === null) return null;
  const [, year, month, day, hour, minute, second, fraction, zone] = m;
  const mo = Number(month);
  const da = Number(day);
  if (mo < 1 || mo > 12 || da < 1 || da > 31 || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  const whole = Date.UTC(Number(year), mo - 1, da, Number(hour), Number(minute), Number(second));
  const part = fraction === undefined ? 0 : Number((fraction + '000000').slice(0, 6));
  return (whole * 1000 + part - zoneMicros(zone)) as EpochMicros;
}

/** `+0800`, `+08:00`, `Z` or nothing, as microseconds east of UTC. */
export function zoneMicros(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  return sign * (hours * HOUR + minutes * MINUTE);
}

const pad = (n: number, width: number): string => String(n).padStart(width, '0');

/** `2026-11-22 09:00:40 UTC`: a time within a sentence. */
export function formatTime(at: EpochMicros): string {
  return `${formatRfc3339(at).slice(0, 19).replace('T', ' ')} UTC`;
}

/** RFC 3339 in UTC with six decimals. */
export function formatRfc3339(at: EpochMicros): string {
  const ms = Math.floor(at / 1000);
  const rest = at - ms * 1000;
  const d = new Date(ms);
  if (Number.isNaN(d.getTime())) return 'invalid time';
  return `${d.toISOString().slice(0, 23)}${pad(rest, 3)}Z`;
}

const UNIT_MICROS: ReadonlyMap<string, number> = new Map([
  ['ns', 0.001],
  ['us', 1],
  ['µs', 1],
  ['μs', 1],
  ['ms', 1000],
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
]);
const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;

const isNumeric = (code: number): boolean => (code >= ZERO && code <= ZERO + 9) || code === POINT;

/** A Go duration (`1m2.5s`, `144.776µs`, `-3ms`, `0s`) in microseconds, fractions kept; null when it is none. */
export function parseGoDuration(text: string): number | null {
  const sign = text.charCodeAt(0);
  const first = sign === MINUS || sign === PLUS ? 1 : 0;
  if (text.length === first + 1 && text.charCodeAt(first) === ZERO) return 0;
  let total = 0;
  let at = first;
  while (at < text.length) {
    let unit = at;
    while (isNumeric(text.charCodeAt(unit))) unit += 1;
    let end = unit;
    while (end < text.length && !isNumeric(text.charCodeAt(end))) end += 1;
    const count = text.slice(at, unit);
    const micros = UNIT_MICROS.get(text.slice(unit, end));
    const value = count === '' || count === '.' ? NaN : Number(count);
    if (micros === undefined || Number.isNaN(value)) return null;
    total += value * micros;
    at = end;
  }
  if (at === first) return null;
  return text.startsWith('-') ? -total : total;
}

/** A duration for people: `430 ms`, `12.3 s`, `4 min 05 s`, `2 h 10 min`, `3 d 4 h`. */
export function formatDuration(micro: number): string {
  const sign = micro < 0 ? '−' : '';
  const us = Math.abs(micro);
  if (us < 1000) return us < 1 ? '0 ms' : `${sign}<1 ms`;
  if (us < SECOND) return `${sign}${Math.round(us / 1000)} ms`;
  if (us < 100 * SECOND) return `${sign}${(us / SECOND).toFixed(1)} s`;
  const s = Math.round(us / SECOND);
  if (s < 3600) return `${sign}${Math.floor(s / 60)} min ${pad(s % 60, 2)} s`;
  if (s < 86_400) return `${sign}${Math.floor(s / 3600)} h ${pad(Math.floor((s % 3600) / 60), 2)} min`;
  return `${sign}${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`;
}

/** `+430.2 ms`, `+2.004 s`, `−3 min 00 s`: with a sign, so that ahead and behind can't be mixed up, and fine enough to tell bounds apart. */
export function formatOffset(micro: number): string {
  if (micro === 0) return '0 ms';
  const size = Math.abs(micro);
  const sign = micro < 0 ? '−' : '+';
  if (size < SECOND) return `${sign}${Number((size / 1000).toFixed(1))} ms`;
  return `${sign}${size < 600 * SECOND ? `${(size / SECOND).toFixed(3)} s` : formatDuration(size)}`;
}
