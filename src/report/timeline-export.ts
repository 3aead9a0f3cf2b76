import type { TimelineRow } from '../model/ports.ts';
import { printable } from '../model/text.ts';
import { formatRfc3339 } from '../model/time.ts';
import { csvRecord } from './csv.ts';
import { timestamp } from './format.ts';
import { safeJson } from './json.ts';

export type TimelineFormat = 'text' | 'jsonl' | 'csv' | 'timesketch';

/** What went through an export; `untimed` rows have no place on a timeline that requires a time (timesketch leaves them out). */
export interface ExportTally {
  readonly rows: number;
  readonly untimed: number;
}

/** Chunks of text, about 64 kB each; nothing but the chunk at hand is held. Its return value says what was written. */
export type TimelineExport = Generator<string, ExportTally, undefined>;

const CHUNK = 65_536;

/** The merged timeline in one of the formats, row by row in the order given. */
export function exportTimeline(rows: Iterable<TimelineRow>, format: TimelineFormat): TimelineExport {
  return WRITERS[format](rows);
}

const WRITERS = {
  text: (rows) => chunked('', rows, textRow),
  jsonl: (rows) => chunked('', rows, jsonRow),
  csv: (rows) => chunked(csvRecord(CSV_COLUMNS), rows, (row) => csvRecord(csvCells(row))),
  timesketch: (rows) => chunked(csvRecord(TIMESKETCH_COLUMNS), rows, timesketchRow),
} as const satisfies Record<TimelineFormat, (rows: Iterable<TimelineRow>) => TimelineExport>;

function* chunked(head: string, rows: Iterable<TimelineRow>, write: (row: TimelineRow) => string): TimelineExport {
  let buffer = head;
  let count = 0;
  let untimed = 0;
  for (const row of rows) {
    buffer += write(row);
    count += 1;
    if (row.at === null) untimed += 1;
    if (buffer.length >= CHUNK) {
      yield buffer;
      buffer = '';
    }
  }
  if (buffer !== '') yield buffer;
  return { rows: count, untimed };
}

const NO_TIME = '-'.padEnd(27);

/** `time node component level path:line text`, the written time after it where the clock model moved it. */
function textRow(row: TimelineRow): string {
  const { event, source } = row;
  const time = row.at === null ? NO_TIME : formatRfc3339(row.at);
  const written = event.time === null || event.time === row.at ? '' : ` (written ${formatRfc3339(event.time)})`;
  const who = `${(source.node ?? source.host ?? '-').padEnd(10)} ${source.component.padEnd(10)} ${event.level.padEnd(6)}`;
  return `${printable(`${time}${written} ${who} ${row.path}:${event.line}  ${row.text}`)}\n`;
}

function jsonRow(row: TimelineRow): string {
  const { event, source } = row;
  const time = timestamp(row.at);
  const written = timestamp(event.time);
  return `${safeJson({
    time,
    ...(written === time ? {} : { writtenTime: written }),
    node: source.node,
    component: source.component,
    level: event.level,
    path: row.path,
    line: event.line,
    offset: event.offset,
    text: row.text,
  })}\n`;
}

const CSV_COLUMNS = ['time', 'written_time', 'node', 'component', 'level', 'path', 'line', 'offset', 'text'] as const;

function csvCells({ at, event, source, path, text }: TimelineRow): string[] {
  return [
    timestamp(at) ?? '',
    timestamp(event.time) ?? '',
    source.node ?? '',
    source.component,
    event.level,
    path,
    String(event.line),
    String(event.offset),
    text,
  ];
}

/**
 * Timesketch needs `message`, `datetime` (ISO 8601), `timestamp` (microseconds since 1970) and `timestamp_desc`.
 * Upstream: timesketch docs, guides/user/import-from-json-csv.
 */
const TIMESKETCH_COLUMNS = [
  'message',
  'datetime',
  'timestamp',
  'timestamp_desc',
  'node',
  'component',
  'level',
  'path',
  'line',
  'offset',
  'written_time',
  'container',
] as const;

function timesketchRow({ at, event, source, path, text }: TimelineRow): string {
  if (at === null) return '';
  const description = event.time === at ? 'Event Logged' : 'Event Logged (clock corrected)';
  return csvRecord([
    text,
    formatRfc3339(at).replace('Z', '+00:00'),
    String(at),
    description,
    source.node ?? '',
    source.component,
    event.level,
    path,
    String(event.line),
    String(event.offset),
    timestamp(event.time) ?? '',
    source.container ?? source.pod ?? '',
  ]);
}
