import { parseRfc3339 } from '../model/time.ts';
import type { FieldKind } from './vocabulary.ts';

const DURATION_UNIT: Readonly<Record<string, number>> = {
  us: 1,
  µs: 1,
  ms: 1000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
  w: 604_800_000_000,
};

const BYTE_UNIT: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

const NUMBER = '(-?\\d+(?:\\.\\d+)?)';
const DURATION = new RegExp(`^${NUMBER} ?(us|µs|ms|s|m|h|d|w)$`);
const BYTES = new RegExp(`^${NUMBER} ?(B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$`);
const PERCENT = new RegExp(`^${NUMBER} ?%$`);

/** `3s`, `250ms`, `30d` in microseconds; null when it is none. */
export function parseDuration(text: string): number | null {
  const m = DURATION.exec(text.trim());
  return m === null ? null : Number(m[1]) * (DURATION_UNIT[m[2] ?? ''] ?? 0);
}

/** `10MB` (decimal) or `8GiB` (binary) in bytes; null when it is none. */
export function parseBytes(text: string): number | null {
  const m = BYTES.exec(text.trim());
  return m === null ? null : Number(m[1]) * (BYTE_UNIT[m[2] ?? ''] ?? 0);
}

const EXPECTED: Readonly<Record<string, string>> = {
  duration: 'a duration such as 3s, 250ms, 5m, 30d',
  bytes: 'a size such as 10MB or 8GiB',
  fraction: 'a percentage such as 80%, or a number from 0 to 1',
  percent: 'a percentage such as 80%',
  time: 'an RFC 3339 time',
  count: 'a number',
  flag: 'true or false',
};

/** What a value of this kind must look like, in words. */
export function expectedFor(kind: FieldKind): string {
  if (typeof kind !== 'string') return `one of ${kind.join(', ')}`;
  return EXPECTED[kind] ?? 'a text';
}

export type Scalar = string | number | boolean;

/** A value as written in a rule, in the unit of the field it is compared with; null when it does not fit the field. */
export function readValue(value: Scalar, kind: FieldKind): Scalar | null {
  if (typeof kind !== 'string') return typeof value === 'string' && kind.includes(value) ? value : null;
  switch (kind) {
    case 'flag':
      return typeof value === 'boolean' ? value : null;
    case 'count':
      return typeof value === 'number' ? value : null;
    case 'duration':
      return value === 0 ? 0 : typeof value === 'string' ? parseDuration(value) : null;
    case 'bytes':
      return value === 0 ? 0 : typeof value === 'string' ? parseBytes(value) : null;
    case 'fraction':
    case 'percent': {
      if (typeof value === 'number') return value;
      const m = typeof value === 'string' ? PERCENT.exec(value.trim()) : null;
      return m === null ? null : Number(m[1]) / (kind === 'fraction' ? 100 : 1);
    }
    case 'time':
      return typeof value === 'string' ? parseRfc3339(value) : null;
    default:
      return typeof value === 'boolean' ? null : String(value);
  }
}
