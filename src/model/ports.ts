import type { Bundle, Component, Entry, Generation, Source } from './bundle.ts';
import type { Lang } from './lang.ts';
import type { Words } from './phrases.ts';
import type { Diagnostic, DiagnosticCode } from './diagnostic.ts';
import type { EvidenceRef } from './evidence.ts';
import type { EventColumns, EventRow, Level } from './event.ts';
import type { Fact, FactType, PlacedFact } from './fact.ts';
import type { Finding, Undecided } from './finding.ts';
import type { History } from './history.ts';
import type { BundleId, EntryId, SourceId } from './ids.ts';
import type { PackedFacts } from './packed-facts.ts';
import type { EpochMicros } from './time.ts';

/** Facts by type, by corrected-or-written order is the caller's business: they come in written time, those without time last. */
export interface FactSource {
  facts<Type extends FactType>(types: readonly Type[]): Iterable<PlacedFact<Type>>;
  sources(): readonly Source[];
  entries(): readonly Entry[];
  bundles(): readonly Bundle[];
}

/** Reads raw text back out of a case. */
export interface EvidenceReader {
  /** the cited line as it stands in the bundle, wrapper included, without its newline; null when its text was not kept */
  text(ref: EvidenceRef): string | null;
  /** lines around a place, 1-based numbers; empty when the raw text was not kept */
  surroundings(ref: EvidenceRef, before: number, after: number): readonly { readonly line: number; readonly text: string }[];
  entry(id: EntryId): Entry | null;
}

/** What the timeline view asks for; all conditions must hold. Times are corrected unless `raw`; `from` is inclusive, `to` exclusive. */
export interface EventQuery {
  readonly from?: EpochMicros;
  readonly to?: EpochMicros;
  readonly nodes?: readonly string[];
  readonly components?: readonly string[];
  readonly minLevel?: Level;
  readonly entry?: EntryId;
  /** tested on the raw line */
  readonly grep?: RegExp;
  readonly raw?: boolean;
  /** `backward` yields the rows before `to`, newest first */
  readonly direction?: 'forward' | 'backward';
  readonly limit?: number;
}

/** One row of the merged timeline. */
export interface TimelineRow {
  readonly event: EventRow;
  readonly source: Source;
  readonly path: string;
  /**
   * Corrected by the clock model; equal to `event.time` where the clock is the reference's. A row without a written time stands
   * at the one before it in its source; null where the source has no time at all, such rows come last.
   */
  readonly at: EpochMicros | null;
  /** the whole raw line */
  readonly text: string;
}

/** Number of events in a slice of time, for heat strips; slices without events are left out. */
export interface DensityBin {
  readonly from: EpochMicros;
  readonly node: string | null;
  readonly total: number;
  readonly warnings: number;
  readonly errors: number;
}

/** Where every byte went. */
export interface Coverage {
  readonly entries: number;
  readonly bytes: number;
  readonly lines: number;
  readonly events: number;
  readonly continuations: number;
  readonly unparsed: number;
  readonly skipped: readonly { readonly path: string; readonly reason: Words }[];
  readonly damaged: readonly { readonly path: string; readonly reason: Words }[];
  /** every other diagnostic: read, but with something to say about it; `count` = how many times */
  readonly remarks: readonly { readonly path: string; readonly code: DiagnosticCode; readonly reason: Words; readonly count: number }[];
}

/** A finished case, read-only. */
export interface CaseReader extends FactSource, EvidenceReader {
  readonly path: string;
  /** what findings were written in */
  readonly lang: Lang;
  history(): History;
  findings(): readonly Finding[];
  undecided(): readonly Undecided[];
  coverage(): Coverage;
  diagnostics(): readonly Diagnostic[];
  /** the merged timeline in one total order (time, source, offset), lazily */
  timeline(query: EventQuery): Iterable<TimelineRow>;
  /** the same for those who must not wait: null after everything that had to be read, some milliseconds apart */
  timelineSteps(query: EventQuery): Iterable<TimelineRow | null>;
  /** the event a line of an entry belongs to, with its corrected time; null where no event stands there */
  eventAt(entry: EntryId, line: number): { readonly line: number; readonly offset: number; readonly at: EpochMicros | null } | null;
  /** events per slice of time, the slices that have any */
  density(from: EpochMicros, to: EpochMicros, bins: number): readonly DensityBin[];
  /** the same for those who must not wait: yields while it counts, some milliseconds apart */
  densitySteps(from: EpochMicros, to: EpochMicros, bins: number): Generator<null, readonly DensityBin[]>;
  eventCount(): number;
  /** read-only SQL; throws UsageError with SQLite's own words when it is wrong or would write */
  query(sql: string): { readonly columns: readonly string[]; readonly rows: Iterable<readonly unknown[]> };
  close(): void;
}

/** A run of whole raw lines of one entry with its events, as handed to the store. */
export interface EventBatch {
  readonly entry: EntryId;
  /** byte offset of the first byte of `raw` in the entry */
  readonly offset: number;
  /** 1-based number of the first line */
  readonly firstLine: number;
  readonly lineCount: number;
  readonly raw: Uint8Array;
  readonly events: EventColumns;
}

/** Times of a source, up to an offset, that turned out to be `by` microseconds too late: in a zone east of the UTC they were read as, or in a later year. */
export interface TimeShift {
  readonly source: SourceId;
  readonly by: number;
  /** byte offset of the last line concerned */
  readonly until: number;
  /** where not all of them are: those from here on, and before there */
  readonly from?: number;
  readonly before?: number;
}

/** What becomes known of a source after it was made; fields left out stay. `node` is what its path hints at until the analysis resolves it. */
export interface SourceChange {
  readonly id: SourceId;
  readonly node?: string | null;
  readonly component?: Component;
  readonly generation?: Generation;
  /** pod and container stand only where the source has none yet */
  readonly pod?: string | null;
  readonly container?: string | null;
  readonly from?: EpochMicros | null;
  readonly to?: EpochMicros | null;
}

/** The text shown for one place of an entry that is not kept whole. */
export interface CitedText {
  readonly entry: EntryId;
  readonly line: number | null;
  readonly offset: number;
  readonly text: string;
}

/**
 * Everything ingest hands over, in any order an entry's own calls nest. Ids count from 1 in the order of the calls, so that a writer
 * in another thread gives the same ones. Not safe to share between threads.
 */
export interface IngestWriter {
  bundle(bundle: Omit<Bundle, 'id'>): BundleId;
  /** corrects what was not known when the bundle was opened */
  updateBundle(id: BundleId, change: Partial<Omit<Bundle, 'id'>>): void;
  beginEntry(entry: { readonly bundle: BundleId; readonly path: string; readonly modifiedAt: EpochMicros | null }): EntryId;
  endEntry(id: EntryId, result: Omit<Entry, 'id' | 'bundle' | 'path' | 'modifiedAt'>): void;
  source(source: Omit<Source, 'id' | 'node' | 'from' | 'to'>): SourceId;
  updateSources(changes: Iterable<SourceChange>): void;
  /** id for a message template; 0 once the table is full */
  message(text: string): number;
  /** the writer owns `raw` and the columns from here on */
  events(batch: EventBatch): void;
  /** keeps raw text of a document entry so that evidence can be shown; may be called in pieces of whole lines */
  raw(batch: Omit<EventBatch, 'events'>): void;
  facts(facts: readonly Fact[]): void;
  /** the same, for facts that come from another thread */
  packedFacts(facts: PackedFacts): void;
  /**
   * Text of single places of entries whose raw text is not kept whole: binary files (then `line` is null and the text says
   * where and what), and files that may hold secrets.
   */
  citedTexts(texts: readonly CitedText[]): void;
  diagnostics(diagnostics: readonly Diagnostic[]): void;
  /** removes events, facts and raw text of an entry that turned out to be a copy of another */
  dropEntry(id: EntryId): void;
  /** bytes of raw text still under way: being compressed, or on their way to another thread */
  pending(): number;
  /** resolves once few bytes are pending: to be awaited now and then while many events come in */
  drain(): Promise<void>;
  /** resolves once nothing is pending; rejects when something could not be stored */
  flush(): Promise<void>;
}

/** The store while a case is being built. Above some tens of MiB pending it compresses on the caller's thread. */
export interface CaseWriter extends IngestWriter {
  /** moves times that were read as UTC for want of a zone; to be called once everything came in */
  shiftTimes(shifts: readonly TimeShift[]): void;
  /** stores the analysis, and which language its texts are in */
  analysis(history: History, findings: readonly Finding[], undecided: readonly Undecided[], lang: Lang): Promise<void>;
  /** reads facts back while the case is being built */
  reader(): FactSource & EvidenceReader;
  /** marks the case complete and closes it; a case without this is refused by readers. Await `flush()` first, or it blocks. */
  finish(): void;
  /** closes without completing */
  abort(): void;
}
