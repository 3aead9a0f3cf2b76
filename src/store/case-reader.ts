import { LANGS, type Lang } from '../model/lang.ts';
import Database from 'better-sqlite3';
import type { Bundle, Entry, Source } from '../model/bundle.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { EvidenceRef } from '../model/evidence.ts';
import type { FactType, PlacedFact } from '../model/fact.ts';
import type { Finding, Undecided } from '../model/finding.ts';
import type { History } from '../model/history.ts';
import { entryId } from '../model/ids.ts';
import type { EntryId } from '../model/ids.ts';
import type { CaseReader, Coverage, DensityBin, EventQuery, TimelineRow } from '../model/ports.ts';
import { epochMicros } from '../model/time.ts';
import type { EpochMicros } from '../model/time.ts';
import { checkCaseFile, cutOff } from './case-file.ts';
import { Catalog } from './catalog.ts';
import { readCorrections } from './clock-correction.ts';
import { DensityReader } from './density-reader.ts';
import { sortDiagnostics, unreadRow } from './diagnostic-lists.ts';
import { EventBlocks } from './event-blocks.ts';
import { FactReader } from './fact-reader.ts';
import { Placement } from './placement.ts';
import { SqlReader } from './sql-guard.ts';
import { TextReader } from './text-reader.ts';
import { mergeTimeline, timelineSteps } from './timeline-merge.ts';
import type { TimelineParts } from './timeline-merge.ts';

/** Opens a finished case for reading. Throws UsageError (3) when it is not a case, of another schema version, or was cut off. */
export function openCase(path: string): CaseReader {
  checkCaseFile(path);
  let db: Database.Database | null = null;
  try {
    db = new Database(path, { readonly: true, fileMustExist: true });
    db.pragma('cache_size = -24000');
    const complete = db.prepare<[], { value: string }>("SELECT value FROM case_info WHERE key = 'complete'").get();
    if (complete?.value !== '1') throw cutOff(path);
    return new SqliteCaseReader(path, db);
  } catch (cause) {
    db?.close();
    if (cause instanceof Database.SqliteError) throw cutOff(path);
    throw cause;
  }
}

const EMPTY_HISTORY: History = {
  collectedAt: null,
  from: null,
  to: null,
  members: [],
  nodes: [],
  clocks: [],
  leadership: [],
  roles: [],
  derived: [],
  undecided: [],
};

class SqliteCaseReader implements CaseReader {
  readonly path: string;
  readonly lang: Lang;
  private readonly db: Database.Database;
  private readonly catalog: Catalog;
  private readonly factReader: FactReader;
  private readonly texts: TextReader;
  private readonly blocks: EventBlocks;
  private readonly corrected: Placement;
  private readonly written: Placement;
  private readonly densities: DensityReader;
  private sql: SqlReader | null = null;
  private messages: readonly string[] | null = null;
  private paths: ReadonlyMap<number, string> | null = null;

  constructor(path: string, db: Database.Database) {
    this.path = path;
    this.db = db;
    const lang = db.prepare<[], { value: string }>("SELECT value FROM case_info WHERE key = 'lang'").get();
    this.lang = LANGS.find((one) => one === lang?.value) ?? 'en';
    this.catalog = new Catalog(db);
    this.factReader = new FactReader(db, this.catalog);
    this.texts = new TextReader(db);
    this.blocks = new EventBlocks(db);
    this.corrected = new Placement(this.catalog, readCorrections(db));
    this.written = new Placement(this.catalog, new Map());
    this.densities = new DensityReader(db, this.catalog, this.blocks, this.corrected);
  }

  facts<Type extends FactType>(types: readonly Type[]): Iterable<PlacedFact<Type>> {
    return this.factReader.facts(types);
  }

  sources(): readonly Source[] {
    return this.catalog.sources();
  }

  entries(): readonly Entry[] {
    return this.catalog.entries();
  }

  bundles(): readonly Bundle[] {
    return this.catalog.bundles();
  }

  entry(id: EntryId): Entry | null {
    return this.catalog.entry(id);
  }

  text(ref: EvidenceRef): string | null {
    return this.texts.text(ref);
  }

  surroundings(ref: EvidenceRef, before: number, after: number): readonly { readonly line: number; readonly text: string }[] {
    return this.texts.surroundings(ref, before, after);
  }

  history(): History {
    return this.document<History>('history') ?? EMPTY_HISTORY;
  }

  findings(): readonly Finding[] {
    return this.document<readonly Finding[]>('findings') ?? [];
  }

  undecided(): readonly Undecided[] {
    return this.document<readonly Undecided[]>('undecided') ?? [];
  }

  /** null when the case was finished without an analysis; the text is what this program stored */
  private document<T>(name: string): T | null {
    const row = this.db.prepare<[string], { data: string }>('SELECT data FROM documents WHERE name = ?').get(name);
    if (row === undefined) return null;
    const parsed: unknown = JSON.parse(row.data);
    return parsed as T;
  }

  coverage(): Coverage {
    const sums = this.db
      .prepare<[], Omit<Coverage, 'skipped' | 'damaged' | 'remarks'>>(
        `SELECT count(*) AS entries, coalesce(sum(bytes), 0) AS bytes, coalesce(sum(lines), 0) AS lines, coalesce(sum(events), 0) AS events,
           coalesce(sum(continuations), 0) AS continuations, coalesce(sum(unparsed), 0) AS unparsed FROM entries`,
      )
      .get() ?? { entries: 0, bytes: 0, lines: 0, events: 0, continuations: 0, unparsed: 0 };
    const skipped = this.db
      .prepare<[], { path: string; reason: string }>('SELECT path, skipped AS reason FROM entries WHERE skipped IS NOT NULL ORDER BY id')
      .all();
    return { ...sums, ...sortDiagnostics(this.diagnostics(), skipped.map(unreadRow)) };
  }

  diagnostics(): readonly Diagnostic[] {
    return this.catalog.diagnostics();
  }

  timeline(query: EventQuery): Iterable<TimelineRow> {
    return mergeTimeline(this.timelineParts(query), query);
  }

  timelineSteps(query: EventQuery): Iterable<TimelineRow | null> {
    return timelineSteps(this.timelineParts(query), query);
  }

  eventAt(entry: EntryId, line: number): { readonly line: number; readonly offset: number; readonly at: EpochMicros | null } | null {
    const block = this.blocks.holding(entry, line);
    if (block === null) return null;
    const columns = this.blocks.columns(block);
    const index = columns.line.findLastIndex((one) => one <= line);
    if (index < 0) return null;
    const at = this.corrected.times(block, columns)[index] ?? Infinity;
    return { line: columns.line[index] ?? 0, offset: columns.offset[index] ?? 0, at: Number.isFinite(at) ? epochMicros(at) : null };
  }

  private timelineParts(query: EventQuery): TimelineParts {
    const { blocks, catalog, texts } = this;
    const messages = (this.messages ??= this.readMessages());
    const paths = (this.paths ??= new Map(catalog.entries().map((e) => [e.id, e.path])));
    return {
      blocks,
      catalog,
      texts,
      placement: query.raw === true ? this.written : this.corrected,
      message: (id) => messages[id] ?? null,
      path: (entry) => paths.get(entry) ?? '',
    };
  }

  private readMessages(): readonly string[] {
    const messages: string[] = [];
    for (const { id, text } of this.db.prepare<[], { id: number; text: string }>('SELECT id, text FROM messages').all()) messages[id] = text;
    return messages;
  }

  density(from: EpochMicros, to: EpochMicros, bins: number): readonly DensityBin[] {
    return this.densities.bins(from, to, bins);
  }

  densitySteps(from: EpochMicros, to: EpochMicros, bins: number): Generator<null, readonly DensityBin[]> {
    return this.densities.steps(from, to, bins);
  }

  eventCount(): number {
    return this.blocks.all().reduce((sum, block) => sum + block.eventCount, 0);
  }

  query(sql: string): { readonly columns: readonly string[]; readonly rows: Iterable<readonly unknown[]> } {
    this.sql ??= new SqlReader(this.path, {
      rawLine: (entry, offset) => this.texts.text({ entry: entryId(entry), line: null, offset, length: 0 }),
    });
    return this.sql.query(sql);
  }

  close(): void {
    this.sql?.close();
    this.db.close();
  }
}
