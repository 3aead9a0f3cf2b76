import { microsFromUtc, type EpochMicros } from '../model/time.ts';

/**
 * The time in a bundle's name: the first six (or five) groups a pattern captures are year, month, day, hour, minute,
 * second. Collectors write local time; without a zone it is read as UTC and only ever a hint.
 */
export function timeInName(name: string, pattern: RegExp): EpochMicros | null {
  const m = pattern.exec(name);
  if (m === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = m.slice(1).map((group) => Number(group ?? 0));
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return null;
  return microsFromUtc(year < 100 ? 2000 + year : year, month, day, hour, minute, second);
}
