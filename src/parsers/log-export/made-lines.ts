import type { LogRecord } from '../log/record-fields.ts';
import { formatRfc3339 } from '../../model/time.ts';
import type { EpochMicros } from '../../model/time.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A name that can stand in a journal's line. */
const word = (name: string | null): string | null => /^[A-Za-z0-9][\w.-]*/.exec(name ?? '')?.[0] ?? null;

function stamp(at: number, zoned: boolean): string {
  const full = formatRfc3339(at as EpochMicros);
  if (zoned) return full.replace('Z', '+00:00');
  // a time without a zone must stay one: journals show such times without their year too
  return `${MONTHS[Number(full.slice(5, 7)) - 1] ?? ''} ${full.slice(8, 10)} ${full.slice(11, -1)}`;
}

/** The record as a journal would print it; text of several lines goes on below. */
export function madeLines({ text, at, zoned, host, container }: LogRecord): readonly string[] {
  const lines = text.split(/\r?\n/);
  const machine = word(host);
  const name = word(container) ?? 'log';
  const prefix = at === null ? '' : machine === null ? (zoned ? `${stamp(at, true)} ` : '') : `${stamp(at, zoned)} ${machine} ${name}: `;
  return lines.map((line, n) => (n === 0 ? prefix + line : line));
}
