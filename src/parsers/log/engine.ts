import type { Component } from '../../model/bundle.ts';
import type { EventColumns } from '../../model/event.ts';
import type { FactMap, FactType } from '../../model/fact.ts';
import { sourceId } from '../../model/ids.ts';
import type { SourceId } from '../../model/ids.ts';
import type { EpochMicros } from '../../model/time.ts';
import type { EntryContext, LogReader, ParseSink } from '../contract.ts';
import { buildCatalogue } from './catalogue.ts';
import type { Envelope } from './envelope.ts';
import { envelopes } from './envelopes.ts';
import { LogLine } from './line.ts';
import { Matcher } from './matcher.ts';
import { payloads } from './payloads.ts';
import { componentOfIdent } from './program.ts';
import type { HeadView } from './recognise.ts';
import { StampReader } from './stamp.ts';
import { ZoneNotes } from './zone-notes.ts';
import { ZoneKeeper } from './clock-zone.ts';

/** Lines that belong to no entry: headers and markers that journalctl and collectors print between records. */
const MARKER = /^(?:-- (?:Logs begin|Journal begins|Reboot|Boot |No entries|cursor:|Subject:|Defined-By:|Support:|Documentation:|MARK)|==== (?:START|END) logs|\[WARNING\] Deprecated|Hint: You are currently)/;
const CR = 13;

interface PartialLine {
  text: string;
  readonly decoded: boolean;
  /** row of the event in the current batch; -1 once that batch was handed over */
  row: number;
  readonly number: number;
  readonly offset: number;
}

/** Reads blocks of log lines into events and facts: peel the envelope, read the payload, match the sentence. */
export class LogEngine implements LogReader {
  private readonly sink: ParseSink;
  private readonly context: EntryContext;
  private readonly line = new LogLine();
  private readonly stamps = new StampReader();
  private readonly zones = new ZoneKeeper();
  private readonly zoneNotes = new ZoneNotes();
  private readonly matcher: Matcher;
  private readonly primary: Envelope | null;
  private readonly component: Component | null;
  private readonly anchor: number;
  private readonly tools: { readonly stamps: StampReader; readonly anchor: number };
  private readonly sources = new Map<string, SourceId>();
  private readonly partials = new Map<string, PartialLine>();
  private lastKey = '';
  private lastSource: SourceId | null = null;
  private inDump = false;
  private payloadSeen = false;
  private any = false;
  // where the line being matched stands, for the facts it gives: set anew for each line instead of a closure a line
  private at = NaN;
  private source = sourceId(0);
  private number = 0;
  private offset = 0;
  private length = 0;

  constructor(sink: ParseSink, context: EntryContext, head: HeadView) {
    this.sink = sink;
    this.context = context;
    this.matcher = new Matcher(buildCatalogue(), (text) => sink.message(text));
    this.primary = head.envelope;
    this.component = context.hints.component ?? head.component;
    this.anchor = context.collectedAt ?? context.modifiedAt ?? head.newest ?? 4_102_444_800_000_000;
    this.tools = { stamps: this.stamps, anchor: this.anchor };
    head.learnZones(this.zones, this.tools);
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
    let continuations = 0;
    let unparsed = 0;
    let at = 0;
    for (let n = 0; at < s.length; n += 1) {
      let next = s.indexOf('\n', at);
      if (next < 0) next = s.length;
      const end = next > at && s.charCodeAt(next - 1) === CR ? next - 1 : next;
      const outcome = this.readLine(s, at, end, offset, firstLine + n, columns);
      if (outcome === 'continuation') continuations += 1;
      else if (outcome === 'unparsed') unparsed += 1;
      at = next + 1;
    }
    for (const partial of this.partials.values()) partial.row = -1;
    this.sink.count({ continuations, unparsed });
    this.sink.events({ offset, firstLine, lineCount, raw, events: columns });
  }

  end(): void {
    const host = this.primary?.kind === 'host';
    for (const { source, place, ...note } of this.zoneNotes.take(this.zones.learned())) this.sink.fact('log.zone', { ...note, host }, { at: null, meaning: 'written', source, place });
    if (this.zones.assumed > 0) this.sink.diagnostic('TIME_INFERRED', 'times without a zone: taken as UTC, or as in the zone that the rest of the bundle shows', {}, this.zones.assumed);
  }

  private readLine(s: string, start: number, end: number, base: number, number: number, columns: EventColumns): 'event' | 'continuation' | 'unparsed' {
    if (start === end) return this.any ? 'continuation' : 'unparsed';
    const { line } = this;
    line.reset(s, start, end);
    let envelope = this.primary;
    if (envelope !== null && !envelope.peel(line, this.tools)) {
      line.reset(s, start, end);
      envelope = null;
    }
    let known = this.readPayload();
    if (!known && envelope === null) {
      envelope = this.otherEnvelope(s, start, end);
      if (envelope !== null) known = this.readPayload();
    }
    if (line.partial || this.partials.size > 0) {
      const joined = this.joinPartial(columns, known, base, number, start, end);
      if (joined !== null) return joined;
      known = known || this.readPayload();
    }
    if (known) {
      this.inDump = line.dialect === 'go-panic';
      this.payloadSeen = true;
    } else {
      if (envelope === null) return this.strayLine(s, start, end);
      if (this.any && (this.inDump || (envelope.kind === 'container' && this.payloadSeen))) return 'continuation';
      line.text = line.bodyText();
      line.dialect = line.ident === null ? 'plain' : dialectOfIdent(line);
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
      if (envelope !== this.primary && envelope.id !== 'docker-compose' && envelope.peel(this.line, this.tools)) return envelope;
    }
    this.line.reset(s, start, end);
    return null;
  }

  private strayLine(s: string, start: number, end: number): 'continuation' | 'unparsed' {
    const c = s.charCodeAt(start);
    const text = s.slice(start, Math.min(end, start + 64));
    if (MARKER.test(text)) return 'continuation';
    // a line that begins like a record but does not read as one was cut or damaged
    const damaged = c === 123 || (this.primary !== null && c > 47 && c < 58);
    return this.any && !damaged ? 'continuation' : 'unparsed';
  }

  /** Collects the pieces of a line that the runtime split. The event stands at its first piece; later ones continue it. */
  private joinPartial(columns: EventColumns, known: boolean, base: number, number: number, start: number, end: number): 'event' | 'continuation' | null {
    const { line } = this;
    const waiting = this.partials.get(line.stream);
    const body = line.body.slice(line.start, line.end);
    if (line.partial && waiting === undefined) {
      line.text = line.bodyText();
      const row = columns.count;
      this.partials.set(line.stream, { text: body, decoded: line.decoded, row, number, offset: base + start });
      if (!known) line.dialect = 'plain';
      this.record(columns, base, number, start, end, true);
      return 'event';
    }
    if (waiting === undefined) return null;
    waiting.text += body;
    if (line.partial) return 'continuation';
    this.partials.delete(line.stream);
    line.setBody(waiting.text);
    line.decoded = waiting.decoded;
    if (this.readPayload()) this.amend(columns, waiting, end - start);
    return 'continuation';
  }

  /** Gives the event at a split line's first piece what the whole line says. */
  private amend(columns: EventColumns, partial: PartialLine, length: number): void {
    const { line } = this;
    const at = this.zones.settle(line);
    const component = this.componentOf(line);
    const message = this.matchLine(this.sourceOf(line, component), component, at, partial.number, partial.offset, length);
    if (partial.row < 0) return;
    columns.time[partial.row] = at;
    columns.level[partial.row] = line.level;
    columns.message[partial.row] = message;
  }

  private record(columns: EventColumns, base: number, number: number, start: number, end: number, unfinished = false): void {
    const { line } = this;
    const { assumed } = this.zones;
    const at = this.zones.settle(line);
    const component = this.componentOf(line);
    const source = this.sourceOf(line, component);
    if (this.zones.assumed !== assumed) this.zoneNotes.assumed(source, number, base + start, end - start);
    else if (at === at) this.zoneNotes.settled(source);
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
    this.sink.fact(type, data, { at, meaning: 'written', source: this.source, place: { line: this.number, offset: this.offset, length: this.length } });
  };

  private componentOf(line: LogLine): Component {
    if (line.ident !== null) return componentOfIdent(line.ident) ?? (line.unit === null ? null : componentOfIdent(line.unit)) ?? this.component ?? 'other';
    if (this.component !== null) return this.component;
    return line.dialect === 'etcd-json' || line.dialect === 'etcd-text' || line.dialect === 'raft-text' ? 'etcd' : 'other';
  }

  private sourceOf(line: LogLine, component: Component): SourceId {
    const key = line.host === null ? component : `${component} ${line.host}`;
    if (key === this.lastKey && this.lastSource !== null) return this.lastSource;
    let source = this.sources.get(key);
    if (source === undefined) {
      const { pod, container, generation } = this.context.hints;
      source = this.sink.source({ host: line.host, component, pod, container, generation });
      this.sources.set(key, source);
    }
    this.lastKey = key;
    this.lastSource = source;
    return source;
  }
}

/** Lines of a named program that follow no log form of their own. */
function dialectOfIdent(line: LogLine): 'etcd-text' | 'syslog' {
  return line.ident === 'etcd' ? 'etcd-text' : 'syslog';
}
