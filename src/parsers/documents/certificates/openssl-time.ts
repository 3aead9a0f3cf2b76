import { microsFromUtc } from '../../../model/time.ts';
import type { EpochMicros } from '../../../model/time.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

export function monthOf(name: string): number | null {
  const i = MONTHS.indexOf(name.slice(0, 3).toLowerCase());
  return i < 0 ? null : i + 1;
}

/** `Oct 23 09:04:35 2026 GMT`, as OpenSSL prints validity; null when it is none. */
export function opensslTime(text: string): EpochMicros | null {
  const m = /^([A-Z][a-z]{2})\s+(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.\d+)? (\d{4}) (?:GMT|UTC)$/.exec(text.trim());
  const month = monthOf(m?.[1] ?? '');
  if (m === null || month === null) return null;
  return microsFromUtc(Number(m[6]), month, Number(m[2]), Number(m[3]), Number(m[4]), Number(m[5]));
}
