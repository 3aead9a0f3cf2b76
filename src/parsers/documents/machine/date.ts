import { DAY, HOUR, SECOND, epochMicros, microsFromUtc, parseRfc3339 } from '../../../model/time.ts';
import type { EpochMicros } from '../../../model/time.ts';
import { defineParser } from '../../contract.ts';
import type { EntryContext } from '../../contract.ts';
import { emitterFor, firstLines } from '../emitter.ts';
import { zoneOffsets } from './zones.ts';

export interface WrittenDate {
  /** the clock's face, as if it were UTC */
  readonly face: EpochMicros;
  readonly zone: string | null;
  /** what the zone may mean, microseconds east of UTC */
  readonly offsets: readonly number[];
}

// names of months by their first letters in the locales servers are run in: en de fr es it pt nl pl ru
const MONTHS: readonly RegExp[] = [
  /^(?:jan|ene|gen|janv|sty|янв)/i,
  /^(?:feb|fév|fev|lut|фев)/i,
  /^(?:mar|mär|mrz|maa|mrt|мар)/i,
  /^(?:apr|avr|abr|kwi|апр)/i,
  /^(?:may|mai|mag|mei|maj|ма[йя])/i,
  /^(?:jun|juin|giu|cze|июн)/i,
  /^(?:jul|juil|lug|lip|июл)/i,
  /^(?:aug|aoû|aou|ago|sie|авг)/i,
  /^(?:sep|set|wrz|сен)/i,
  /^(?:oct|okt|ott|out|paź|окт)/i,
  /^(?:nov|lis|ноя)/i,
  /^(?:dec|dez|déc|dic|gru|дек)/i,
];
const RFC3339 = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:[.,]\d{1,9})?) ?(Z|UTC|[+-]\d\d:?\d\d)(?: [A-Z]{2,5})?$/;
const WEEKDAYS =
  /^(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|mié|jeu|jue|ven|vie|sam|sáb|sab|dim|dom|lun|gio|seg|ter|qua|qui|sex|пн|вт|ср|чт|пт|сб|вс)[a-zа-яéá]*\.?,?$/i;

/** One line of `date` output in the common locales, with `-u`, `-R`, `-I`, `--rfc-3339` or `+%s[.%N]`; null when it is none. */
export function writtenDate(text: string): WrittenDate | null {
  const line = text.trim();
  if (line.length < 10 || line.length > 80) return null;
  const rfc = RFC3339.exec(line);
  if (rfc !== null) {
    const face = parseRfc3339(`${rfc[1] ?? ''}T${(rfc[2] ?? '').replace(',', '.')}Z`);
    const zone = rfc[3] === 'Z' ? 'UTC' : (rfc[3] ?? '');
    return face === null ? null : { face, zone, offsets: zoneOffsets(zone) };
  }
  const epoch = /^(1[3-9]\d{8}|20\d{8})(?:\.(\d{1,9})|(\d{3}))?$/.exec(line);
  if (epoch !== null) {
    const fraction = Number(`0.${epoch[2] ?? epoch[3] ?? '0'}`);
    return { face: epochMicros((Number(epoch[1]) + fraction) * SECOND), zone: null, offsets: [0] };
  }
  return localeDate(line);
}

function localeDate(line: string): WrittenDate | null {
  // 2026年 11月 22日 星期日 17:05:21 CST
  const eastern =
    /^(\d{4})[年년]\s?(\d{1,2})[月월]\s?(\d{1,2})[日일]\s?\(?[^\d\s)]*\)?\s?(?:(上午|下午|午前|午後|오전|오후)\s?)?(\d{1,2})(?::|[时時시]\s?)(\d\d)(?::|[分분]\s?)(\d\d)[秒초]?\s?(\S*)$/.exec(
      line,
    );
  if (eastern !== null) {
    const half = /[下後]|후/.test(eastern[4] ?? '') ? 'PM' : eastern[4] === undefined ? null : 'AM';
    return assemble({
      year: eastern[1],
      month: Number(eastern[2]),
      day: eastern[3],
      time: `${eastern[5] ?? ''}:${eastern[6] ?? ''}:${eastern[7] ?? ''}`,
      half,
      zone: eastern[8] ?? '',
    });
  }
  const words = line.split(/[\s,]+/).filter((word) => word !== '');
  if (words.length < 4 || words.length > 9) return null;
  let year: string | undefined;
  let month = 0;
  let day: string | undefined;
  let time: string | undefined;
  let half: string | null = null;
  let zone = '';
  for (const word of words) {
    if (/^\d{1,2}:\d\d:\d\d(?:\.\d+)?$/.test(word) && time === undefined) time = word;
    else if (/^(?:19|20)\d\d$/.test(word) && year === undefined) year = word;
    else if (/^\d{1,2}\.?$/.test(word) && day === undefined) day = word.replace('.', '');
    else if (/^[ap]\.?m\.?$/i.test(word)) half = word.replaceAll('.', '').toUpperCase();
    else if (/^(?:[A-Z]{1,5}|[+-]\d\d(?::?\d\d)?)$/.test(word) && zone === '' && time !== undefined) zone = word;
    else if (month === 0 && day === undefined && WEEKDAYS.test(word) && word === words[0]) continue;
    else if (month === 0 && MONTHS.some((name) => name.test(word))) month = MONTHS.findIndex((name) => name.test(word)) + 1;
    else if (!WEEKDAYS.test(word) && !/^(?:de|del|of|um|г\.)$/.test(word)) return null;
  }
  if (month === 0) return null;
  return assemble({ year, month, day, time, half, zone });
}

function assemble(parts: {
  readonly year: string | undefined;
  readonly month: number;
  readonly day: string | undefined;
  readonly time: string | undefined;
  readonly half: string | null;
  readonly zone: string;
}): WrittenDate | null {
  const { year, month, day, time, half, zone } = parts;
  if (year === undefined || day === undefined || time === undefined) return null;
  const [hourText, minute, second] = time.split(':');
  let hour = Number(hourText);
  if (half !== null) hour = (hour % 12) + (half === 'PM' ? 12 : 0);
  if (month < 1 || month > 12 || Number(day) < 1 || Number(day) > 31 || hour > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  const whole = Math.floor(Number(second));
  const face = microsFromUtc(Number(year), month, Number(day), hour, Number(minute), whole, Math.round((Number(second) - whole) * SECOND));
  return { face, zone: zone === '' ? null : zone, offsets: zone === '' ? [] : zoneOffsets(zone) };
}

/**
 * Which offset it must be: the only one its zone has, or, where the abbreviation means several, the one that brings the
 * moment within an hour of the collection. Null when nothing tells.
 */
export function chooseOffset(date: WrittenDate, context: EntryContext): { readonly offset: number; readonly inferred: boolean } | null {
  const [only, second] = date.offsets;
  if (only !== undefined && second === undefined) return { offset: only, inferred: false };
  const near = context.collectedAt ?? context.modifiedAt;
  if (near === null) return null;
  const distance = (offset: number): number => Math.abs(date.face - offset - near);
  if (only !== undefined) {
    const best = date.offsets.reduce((a, b) => (distance(b) < distance(a) ? b : a), only);
    return distance(best) <= HOUR ? { offset: best, inferred: true } : null;
  }
  const quarter = HOUR / 4;
  const offset = Math.round((date.face - near) / quarter) * quarter;
  return Math.abs(offset) <= 14 * HOUR && Math.abs(date.face - near) < DAY ? { offset, inferred: true } : null;
}

/** What `date` printed on a machine when the bundle was collected. */
export const machineDate = defineParser({
  kind: 'document',
  id: 'machine-date',
  title: 'date',
  keep: 'all',
  accepts(head) {
    if (head.length > 1000) return false;
    const lines = firstLines(head, 5);
    return lines.length >= 1 && lines.length <= 4 && lines.every((line) => writtenDate(line) !== null);
  },
  parse(document, sink, context) {
    const emitter = emitterFor(document, sink, { host: null, component: 'other' });
    for (const { text, line } of document.lines) {
      const date = writtenDate(text);
      if (date === null) continue;
      const chosen = chooseOffset(date, context);
      if (chosen === null) {
        emitter.diagnostic('TIME_INFERRED', `the zone ${date.zone ?? '(none)'} can mean several offsets and nothing tells which`, line);
        continue;
      }
      if (chosen.inferred) emitter.diagnostic('TIME_INFERRED', `the zone ${date.zone ?? '(none)'} was taken from the time of collection`, line);
      const at = epochMicros(date.face - chosen.offset);
      emitter.fact('node.date', { zone: date.zone, zoneOffset: date.zone === null && !chosen.inferred ? null : chosen.offset }, line, {
        at,
        meaning: 'collected',
      });
    }
  },
});
