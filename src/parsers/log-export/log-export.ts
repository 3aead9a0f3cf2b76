import type { Component } from '../../model/bundle.ts';
import { componentOfContainer } from '../../bundle/component-words.ts';
import { cut, printable } from '../../model/text.ts';
import type { BinaryParser, EntryContext, ParseSink, Place, RandomAccess } from '../contract.ts';
import { defineParser } from '../contract.ts';
import type { Lane } from '../log/pasted/marks.ts';
import { PastedReader } from '../log/pasted/pasted-reader.ts';
import type { LogRecord } from '../log/record-fields.ts';
import { textLog } from '../log/text-log.ts';
import { csvRecords, csvRows, separatorOf } from './csv-records.ts';
import type { FoundRecord } from './found-record.ts';
import { jsonRecords } from './json-records.ts';
import { madeLines } from './made-lines.ts';

/** What is read of one export: all records are needed to know their order. */
const MAX_BYTES = 256 << 20;
const BLOCK_LINES = 4096;
const HEAD_TEXT = 16_384;
const MAX_CITED = 2000;

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isJsonExport(head: string): boolean {
  if (!/^\s*[[{]/.test(head) || /^[^]{0,512}"(?:apiVersion|kind)"\s*:/.test(head)) return false;
  // one object a line is read as lines
  const [line = '', next = ''] = head.split('\n', 2);
  if (next.startsWith('{') && isJson(line)) return false;
  const [first] = jsonRecords(head);
  return first !== undefined && (first.depth > 0 || head.slice(first.offset, first.offset + first.length).includes('\n'));
}

function isCsvExport(head: string): boolean {
  const separator = separatorOf(head);
  if (separator === null || /^\s*[[{#]/.test(head)) return false;
  const [header] = csvRows(head, separator);
  const names = header?.cells ?? [];
  const [first] = csvRecords(head);
  return names.length > 1 && names.every((name) => /^[@\w][\w .@[\]()-]{0,80}$/.test(name)) && first !== undefined && first.record.at !== null;
}

/** Newest first is how most stores show their records. */
function inOrder(found: readonly FoundRecord[]): readonly FoundRecord[] {
  const times = found.flatMap(({ record }) => record.at ?? []);
  return (times[0] ?? 0) > (times.at(-1) ?? 0) ? found.toReversed() : found;
}

function laneOf({ pod, namespace, container }: LogRecord): Lane {
  const component: Component | null = container === null ? null : componentOfContainer(container);
  return { key: `${namespace ?? ''}/${pod ?? ''}/${container ?? ''}`, host: null, hints: { component, pod, namespace, container } };
}

/** What is found in the made lines, with the places of the records they were made of. */
function citing(sink: ParseSink, places: readonly Place[], texts: readonly string[]): ParseSink {
  const cited = new Set<number>();
  return {
    source: (spec) => sink.source(spec),
    message: (text) => sink.message(text),
    cite: (place, text) => sink.cite(place, text),
    count: (lines) => sink.count(lines),
    diagnostic: (code, detail, place, count) => sink.diagnostic(code, detail, place, count),
    events: (batch) => sink.events(batch),
    fact(type, data, where) {
      const at = (where.place.line ?? 1) - 1;
      const place = places[at] ?? where.place;
      if (!cited.has(place.offset)) sink.cite(place, printable(cut(texts[at] ?? '', MAX_CITED)));
      cited.add(place.offset);
      sink.fact(type, data, { ...where, place });
    },
  };
}

function readExport(found: readonly FoundRecord[], sink: ParseSink, context: EntryContext): void {
  const texts: string[] = [];
  const places: Place[] = [];
  const lanes: Lane[] = [];
  for (const { record, offset, length } of inOrder(found)) {
    const lane = laneOf(record);
    for (const line of madeLines(record)) {
      texts.push(line);
      places.push({ line: null, offset, length });
      lanes.push(lane);
    }
  }
  const sample = Buffer.from(texts.slice(0, 200).join('\n'));
  const reader = new PastedReader(
    citing(sink, places, texts),
    context,
    (text, number) => ({ text, lane: lanes[number - 1] ?? null }),
    (laneSink, laneContext) => textLog.open(laneSink, laneContext, sample),
  );
  let offset = 0;
  for (let at = 0; at < texts.length; at += BLOCK_LINES) {
    const some = texts.slice(at, at + BLOCK_LINES);
    const raw = Uint8Array.from(Buffer.from(`${some.join('\n')}\n`));
    reader.push(raw, offset, at + 1, some.length);
    offset += raw.byteLength;
  }
  reader.end();
}

/**
 * Logs as their stores export them: search results of Elasticsearch, streams of Loki, CloudWatch, Google and Azure entries as JSON;
 * Kibana's, Grafana's and Splunk's tables as CSV. One line is made of each record, oldest first.
 */
export const logExport: BinaryParser = defineParser({
  kind: 'binary',
  id: 'log-export',
  title: 'logs exported from a log store as JSON or CSV',
  log: true,
  accepts(head) {
    const text = latin1(head.subarray(0, HEAD_TEXT));
    return isJsonExport(text) || isCsvExport(text);
  },
  parse(file: RandomAccess, sink: ParseSink, context: EntryContext): void {
    if (file.size > MAX_BYTES) sink.diagnostic('ENTRY_TOO_LARGE', `only the first ${MAX_BYTES} bytes of the export were read`);
    const text = latin1(file.read(0, Math.min(file.size, MAX_BYTES)));
    const found = /^\s*[[{]/.test(text) ? [...jsonRecords(text)] : [...csvRecords(text)];
    readExport(found, sink, context);
  },
});
