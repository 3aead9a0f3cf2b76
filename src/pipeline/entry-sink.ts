import type { ParseSink, Place, SourceSpec } from '../parsers/contract.ts';
import type { OpenEntry } from '../bundle/contract.ts';
import type { Component } from '../model/bundle.ts';
import type { Diagnostic, DiagnosticCode } from '../model/diagnostic.ts';
import type { Fact, FactMap, FactType } from '../model/fact.ts';
import type { EntryId, SourceId } from '../model/ids.ts';
import type { IngestWriter, CitedText } from '../model/ports.ts';
import { WITHHELD } from '../model/secret-data.ts';
import type { EpochMicros } from '../model/time.ts';

const FLUSH_AT = 512;
/** Raw bytes waiting to be compressed before reading waits for them. */
const MAX_PENDING = 12 << 20;

/** A source, and the component that it was given when it was made. */
export interface MadeSource {
  readonly id: SourceId;
  readonly component: Component;
}

/** Takes what one entry's parser finds to the store, and keeps the entry's counts. */
export class EntrySink implements ParseSink {
  lines = 0;
  eventCount = 0;
  continuations = 0;
  unparsed = 0;
  private readonly writer: IngestWriter;
  private readonly entry: EntryId;
  private readonly open: OpenEntry;
  private readonly sources = new Map<string, SourceId>();
  private readonly made: MadeSource[] = [];
  private readonly spans = new Map<SourceId, { from: number; to: number }>();
  private pending: Fact[] = [];
  private cited: CitedText[] = [];
  private readonly remarks = new Map<string, { -readonly [K in keyof Diagnostic]: Diagnostic[K] }>();

  constructor(writer: IngestWriter, entry: EntryId, open: OpenEntry) {
    this.writer = writer;
    this.entry = entry;
    this.open = open;
  }

  source(spec: SourceSpec): SourceId {
    const { pod = this.open.hints.pod, container = this.open.hints.container, generation = this.open.hints.generation } = spec;
    const key = `${spec.component}\n${spec.host ?? ''}\n${pod ?? ''}\n${container ?? ''}\n${generation}`;
    let id = this.sources.get(key);
    if (id === undefined) {
      id = this.writer.source({ entry: this.entry, host: spec.host, component: spec.component, pod, container, generation });
      this.sources.set(key, id);
      this.made.push({ id, component: spec.component });
    }
    return id;
  }

  fact<Type extends FactType>(type: Type, data: FactMap[Type], where: Parameters<ParseSink['fact']>[2]): void {
    const { at, meaning, source, place } = where;
    this.pending.push(toFact(type, data, at, meaning, source, this.entry, place));
    if (this.pending.length >= FLUSH_AT) this.flush();
  }

  diagnostic(code: DiagnosticCode, detail: string, place: Partial<Place> = {}, count = 1): void {
    // one row stands for all of a kind within an entry: the first place, and how many
    const key = `${code} ${detail}`;
    const known = this.remarks.get(key);
    if (known === undefined) {
      this.remarks.set(key, { code, entry: this.entry, path: this.open.path, line: place.line ?? null, offset: place.offset ?? null, detail, count });
    } else known.count += count;
  }

  cite(place: Place, text: string): void {
    this.cited.push({ entry: this.entry, line: place.line, offset: place.offset, text });
    if (this.cited.length >= FLUSH_AT) this.flush();
  }

  message(text: string): number {
    return this.writer.message(text);
  }

  events(batch: Parameters<ParseSink['events']>[0]): void {
    const { events } = batch;
    this.lines += batch.lineCount;
    this.eventCount += events.count;
    this.widen(events.source, events.time, events.count);
    this.writer.events({ entry: this.entry, ...batch });
  }

  /** every source made so far */
  madeSources(): readonly MadeSource[] {
    return this.made;
  }

  room(): Promise<void> | null {
    return this.writer.pending() > MAX_PENDING ? this.writer.drain() : null;
  }

  count(lines: { readonly continuations?: number; readonly unparsed?: number }): void {
    this.continuations += lines.continuations ?? 0;
    this.unparsed += lines.unparsed ?? 0;
  }

  /** hands over what is still held; call once the parser is done */
  finish(): void {
    this.flush();
    if (this.unparsed > 0) this.diagnostic('LINE_UNPARSED', 'lines that match no known form', {}, this.unparsed);
    this.writer.diagnostics([...this.remarks.values()]);
    // what the path says of the machine; the timeline judges it by what the content says
    const { node } = this.open.hints;
    if (node !== null) this.writer.updateSources([...this.sources.values()].map((id) => ({ id, node })));
    this.writer.updateSources([...this.spans].map(([id, { from, to }]) => ({ id, from: from as EpochMicros, to: to as EpochMicros })));
  }

  private flush(): void {
    if (this.pending.length > 0) this.writer.facts(this.pending);
    if (this.cited.length > 0) this.writer.citedTexts(this.cited);
    this.pending = [];
    this.cited = [];
  }

  private widen(sources: Uint32Array, times: Float64Array, count: number): void {
    let last = -1;
    let span = { from: Infinity, to: -Infinity };
    for (let i = 0; i < count; i += 1) {
      const source = sources[i] ?? 0;
      const time = times[i] ?? NaN;
      if (source !== last) {
        last = source;
        const id = source as SourceId;
        const known = this.spans.get(id);
        if (known === undefined) {
          span = { from: Infinity, to: -Infinity };
          this.spans.set(id, span);
        } else span = known;
      }
      if (time < span.from) span.from = time;
      if (time > span.to) span.to = time;
    }
    for (const [id, { from }] of this.spans) if (from === Infinity) this.spans.delete(id);
  }
}

/** Says that stars stand in the place of secrets; nothing where there were none. */
export function withheld(sink: Pick<ParseSink, 'diagnostic'>, places: number, where: Partial<Place> = {}): void {
  if (places > 0) sink.diagnostic('SECRET_WITHHELD', WITHHELD, where, places);
}

function toFact<Type extends FactType>(
  type: Type,
  data: FactMap[Type],
  at: EpochMicros | null,
  meaning: Fact['meaning'],
  source: SourceId,
  entry: EntryId,
  place: Place,
): Fact {
  const fact = { type, at, meaning, source, ref: { entry, line: place.line, offset: place.offset, length: place.length }, data };
  return fact as Fact;
}
