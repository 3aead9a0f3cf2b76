import type { Component, Generation, PathHints } from '../model/bundle.ts';
import type { DiagnosticCode } from '../model/diagnostic.ts';
import type { EventColumns } from '../model/event.ts';
import type { FactMap, FactType } from '../model/fact.ts';
import type { SourceId } from '../model/ids.ts';
import type { EpochMicros, TimeMeaning } from '../model/time.ts';

/** What a parser may know about an entry before reading it. The name only hints; content decides. */
export interface EntryContext {
  readonly path: string;
  readonly hints: PathHints;
  readonly modifiedAt: EpochMicros | null;
  readonly size: number | null;
  /** the best guess at the collection time so far: anchors times without a year */
  readonly collectedAt: EpochMicros | null;
  /** shared by all entries of a case; absent where only one is read */
  readonly records?: RecordBook;
}

/** Remembers records that may stand in several files of a case, so that each counts once. */
export interface RecordBook {
  /** false when this record was asked about before; numbers are unique within their stream */
  isFirst(stream: string, number: number): boolean;
}

/** A place within the entry being parsed. */
export interface Place {
  readonly line: number | null;
  readonly offset: number;
  readonly length: number;
}

export interface SourceSpec {
  /** what the content says about the machine: a journal host name, a member name; null when silent */
  readonly host: string | null;
  readonly component: Component;
  readonly pod?: string | null;
  readonly container?: string | null;
  readonly generation?: Generation;
}

/** Where parsers put what they find. Bound to one entry. */
export interface ParseSink {
  /** the same spec gives the same source */
  source(spec: SourceSpec): SourceId;
  fact<Type extends FactType>(
    type: Type,
    data: FactMap[Type],
    where: { readonly at: EpochMicros | null; readonly meaning: TimeMeaning; readonly source: SourceId; readonly place: Place },
  ): void;
  diagnostic(code: DiagnosticCode, detail: string, place?: Partial<Place>, count?: number): void;
  /** the text shown for a place of an entry that is not kept whole */
  cite(place: Place, text: string): void;
  /** id of a message template for `EventColumns.message` */
  message(text: string): number;
  /**
   * Events of a stretch of text, with that text (whole lines). Log parsers call it for every block; binary log readers
   * hand in the lines they made, `offset` and `line` then count in that made text.
   */
  events(batch: {
    readonly offset: number;
    readonly firstLine: number;
    readonly lineCount: number;
    readonly raw: Uint8Array;
    readonly events: EventColumns;
  }): void;
  /** resolves once there is room for more events, null when there is: binary readers of large files ask now and then */
  room?(): Promise<void> | null;
  /** adds to the entry's line counts; `events()` adds its own */
  count(lines: { readonly continuations?: number; readonly unparsed?: number }): void;
}

/** A whole entry of moderate size: JSON, YAML, tables, PEM, metrics, command output. */
export interface DocumentParser {
  readonly kind: 'document';
  readonly id: string;
  readonly title: string;
  /** `cited`: raw text is not stored, since it may hold secrets; the parser cites what it shows */
  readonly keep: 'all' | 'cited';
  /** sees the first 64 KiB as text; must refuse every other parser's fixtures */
  accepts(head: string, context: EntryContext): boolean;
  parse(document: DocumentText, sink: ParseSink, context: EntryContext): void;
}

/** A document's text with its lines: offsets are bytes, line numbers 1-based. */
export interface DocumentText {
  readonly text: string;
  readonly lines: readonly DocumentLine[];
  /** the place of one line */
  place(line: number): Place;
  /** the place of the line that holds this UTF-16 index of `text` */
  placeAt(index: number): Place;
}

export interface DocumentLine {
  readonly text: string;
  /** 1-based */
  readonly line: number;
  /** byte offset in the entry */
  readonly offset: number;
}

/** Random access to an entry's bytes, on disk or in memory; reads past the end give fewer bytes. */
export interface RandomAccess {
  readonly size: number;
  read(offset: number, length: number): Uint8Array;
  /** as `read`, into memory that is there already; says how many bytes came. Only where that saves something */
  readInto?(target: Uint8Array, offset: number): number;
}

/** A file that is not lines: bbolt, WAL, .snap, .journal. */
export interface BinaryParser {
  readonly kind: 'binary';
  readonly id: string;
  readonly title: string;
  /** the file is a log: an identical one elsewhere is the same log twice */
  readonly log?: boolean;
  accepts(head: Uint8Array, context: EntryContext): boolean;
  /** may await what can only be unpacked asynchronously; the file stays open until it settles */
  parse(file: RandomAccess, sink: ParseSink, context: EntryContext): void | Promise<void>;
}

/** Line-oriented evidence of any length, read in blocks of whole lines. */
export interface LogReader {
  /**
   * `raw` holds whole lines (the last may lack its newline at the end of the entry). A line over the limit comes in pieces: first its
   * beginning, then pieces with `lineCount` 0, the last of which ends in its newline.
   */
  push(raw: Uint8Array, offset: number, firstLine: number, lineCount: number): void;
  end(): void;
}

export interface LogParser {
  readonly kind: 'log';
  readonly id: string;
  readonly title: string;
  /** its lines may hold secrets: none is handed on, the parser cites what it shows */
  readonly keep?: 'cited';
  /** 0 = not mine … 1 = certainly mine, from the first lines */
  score(head: Uint8Array, context: EntryContext): number;
  open(sink: ParseSink, context: EntryContext, head: Uint8Array): LogReader;
}

export function defineParser<P extends DocumentParser | BinaryParser | LogParser>(parser: P): P {
  return parser;
}
