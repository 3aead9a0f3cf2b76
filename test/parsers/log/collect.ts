import type { Component } from '../../../src/model/bundle.ts';
import { LEVELS } from '../../../src/model/event.ts';
import { sourceId } from '../../../src/model/ids.ts';
import { formatRfc3339, parseRfc3339 } from '../../../src/model/time.ts';
import type { EpochMicros } from '../../../src/model/time.ts';
import type { EntryContext, LogParser, ParseSink, SourceSpec } from '../../../src/parsers/contract.ts';
import { textLog } from '../../../src/parsers/log/text-log.ts';

export interface ReadEvent {
  readonly line: number;
  readonly offset: number;
  readonly at: string | null;
  readonly level: string;
  readonly component: string;
  readonly host: string | null;
  readonly message: string | null;
}

export interface ReadFact {
  readonly type: string;
  readonly at: string | null;
  readonly line: number | null;
  readonly offset: number;
  readonly length: number;
  readonly component: string;
  readonly host: string | null;
  readonly data: unknown;
}

export interface ReadLog {
  readonly events: ReadEvent[];
  readonly facts: ReadFact[];
  /** what the end of the file says about zones */
  readonly zones: unknown[];
  readonly diagnostics: { code: string; detail: string; line: number | null; count: number }[];
  readonly specs: SourceSpec[];
  readonly rows: number[];
  lines: number;
  continuations: number;
  unparsed: number;
}

export interface ReadOptions {
  readonly parser?: LogParser;
  readonly component?: Component | null;
  readonly collectedAt?: string | null;
  /** how many lines each block holds; all in one when absent */
  readonly blockLines?: number | (() => number);
}

export function contextOf({ component = null, collectedAt = '2026-11-22T12:00:00Z' }: ReadOptions): EntryContext {
  return {
    path: 'unknown',
    hints: { node: null, component, namespace: null, pod: null, container: null, generation: 'current' },
    modifiedAt: null,
    size: null,
    collectedAt: collectedAt === null ? null : parseRfc3339(collectedAt),
  };
}

/** Cuts text into blocks of whole lines, as the pipeline does. */
function* blocksOf(
  bytes: Uint8Array,
  blockLines: ReadOptions['blockLines'],
): Generator<{ raw: Uint8Array; offset: number; firstLine: number; lineCount: number }> {
  let offset = 0;
  let firstLine = 1;
  while (offset < bytes.length) {
    const want = blockLines === undefined ? Infinity : typeof blockLines === 'number' ? blockLines : blockLines();
    let end = offset;
    let lineCount = 0;
    while (lineCount < want && end < bytes.length) {
      const next = bytes.indexOf(10, end);
      end = next < 0 ? bytes.length : next + 1;
      lineCount += 1;
    }
    yield { raw: Uint8Array.from(bytes.subarray(offset, end)), offset, firstLine, lineCount };
    offset = end;
    firstLine += lineCount;
  }
}

const shown = (at: number | null): string | null => (at === null || Number.isNaN(at) ? null : formatRfc3339(at as EpochMicros));

/** Reads text or bytes with a log parser and keeps all that it says. */
export function readLog(input: string | Uint8Array, options: ReadOptions = {}): ReadLog {
  const bytes = typeof input === 'string' ? Buffer.from(input) : input;
  const log: ReadLog = { events: [], facts: [], zones: [], diagnostics: [], specs: [], rows: [], lines: 0, continuations: 0, unparsed: 0 };
  const messages: string[] = [];
  const spec = (id: number): SourceSpec | undefined => log.specs[id - 1];
  let read = 0;
  const sink: ParseSink = {
    source(wanted) {
      const key = JSON.stringify(wanted);
      const known = log.specs.findIndex((other) => JSON.stringify(other) === key);
      if (known < 0) log.specs.push(wanted);
      return sourceId(known < 0 ? log.specs.length : known + 1);
    },
    fact(type, data, { at, source, place }) {
      if (type === 'log.year') return;
      if (type === 'log.zone') {
        log.zones.push(data);
        return;
      }
      log.facts.push({ type, at: shown(at), ...place, component: spec(source)?.component ?? '', host: spec(source)?.host ?? null, data });
    },
    diagnostic(code, detail, place, count = 1) {
      const known = log.diagnostics.find((other) => other.code === code && other.detail === detail);
      if (known === undefined) log.diagnostics.push({ code, detail, line: place?.line ?? null, count });
      else known.count += count;
    },
    cite: () => undefined,
    message(text) {
      if (!messages.includes(text)) messages.push(text);
      return messages.indexOf(text) + 1;
    },
    events({ offset, firstLine, lineCount, raw, events }) {
      if (offset !== read) throw new Error(`the block at ${offset} does not follow the one before, which ended at ${read}`);
      read += raw.byteLength;
      log.lines += lineCount;
      for (let i = 0; i < events.count; i += 1) {
        const at = events.offset[i] ?? 0;
        const line = events.line[i] ?? 0;
        if (at < offset || at >= read || line < firstLine || line >= firstLine + lineCount) throw new Error(`the event at ${at} is not in its block`);
        const from = spec(events.source[i] ?? 0);
        log.rows.push(at);
        log.events.push({
          line,
          offset: at,
          at: shown(events.time[i] ?? null),
          level: LEVELS[events.level[i] ?? 0] ?? '',
          component: from?.component ?? '',
          host: from?.host ?? null,
          message: messages[(events.message[i] ?? 0) - 1] ?? null,
        });
      }
      // what was handed on may leave for another thread, memory and all
      const parts: readonly unknown[] = Object.values({ raw, ...events });
      structuredClone(null, {
        transfer: parts.flatMap((part) => (ArrayBuffer.isView(part) && part.buffer instanceof ArrayBuffer ? [part.buffer] : [])),
      });
    },
    count({ continuations = 0, unparsed = 0 }) {
      log.continuations += continuations;
      log.unparsed += unparsed;
    },
  };
  const reader = (options.parser ?? textLog).open(sink, contextOf(options), bytes.subarray(0, 65_536));
  for (const block of blocksOf(bytes, options.blockLines)) reader.push(block.raw, block.offset, block.firstLine, block.lineCount);
  reader.end();
  if (read !== (options.parser?.keep === 'cited' ? 0 : bytes.length)) throw new Error('not all bytes were handed on');
  return log;
}
