import { DAY, HOUR, MINUTE, SECOND } from '../../model/time.ts';
import { indexWithin } from './latin1.ts';
import { monthNumber, monthOfBytes } from './month-names.ts';

const ZERO = 48;
const DAYS_BEFORE_1970 = 719_468;

/** Days since 1970-01-01 of a proleptic Gregorian date; month is 1–12. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - DAYS_BEFORE_1970;
}

function two(s: string, at: number): number {
  const a = s.charCodeAt(at) - ZERO;
  const b = s.charCodeAt(at + 1) - ZERO;
  return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? a * 10 + b : -1;
}

/**
 * Reads timestamps out of the middle of long strings without cutting them out first.
 * After a successful read, `micros` is the time as if UTC where no zone stood (`zoned` says), `end` the index behind it.
 */
export class StampReader {
  micros = 0;
  end = 0;
  zoned = false;
  /** number of fraction digits read; tells second from microsecond resolution */
  decimals = 0;
  /** `monthDay` had to infer the year */
  yearless = false;
  private dayKey = -1;
  private dayMicros = 0;

  /** `2026-11-22T07:41:35[.fff][Z|±hh[:]mm]`, also with a space or `/` as separators (`T` or space between date and time). */
  iso(s: string, at: number): boolean {
    const century = two(s, at);
    const yearOfCentury = two(s, at + 2);
    const month = two(s, at + 5);
    const day = two(s, at + 8);
    if (century < 0 || yearOfCentury < 0 || month < 1 || day < 1 || month > 12 || day > 31) return false;
    const dash = s.charCodeAt(at + 4);
    if ((dash !== 45 && dash !== 47) || s.charCodeAt(at + 7) !== dash) return false;
    const mid = s.charCodeAt(at + 10);
    if (mid !== 84 && mid !== 32) return false;
    const key = (century * 100 + yearOfCentury) * 512 + month * 32 + day;
    if (key !== this.dayKey) {
      this.dayKey = key;
      this.dayMicros = daysFromCivil(century * 100 + yearOfCentury, month, day) * 86_400_000_000;
    }
    if (!this.clock(s, at + 11)) return false;
    this.micros += this.dayMicros;
    this.zone(s);
    return true;
  }

  /** `07:41:35[.fff]`; leaves the time of day in `micros`. */
  clock(s: string, at: number): boolean {
    const hour = two(s, at);
    const minute = two(s, at + 3);
    const second = two(s, at + 6);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return false;
    if (s.charCodeAt(at + 2) !== 58 || s.charCodeAt(at + 5) !== 58) return false;
    this.micros = hour * HOUR + minute * MINUTE + second * SECOND;
    this.end = at + 8;
    this.zoned = false;
    this.decimals = 0;
    const dot = s.charCodeAt(this.end);
    if (dot === 46 || dot === 44) this.fraction(s, this.end + 1);
    return true;
  }

  /**
   * `Nov 22 [2026 ]07:41:35[.ffffff]` with zero- or space-padded day, the month in any known locale; leaves the time in the year that
   * `inferYear` finds.
   */
  monthDay(s: string, at: number, anchor: number, near: number | null = null): boolean {
    let month = monthNumber(s.slice(at, at + 3));
    let from = at + 4;
    if (month === 0 || s.charCodeAt(at + 3) !== 32) {
      const space = indexWithin(s, 32, s.charCodeAt(at) === 32 ? at + 1 : at, at + 13);
      if (space < 0) return false;
      month = monthOfBytes(s.slice(at, space).trimStart());
      if (month === 0) return false;
      from = space + 1;
    }
    const tens = s.charCodeAt(from) === 32 ? 0 : s.charCodeAt(from) - ZERO;
    const ones = s.charCodeAt(from + 1) - ZERO;
    if (!(tens >= 0 && tens <= 3 && ones >= 0 && ones <= 9) || s.charCodeAt(from + 2) !== 32) return false;
    const day = tens * 10 + ones;
    if (day < 1 || day > 31) return false;
    if (this.clock(s, from + 3)) {
      this.yearless = true;
      this.micros += daysFromCivil(inferYear(month, day, anchor, near), month, day) * DAY;
      return true;
    }
    // some loggers are made to write the year behind the day
    const year = two(s, from + 3) * 100 + two(s, from + 5);
    if (year < 1970 || s.charCodeAt(from + 7) !== 32 || !this.clock(s, from + 8)) return false;
    this.yearless = false;
    this.micros += daysFromCivil(year, month, day) * DAY;
    return true;
  }

  private fraction(s: string, at: number): void {
    let value = 0;
    let i = at;
    for (; i < at + 9; i += 1) {
      const digit = s.charCodeAt(i) - ZERO;
      if (!(digit >= 0 && digit <= 9)) break;
      if (i < at + 6) value = value * 10 + digit;
    }
    this.decimals = i - at;
    for (let n = this.decimals; n < 6; n += 1) value *= 10;
    this.micros += value;
    this.end = i;
  }

  private zone(s: string): void {
    const c = s.charCodeAt(this.end);
    if (c === 90) {
      this.zoned = true;
      this.end += 1;
    } else if (c === 43 || c === 45) {
      const hours = two(s, this.end + 1);
      if (hours < 0) return;
      const colon = s.charCodeAt(this.end + 3) === 58 ? 1 : 0;
      const minutes = two(s, this.end + 3 + colon);
      const offset = hours * HOUR + (minutes < 0 ? 0 : minutes * MINUTE);
      this.micros -= c === 43 ? offset : -offset;
      this.zoned = true;
      this.end += minutes < 0 ? 3 : 5 + colon;
    }
  }
}

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/**
 * The year of a stamp that has none: the one nearest to `near`, a full time close by, where there is one; else the latest that puts
 * it at or before the collection, with a day of grace for zones. A 29 February is in a leap year.
 */
export function inferYear(month: number, day: number, anchor: number, near: number | null = null): number {
  const around = new Date((near ?? anchor) / 1000).getUTCFullYear();
  const start = (year: number): number => daysFromCivil(year, month, day) * DAY;
  const fits = (year: number): boolean => month !== 2 || day !== 29 || isLeap(year);
  if (near === null) {
    let year = around + 1;
    while (year > around - 8 && (start(year) > anchor + DAY || !fits(year))) year -= 1;
    return year;
  }
  let best = around;
  for (const year of [around - 1, around + 1, around - 2, around + 2, around - 3, around + 3, around - 4, around + 4]) {
    if (!fits(best) || (fits(year) && Math.abs(start(year) - near) < Math.abs(start(best) - near))) best = year;
    if (Math.abs(year - around) > 1 && fits(best)) break;
  }
  return best;
}
