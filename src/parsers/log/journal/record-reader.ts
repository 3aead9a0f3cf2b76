import type { FactMap, FactType } from '../../../model/fact.ts';
import type { SourceId } from '../../../model/ids.ts';
import type { EpochMicros } from '../../../model/time.ts';
import type { EntryContext, LogReader, ParseSink, Place } from '../../contract.ts';
import { newColumns } from '../batches.ts';
import { ZoneKeeper } from '../clock-zone.ts';
import { ComponentFinder } from '../component.ts';
import { fillFromJournal } from '../envelopes/journal-json.ts';
import { LogLine } from '../line.ts';
import { Matcher } from '../matcher.ts';
import { payloads } from '../payloads.ts';
import type { PayloadTools } from '../payload.ts';
import { StampReader } from '../stamp.ts';

/** A journal entry found in text that spreads each over several lines. Indexes count bytes: the text is read as Latin-1. */
export interface JournalRecord {
  /** null for text that is no entry: markers, blank lines, damage */
  readonly fields: Readonly<Record<string, unknown>> | null;
  /** the line the event stands at: its MESSAGE, else its first */
  readonly place: number;
  /** index behind the record */
  readonly end: number;
  /** what is wrong with it */
  readonly damage: string | null;
}

/** How a form spreads its entries. */
export interface RecordForm {
  /** the record that begins at `from`; null when its end has not been read yet. With `final` no more text follows. */
  next(s: string, from: number, final: boolean): JournalRecord | null;
}

/** A record larger than this is handed on unread; systemd itself allows 768 MiB a field. */
const MAX_RECORD = 16 << 20;
const NEWLINE = 10;

function newlines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

/** Reads journal entries of several lines each. Blocks are handed on at the borders of entries, so that each event is in its own. */
export class RecordReader implements LogReader {
  private readonly sink: ParseSink;
  private readonly context: EntryContext;
  private readonly form: RecordForm;
  private readonly matcher: Matcher;
  private readonly components: ComponentFinder;
  private readonly zones = new ZoneKeeper();
  private readonly line = new LogLine();
  private readonly tools: PayloadTools;
  private held: Uint8Array = new Uint8Array(0);
  private offset = 0;
  private firstLine = 1;
  private unparsedSeen = false;
  /** what was handed on last ends within a line */
  private within = false;
  private at = NaN;
  private source: SourceId | null = null;
  private place: Place = { line: null, offset: 0, length: 0 };

  constructor(sink: ParseSink, context: EntryContext, form: RecordForm) {
    this.sink = sink;
    this.context = context;
    this.form = form;
    this.matcher = new Matcher((text) => sink.message(text));
    this.tools = { stamps: new StampReader(), shapes: this.matcher.shapes, anchor: 0 };
    this.components = new ComponentFinder(context.hints.component);
  }

  push(raw: Uint8Array, offset: number, firstLine: number): void {
    if (this.held.byteLength === 0) {
      this.offset = offset;
      this.firstLine = firstLine;
      this.held = raw;
    } else this.held = Buffer.concat([this.held, raw]);
    this.read(false);
  }

  end(): void {
    if (this.held.byteLength > 0) this.read(true);
  }

  private read(final: boolean): void {
    const { held } = this;
    const s = Buffer.from(held.buffer, held.byteOffset, held.byteLength).toString('latin1');
    const columns = newColumns(newlines(held) + 1);
    let at = 0;
    let line = this.firstLine;
    let unparsed = 0;
    while (at < s.length) {
      const record = this.form.next(s, at, final);
      if (record === null) break;
      const place = this.placeOf(s, at, record.place, line);
      if (record.damage !== null) this.sink.diagnostic('LINE_DAMAGED', record.damage, place);
      const lines = countLines(s, at, record.end);
      if (record.fields !== null) {
        this.place = place;
        if (this.readEntry(record.fields, columns.count, columns)) columns.count += 1;
      } else if (record.damage !== null) {
        unparsed += lines;
        if (!this.unparsedSeen) this.sink.diagnostic('LINE_UNPARSED', 'lines that match no known form', place, 0);
        this.unparsedSeen = true;
      }
      line += lines;
      at = record.end;
    }
    if (at < s.length && (final || s.length - at > MAX_RECORD)) {
      this.sink.diagnostic('LINE_DAMAGED', final ? 'the last journal entry is not finished' : 'a journal entry is too large to read', {
        line,
        offset: this.offset + at,
      });
      const lines = countLines(s, at, s.length);
      unparsed += lines;
      line += lines;
      at = s.length;
    }
    if (at === 0) return;
    // the rest of a line that was handed on unfinished is no line of its own
    const whole = held[at - 1] === NEWLINE;
    if (this.within) unparsed = Math.max(0, unparsed - 1);
    const lineCount = line - this.firstLine - (this.within ? 1 : 0);
    this.within = !whole;
    this.sink.count({ continuations: lineCount - columns.count - unparsed, unparsed });
    this.sink.events({ offset: this.offset, firstLine: this.firstLine, lineCount, raw: new Uint8Array(held.subarray(0, at)), events: columns });
    // a copy: what is handed on belongs to the sink, memory and all
    this.held = new Uint8Array(held.subarray(at));
    this.offset += at;
    this.firstLine = line;
  }

  private placeOf(s: string, from: number, index: number, line: number): Place {
    const end = s.indexOf('\n', index);
    return { line: line + countLines(s, from, index), offset: this.offset + index, length: (end < 0 ? s.length : end) - index };
  }

  private readEntry(fields: Readonly<Record<string, unknown>>, row: number, columns: ReturnType<typeof newColumns>): boolean {
    if (fields['MESSAGE'] === undefined) return false;
    const { line } = this;
    line.reset('', 0, 0);
    if (!fillFromJournal(line, fields)) return false;
    if (!payloads.some((payload) => payload.read(line, this.tools))) {
      line.text = line.bodyText();
      line.dialect = line.ident === 'etcd' ? 'etcd-text' : 'syslog';
    }
    this.at = this.zones.settle(line);
    const component = this.components.of(line, null);
    this.source = this.sink.source({ host: line.host, component, generation: this.context.hints.generation });
    columns.source[row] = this.source;
    columns.line[row] = this.place.line ?? 0;
    columns.offset[row] = this.place.offset;
    columns.time[row] = this.at;
    columns.level[row] = line.level;
    columns.message[row] = this.matcher.match(line, component, this.emit);
    return true;
  }

  private readonly emit = <Type extends FactType>(type: Type, data: FactMap[Type]): void => {
    if (this.source !== null) this.sink.fact(type, data, { at: this.at as EpochMicros, meaning: 'written', source: this.source, place: this.place });
  };
}

/** Lines begun in a stretch of text that begins a line; the last may lack its newline. */
function countLines(s: string, from: number, to: number): number {
  let count = 0;
  let at = from;
  while (at < to) {
    const next = s.indexOf('\n', at);
    count += 1;
    if (next < 0 || next >= to) break;
    at = next + 1;
  }
  return count;
}
