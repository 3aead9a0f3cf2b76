import type { EventColumns } from '../../model/event.ts';
import type { FactMap, FactType } from '../../model/fact.ts';
import type { EpochMicros } from '../../model/time.ts';
import { defineParser } from '../contract.ts';
import type { EntryContext, LogParser, LogReader, ParseSink } from '../contract.ts';
import { buildCatalogue } from './catalogue.ts';
import { fillFromJournal } from './envelopes/journal-json.ts';
import { LogLine, utf8 } from './line.ts';
import { Matcher } from './matcher.ts';
import { payloads } from './payloads.ts';
import { componentOfIdent } from './program.ts';
import { StampReader } from './stamp.ts';

const FIELD = /^([A-Z_][A-Z0-9_]*)(?:=|$)/;
/** A field longer than this is kept only up to here; systemd itself allows 768 MiB. */
const MAX_FIELD = 1 << 20;

interface Cell {
  readonly line: number;
  readonly offset: number;
  length: number;
}

/** journalctl `-o export`. Upstream: systemd `docs/JOURNAL_EXPORT_FORMATS.md`. An entry's event stands at its MESSAGE line. */
class ExportReader implements LogReader {
  private readonly sink: ParseSink;
  private readonly context: EntryContext;
  private readonly matcher: Matcher;
  private readonly line = new LogLine();
  private readonly tools = { stamps: new StampReader(), anchor: 0 };
  private fields: Record<string, string> = {};
  private message: Cell | null = null;
  private first: Cell | null = null;
  private binary: { readonly key: string; left: number; readonly chunks: string[] } | null = null;
  private header = '';
  private headerKey: string | null = null;

  constructor(sink: ParseSink, context: EntryContext) {
    this.sink = sink;
    this.context = context;
    this.matcher = new Matcher(buildCatalogue(), (text) => sink.message(text));
  }

  push(raw: Uint8Array, offset: number, firstLine: number, lineCount: number): void {
    const s = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1');
    const columns: EventColumns = {
      count: 0,
      source: new Uint32Array(lineCount),
      line: new Float64Array(lineCount),
      offset: new Float64Array(lineCount),
      time: new Float64Array(lineCount),
      level: new Uint8Array(lineCount),
      message: new Uint32Array(lineCount),
    };
    let at = 0;
    let number = firstLine;
    while (at < s.length) {
      if (this.headerKey !== null || this.binary !== null) {
        const taken = this.takeBinary(s, at);
        number += newlines(s, at, at + taken);
        at += taken;
        continue;
      }
      let next = s.indexOf('\n', at);
      if (next < 0) next = s.length;
      this.readLine(s.slice(at, next), { line: number, offset: offset + at, length: next - at }, columns);
      at = next + 1;
      number += 1;
    }
    this.sink.count({ continuations: lineCount - columns.count });
    this.sink.events({ offset, firstLine, lineCount, raw, events: columns });
  }

  end(): void {
    if (this.first !== null) this.sink.diagnostic('LINE_DAMAGED', 'the last journal entry is not finished', this.first);
  }

  private readLine(text: string, cell: Cell, columns: EventColumns): void {
    if (text === '') {
      this.finish(columns);
      return;
    }
    const m = FIELD.exec(text);
    if (m === null) return;
    this.first ??= cell;
    const key = m[1] ?? '';
    if (key === 'MESSAGE') this.message = cell;
    if (text.length > key.length) this.fields[key] = utf8(text.slice(key.length + 1, key.length + 1 + MAX_FIELD));
    else this.headerKey = key;
  }

  /** A binary field: 64-bit little-endian length, the bytes, a newline. May span blocks. Returns how many characters it took. */
  private takeBinary(s: string, at: number): number {
    let used = 0;
    if (this.headerKey !== null) {
      const need = 8 - this.header.length;
      const piece = s.slice(at, at + need);
      this.header += piece;
      used += piece.length;
      if (this.header.length < 8) return used;
      const size = Number(Buffer.from(this.header, 'latin1').readBigUInt64LE());
      this.binary = { key: this.headerKey, left: size + 1, chunks: [] };
      this.header = '';
      this.headerKey = null;
    }
    const { binary } = this;
    if (binary === null) return used;
    const piece = s.slice(at + used, at + used + binary.left);
    binary.chunks.push(piece.slice(0, MAX_FIELD));
    binary.left -= piece.length;
    if (binary.left <= 0) {
      this.fields[binary.key] = utf8(binary.chunks.join('').slice(0, -1));
      this.binary = null;
    }
    return used + piece.length;
  }

  private finish(columns: EventColumns): void {
    const { fields, message } = this;
    this.fields = {};
    this.message = null;
    this.first = null;
    if (message === null) return;
    const { line } = this;
    line.reset('', 0, 0);
    if (!fillFromJournal(line, fields)) return;
    const known = payloads.some((payload) => payload.read(line, this.tools));
    if (!known) {
      line.text = line.bodyText();
      line.dialect = line.ident === 'etcd' ? 'etcd-text' : 'syslog';
    }
    const at = known && line.zoned && !Number.isNaN(line.time) ? line.time : line.outer;
    const component = (line.ident === null ? null : componentOfIdent(line.ident)) ?? this.context.hints.component ?? 'other';
    const source = this.sink.source({ host: line.host, component, generation: this.context.hints.generation });
    const row = columns.count;
    columns.source[row] = source;
    columns.line[row] = message.line;
    columns.offset[row] = message.offset;
    columns.time[row] = at;
    columns.level[row] = line.level;
    columns.message[row] = this.matcher.match(line, component, <Type extends FactType>(type: Type, data: FactMap[Type]) => {
      this.sink.fact(type, data, { at: at as EpochMicros, meaning: 'written', source, place: message });
    });
    columns.count = row + 1;
  }
}

function newlines(s: string, from: number, to: number): number {
  let count = 0;
  for (let at = s.indexOf('\n', from); at >= 0 && at < to; at = s.indexOf('\n', at + 1)) count += 1;
  return count;
}

export const journalExport: LogParser = defineParser({
  kind: 'log',
  id: 'journal-export',
  title: 'journalctl -o export',
  score(head) {
    const text = Buffer.from(head.subarray(0, 512)).toString('latin1');
    return /^__CURSOR=s=/.test(text) || /^(?:__REALTIME_TIMESTAMP|__MONOTONIC_TIMESTAMP)=\d+\n/.test(text) ? 1 : 0;
  },
  open(sink, context) {
    return new ExportReader(sink, context);
  },
});
