import type { Component } from '../../model/bundle.ts';
import type { EventColumns } from '../../model/event.ts';
import type { FactMap, FactType } from '../../model/fact.ts';
import { sourceId } from '../../model/ids.ts';
import type { SourceId } from '../../model/ids.ts';
import type { EpochMicros } from '../../model/time.ts';
import { SECOND } from '../../model/time.ts';
import type { EntryContext, LogReader, ParseSink } from '../contract.ts';
import { anchorOf } from './anchor.ts';
import type { Anchor } from './anchor.ts';
import { BatchQueue, newColumns } from './batches.ts';
import { ZoneKeeper } from './clock-zone.ts';
import { ComponentFinder } from './component.ts';
import { isCutJson, isCutRecord, isEllipsised, isPagerMark } from './damage.ts';
import type { Envelope } from './envelope.ts';
import { envelopes } from './envelopes.ts';
import { peelInner, unescapeControls } from './inner.ts';
import { LogLine } from './line.ts';
import { Matcher } from './matcher.ts';
import { payloads } from './payloads.ts';
import type { HeadView } from './recognise.ts';
import { readSection } from './sections.ts';
import type { Section } from './sections.ts';
import { SourceFinder } from './source-finder.ts';
import { StampReader } from './stamp.ts';
import type { ZapShapes } from './zap-shapes.ts';
import { ZoneNotes } from './zone-notes.ts';

/** Lines that belong to no entry: headers and markers that journalctl and collectors print between records. */
const MARKER =
  /^(?:-- (?:Logs begin|Journal begins|Reboot|Boot |No entries|cursor:|Subject:|Defined-By:|Support:|Documentation:|MARK)|\[WARNING\] Deprecated|Hint: You are currently|No journal files were|[-=#]{4,})/;
const CR = 13;
const MAX_JOINED = 4 << 20;
/** Bytes made into a string at once: short enough for it to live and die young, and to stay in the processor's cache. */
const PIECE_BYTES = 96 << 10;
const NEWLINE = 10;

type Outcome = 'event' | 'continuation' | 'unparsed';

interface PartialLine {
  text: string;
  readonly decoded: boolean;
  /** the event of the first piece: its row there; null once that batch was handed on */
  columns: EventColumns | null;
  readonly row: number;
  readonly number: number;
  readonly offset: number;
  readonly length: number;
}

/** Reads blocks of log lines into events and facts: peel the envelope, read the payload, match the sentence. */
export class LogEngine implements LogReader {
  private readonly sink: ParseSink;
  private readonly line = new LogLine();
  private readonly stamps = new StampReader();
  private readonly zones = new ZoneKeeper();
  private readonly zoneNotes = new ZoneNotes();
  private readonly matcher: Matcher;
  private readonly components: ComponentFinder;
  private readonly batches: BatchQueue;
  private readonly primary: Envelope | null;
  private readonly wrapWidth: number;
  private readonly anchor: Anchor;
  private readonly tools: { readonly stamps: StampReader; readonly shapes: ZapShapes; readonly anchor: number; near: number | null };
  private readonly sources: SourceFinder;
  /** time of each source's latest line */
  private readonly latest: number[] = [];
  private readonly partials = new Map<string, PartialLine>();
  /** the program whose crash dump is being read; null outside one, '' when lines name no program */
  private dumpOf: string | null = null;
  private payloadSeen = false;
  /** the line before was the head of one that was cut or wrapped */
  private afterCut = false;
  private any = false;
  private unparsedSeen = false;
  // where the line being matched stands, for the facts it gives: set anew for each line instead of a closure a line
  private at = NaN;
  private meaning: 'written' | 'written-in-second' = 'written';
  private source = sourceId(0);
  private number = 0;
  private offset = 0;
  private length = 0;

  constructor(sink: ParseSink, context: EntryContext, head: HeadView) {
    this.sink = sink;
    this.matcher = new Matcher((text) => sink.message(text));
    this.batches = new BatchQueue(sink);
    this.primary = head.envelope;
    this.wrapWidth = head.wrapWidth;
    this.sources = new SourceFinder(sink, context.hints);
    this.components = new ComponentFinder(context.hints.component ?? head.component);
    this.anchor = anchorOf(head, context);
    this.tools = {
      stamps: this.stamps,
      shapes: this.matcher.shapes,
      anchor: this.anchor.micros,
      near: head.newest,
    };
    if (head.headerUtc) this.zones.outerIsUtc();
    head.learnZones(this.zones, this.tools);
  }

  push(raw: Uint8Array, offset: number, firstLine: number, lineCount: number): void {
    const columns = newColumns(lineCount);
    if (lineCount > 0) {
      const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
      let number = firstLine;
      for (let from = 0; from < bytes.length;) {
        const to = endOfPiece(bytes, from);
        const piece = bytes.toString('latin1', from, to);
        this.line.begin(piece, bytes.subarray(from, to));
        number = this.readPiece(piece, offset + from, number, columns);
        from = to;
      }
    }
    if (this.batches.add({ offset, firstLine, lineCount, raw, events: columns }, this.partials.size > 0)) {
      for (const partial of this.partials.values()) partial.columns = null;
    }
  }

  /** Reads whole lines; returns the number of the line after them. */
  private readPiece(s: string, offset: number, firstLine: number, columns: EventColumns): number {
    let continuations = 0;
    let unparsed = 0;
    let number = firstLine;
    for (let at = 0; at < s.length; number += 1) {
      let next = s.indexOf('\n', at);
      if (next < 0) next = s.length;
      const end = next > at && s.charCodeAt(next - 1) === CR ? next - 1 : next;
      const outcome = this.readLine(s, at, end, offset, number, columns);
      if (outcome === 'continuation') continuations += 1;
      else if (outcome === 'unparsed') {
        unparsed += 1;
        this.noteUnparsed(number, offset + at);
      }
      at = next + 1;
    }
    this.sink.count({ continuations, unparsed });
    return number;
  }

  end(): void {
    this.batches.flush();
    for (const partial of this.partials.values()) this.damaged('the rest of a split line is missing', partial.number, partial.offset);
    for (const [source, place] of this.zoneNotes.takeYears())
      this.sink.fact('log.year', { anchor: this.anchor.told }, { at: null, meaning: 'written', source, place });
    const host = this.primary?.kind === 'host';
    for (const { source, place, ...note } of this.zoneNotes.take(this.zones.learned()))
      this.sink.fact('log.zone', { ...note, host }, { at: null, meaning: 'written', source, place });
    if (this.zones.assumed > 0)
      this.sink.diagnostic('TIME_INFERRED', 'times without a zone: taken as UTC, or as in the zone that the rest of the bundle shows', {}, this.zones.assumed);
    if (this.zones.yearless > 0)
      this.sink.diagnostic('TIME_INFERRED', 'times without a year were put into the year before the collection', {}, this.zones.yearless);
  }

  private readLine(s: string, start: number, end: number, base: number, number: number, columns: EventColumns): Outcome {
    if (start === end) return 'continuation';
    const { line } = this;
    line.reset(s, start, end);
    let envelope = this.primary;
    if (envelope !== null && !envelope.peel(line, this.tools)) {
      line.reset(s, start, end);
      envelope = null;
    }
    let known = this.readPayload();
    if (!known) {
      if (envelope === null) {
        envelope = this.otherEnvelope(s, start, end);
        if (envelope !== null) known = this.readPayload();
      }
      if (!known && envelope !== null) known = (peelInner(line, this.tools) || (envelope.kind === 'host' && unescapeControls(line))) && this.readPayload();
    }
    if (line.partial || this.partials.size > 0) {
      const joined = this.joinPartial(columns, known, base, number, start, end);
      if (joined !== null) return joined;
    }
    if (known) {
      this.dumpOf = line.dialect === 'go-panic' ? (line.ident ?? '') : null;
      this.payloadSeen = true;
      this.afterCut = end - start === this.wrapWidth;
      if (this.afterCut) {
        this.damaged('a line was cut or wrapped', number, base + start);
        line.dialect = 'plain';
      }
      if (envelope?.kind === 'host' && isEllipsised(line.body, line.start, line.end, line.decoded)) {
        this.damaged('text was left out of the line (…)', number, base + start);
        line.dialect = 'plain';
      }
    } else {
      if (envelope === null) return this.strayLine(s, start, end, base, number);
      if (this.continues(envelope)) return 'continuation';
      this.readBare(number, base + start);
    }
    this.record(columns, base, number, start, end);
    return 'event';
  }

  private readPayload(): boolean {
    for (const payload of payloads) if (payload.read(this.line, this.tools)) return true;
    return false;
  }

  private otherEnvelope(s: string, start: number, end: number): Envelope | null {
    for (const envelope of envelopes) {
      this.line.reset(s, start, end);
      if (envelope !== this.primary && envelope.peel(this.line, this.tools)) return envelope;
    }
    this.line.reset(s, start, end);
    return null;
  }

  /** An unknown body goes on with what its program said before: the dump of a crash, or a container's text of several lines. */
  private continues(envelope: Envelope): boolean {
    if (!this.any) return false;
    if (this.dumpOf !== null && this.dumpOf === (this.line.ident ?? '')) return true;
    return envelope.kind === 'container' && this.payloadSeen;
  }

  /** A line that only its envelope makes an event. */
  private readBare(number: number, offset: number): void {
    const { line } = this;
    this.dumpOf = null;
    line.text = line.bodyText();
    const cut = isCutJson(line.body, line.start, line.end);
    this.afterCut = cut;
    if (cut) this.damaged('a JSON line was cut', number, offset);
    line.dialect =
      cut || (line.ident ?? '') === '' || isEllipsised(line.body, line.start, line.end, line.decoded)
        ? 'plain'
        : line.ident === 'etcd'
          ? 'etcd-text'
          : 'syslog';
  }

  private strayLine(s: string, start: number, end: number, base: number, number: number): 'continuation' | 'unparsed' {
    const text = s.slice(start, Math.min(end, start + 256));
    const section = readSection(text);
    if (section !== null) this.enter(section);
    if (section !== null || MARKER.test(text)) return 'continuation';
    if (isPagerMark(text)) {
      this.damaged('marks of a pager stand between the lines', number, base + start);
      return 'unparsed';
    }
    if (isCutRecord(text)) this.afterCut = true;
    if (this.afterCut) {
      this.damaged('a line was cut or wrapped', number, base + start);
      return 'unparsed';
    }
    return this.any ? 'continuation' : 'unparsed';
  }

  private enter(section: Section): void {
    this.sources.enter(section);
    this.dumpOf = null;
    this.payloadSeen = false;
    this.afterCut = false;
  }

  private damaged(detail: string, line: number, offset: number): void {
    this.sink.diagnostic('LINE_DAMAGED', detail, { line, offset });
  }

  /** The sink counts unparsed lines by itself; this only says where the first one is. */
  private noteUnparsed(line: number, offset: number): void {
    if (this.unparsedSeen) return;
    this.unparsedSeen = true;
    this.sink.diagnostic('LINE_UNPARSED', 'lines that match no known form', { line, offset }, 0);
  }

  /** Collects the pieces of a line that the runtime split. The event stands at its first piece; later ones continue it. */
  private joinPartial(columns: EventColumns, known: boolean, base: number, number: number, start: number, end: number): 'event' | 'continuation' | null {
    const { line } = this;
    const waiting = this.partials.get(line.stream);
    const body = line.body.slice(line.start, line.end);
    if (line.partial && waiting === undefined) {
      this.partials.set(line.stream, { text: body, decoded: line.decoded, columns, row: columns.count, number, offset: base + start, length: end - start });
      if (!known) line.dialect = 'plain';
      this.record(columns, base, number, start, end, true);
      return 'event';
    }
    if (waiting === undefined) return null;
    if (waiting.text.length < MAX_JOINED) waiting.text += body;
    if (line.partial) return 'continuation';
    this.partials.delete(line.stream);
    line.setBody(waiting.text);
    line.decoded = waiting.decoded;
    if (this.readPayload()) this.amend(waiting);
    return 'continuation';
  }

  /** Gives the event at a split line's first piece what the whole line says. */
  private amend({ columns, row, number, offset, length }: PartialLine): void {
    const { line } = this;
    const at = this.zones.settle(line);
    const component = this.components.of(line, this.sources.sectionComponent());
    const source = this.sources.of(line, component);
    const message = this.matchLine(source, component, at, number, offset, length);
    this.payloadSeen = true;
    if (columns === null) return;
    columns.source[row] = source;
    columns.time[row] = at;
    columns.level[row] = line.level;
    columns.message[row] = message;
  }

  private record(columns: EventColumns, base: number, number: number, start: number, end: number, unfinished = false): void {
    const { line } = this;
    const { assumed } = this.zones;
    let at = this.zones.settle(line);
    const doubtful = line.yearless && this.anchor.doubtful && this.tools.near === null;
    if (line.zoned ? !Number.isNaN(line.time) : line.outerZoned && !Number.isNaN(line.outer)) this.tools.near = at;
    const component = this.components.of(line, this.sources.sectionComponent());
    const source = this.sources.of(line, component);
    if (this.zones.assumed !== assumed) this.zoneNotes.assumed(source, number, base + start, end - start);
    else if (at === at) this.zoneNotes.settled(source);
    if (doubtful && at === at) this.zoneNotes.yearless(source, number, base + start, end - start);
    // a stamp of whole seconds lies in that second no earlier than the line before it
    const before = this.latest[source] ?? NaN;
    // a crash has no stamp of its own: it follows the last line at once
    if (at !== at && line.dialect === 'go-panic' && before === before) at = before;
    const raised = at % SECOND === 0 && before > at && before < at + SECOND;
    if (raised) at = before;
    this.latest[source] = at;
    this.meaning = raised ? 'written-in-second' : 'written';
    const row = columns.count;
    columns.source[row] = source;
    columns.line[row] = number;
    columns.offset[row] = base + start;
    columns.time[row] = at;
    columns.level[row] = line.level;
    columns.message[row] = unfinished ? 0 : this.matchLine(source, component, at, number, base + start, end - start);
    columns.count = row + 1;
    this.any = true;
  }

  private matchLine(source: SourceId, component: Component, at: number, number: number, offset: number, length: number): number {
    this.at = at;
    this.source = source;
    this.number = number;
    this.offset = offset;
    this.length = length;
    return this.matcher.match(this.line, component, this.emit);
  }

  private readonly emit = <Type extends FactType>(type: Type, data: FactMap[Type]): void => {
    const at = Number.isNaN(this.at) ? null : (this.at as EpochMicros);
    this.sink.fact(type, data, { at, meaning: this.meaning, source: this.source, place: { line: this.number, offset: this.offset, length: this.length } });
  };
}

/** Where the piece that begins at `from` ends: after its last newline, or after its only line where that is longer. */
function endOfPiece(bytes: Buffer, from: number): number {
  if (bytes.length - from <= PIECE_BYTES) return bytes.length;
  const last = bytes.lastIndexOf(NEWLINE, from + PIECE_BYTES - 1);
  if (last >= from) return last + 1;
  const next = bytes.indexOf(NEWLINE, from + PIECE_BYTES);
  return next < 0 ? bytes.length : next + 1;
}
