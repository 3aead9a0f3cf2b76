import type { Lang } from '../model/lang.ts';
import Database from 'better-sqlite3';
import type { Bundle, Entry, Source } from '../model/bundle.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { UsageError } from '../model/errors.ts';
import { LEVELS } from '../model/event.ts';
import type { Fact } from '../model/fact.ts';
import type { Finding, Undecided } from '../model/finding.ts';
import type { History } from '../model/history.ts';
import { bundleId, entryId, sourceId } from '../model/ids.ts';
import type { BundleId, EntryId, SourceId } from '../model/ids.ts';
import { PACKED_FACT, packFacts } from '../model/packed-facts.ts';
import type { PackedFacts } from '../model/packed-facts.ts';
import type { CaseWriter, CitedText, EventBatch, EvidenceReader, FactSource, TimeShift, SourceChange } from '../model/ports.ts';
import { cut } from '../model/text.ts';
import type { EpochMicros } from '../model/time.ts';
import { storeAnalysis } from './analysis-writer.ts';
import { BlockWriter } from './block-writer.ts';
import { bulkInsert } from './bulk-insert.ts';
import type { BulkInsert } from './bulk-insert.ts';
import { Catalog } from './catalog.ts';
import { EventWriter } from './event-writer.ts';
import { FactReader } from './fact-reader.ts';
import { linesOf } from './lines.ts';
import { FACT_INDEXES, APPLICATION_ID, PAGE_SIZE, SCHEMA_VERSION, TABLES, VIEWS } from './schema.ts';
import { TextReader } from './text-reader.ts';
import { shiftTimes } from './time-shift.ts';

const MAX_MESSAGES = 65_535;
const MAX_MESSAGE_LENGTH = 2000;
const RAW_PIECE = 1 << 20;

export interface CaseOptions {
  readonly generator?: string;
  /** hears of raw text that is stored: its buffer is free for another use */
  readonly onStored?: (raw: Uint8Array) => void;
}

/**
 * Begins a case file at `path`, which must not exist or be empty. The file is a case only once `finish()` ran.
 * Throws UsageError when it cannot be written.
 */
export function createCase(path: string, options: CaseOptions = {}): CaseWriter {
  let db: Database.Database;
  try {
    db = new Database(path);
  } catch (cause) {
    throw new UsageError(`the case cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`, { subject: path });
  }
  try {
    return new SqliteCaseWriter(prepareFile(db, path), options);
  } catch (cause) {
    db.close();
    if (cause instanceof Database.SqliteError) throw new UsageError(`the case cannot be written: ${cause.message}`, { subject: path });
    throw cause;
  }
}

function prepareFile(db: Database.Database, path: string): Database.Database {
  const tables = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM sqlite_schema').get()?.n ?? 0;
  if (tables > 0) throw new UsageError('the case cannot be written: the file exists already; remove it or name another', { subject: path });
  db.pragma(`page_size = ${PAGE_SIZE}`);
  // A half-built case is refused by readers, so nothing is gained by journals and syncs.
  db.pragma('journal_mode = OFF');
  db.pragma('synchronous = OFF');
  db.pragma('locking_mode = EXCLUSIVE');
  db.pragma('cache_size = -24000');
  db.pragma('temp_store = MEMORY');
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma(`user_version = ${SCHEMA_VERSION}`);
  db.exec(`BEGIN; ${TABLES} ${VIEWS} COMMIT; BEGIN`);
  return db;
}

class SqliteCaseWriter implements CaseWriter {
  private readonly db: Database.Database;
  private readonly blocks: BlockWriter;
  private readonly eventRows: EventWriter;
  private readonly catalog: Catalog;
  private readonly insertFacts: BulkInsert;
  private readonly insertDiagnostics: BulkInsert;
  private readonly insertCited: BulkInsert;
  private readonly insertEntry: Database.Statement;
  private readonly updateEntry: Database.Statement;
  private readonly insertSource: Database.Statement;
  private readonly updateSource: Readonly<Record<keyof Omit<SourceChange, 'id'>, Database.Statement>>;
  private readonly insertMessage: Database.Statement;
  private readonly insertInfo: Database.Statement;
  private readonly messages = new Map<string, number>();
  private nextBundle = 1;
  private nextEntry = 1;
  private nextSource = 1;

  constructor(db: Database.Database, { generator = 'inquest', onStored }: CaseOptions) {
    this.db = db;
    this.blocks = new BlockWriter(db, onStored);
    this.eventRows = new EventWriter(db);
    this.catalog = new Catalog(db);
    this.insertFacts = bulkInsert(db, 'facts', PACKED_FACT);
    this.insertDiagnostics = bulkInsert(db, 'diagnostics', ['code', 'entry', 'path', 'line', 'offset', 'detail', 'count']);
    this.insertCited = bulkInsert(db, 'cited_texts', ['entry', 'offset', 'line', 'text'], 'INSERT OR REPLACE');
    this.insertEntry = db.prepare(
      `INSERT INTO entries (id, bundle, path, sha256, bytes, modified_at, parser, skipped, lines, events, continuations, unparsed)
       VALUES (?,?,?,'',0,?,NULL,NULL,0,0,0,0)`,
    );
    this.updateEntry = db.prepare('UPDATE entries SET sha256=?, bytes=?, parser=?, skipped=?, lines=?, events=?, continuations=?, unparsed=? WHERE id=?');
    this.insertSource = db.prepare('INSERT INTO sources (id, entry, host, component, pod, container, generation) VALUES (?,?,?,?,?,?,?)');
    this.updateSource = {
      node: db.prepare('UPDATE sources SET node = ? WHERE id = ?'),
      component: db.prepare('UPDATE sources SET component = ? WHERE id = ?'),
      generation: db.prepare('UPDATE sources SET generation = ? WHERE id = ?'),
      pod: db.prepare('UPDATE sources SET pod = coalesce(pod, ?) WHERE id = ?'),
      container: db.prepare('UPDATE sources SET container = coalesce(container, ?) WHERE id = ?'),
      from: db.prepare('UPDATE sources SET from_time = ? WHERE id = ?'),
      to: db.prepare('UPDATE sources SET to_time = ? WHERE id = ?'),
    };
    this.insertMessage = db.prepare('INSERT INTO messages (id, text) VALUES (?,?)');
    this.insertInfo = db.prepare('INSERT OR REPLACE INTO case_info (key, value) VALUES (?,?)');
    this.insertInfo.run('schema_version', String(SCHEMA_VERSION));
    this.insertInfo.run('generator', generator);
    bulkInsert(db, 'levels', ['id', 'name']).all(LEVELS.flatMap((name, id) => [id, name]));
  }

  bundle(bundle: Omit<Bundle, 'id'>): BundleId {
    const id = this.nextBundle++;
    this.db
      .prepare('INSERT INTO bundles (id, path, sha256, bytes, layout, collected_at) VALUES (?,?,?,?,?,?)')
      .run(id, bundle.path, bundle.sha256, bundle.bytes, bundle.layout, bundle.collectedAt);
    return bundleId(id);
  }

  updateBundle(id: BundleId, change: Partial<Omit<Bundle, 'id'>>): void {
    const columns = { path: 'path', sha256: 'sha256', bytes: 'bytes', layout: 'layout', collectedAt: 'collected_at' } as const;
    for (const key of ['path', 'sha256', 'bytes', 'layout', 'collectedAt'] as const) {
      const value = change[key];
      if (value !== undefined) this.db.prepare(`UPDATE bundles SET ${columns[key]} = ? WHERE id = ?`).run(value, id);
    }
  }

  beginEntry(entry: { readonly bundle: BundleId; readonly path: string; readonly modifiedAt: EpochMicros | null }): EntryId {
    const id = this.nextEntry++;
    this.insertEntry.run(id, entry.bundle, entry.path, entry.modifiedAt);
    return entryId(id);
  }

  endEntry(id: EntryId, r: Omit<Entry, 'id' | 'bundle' | 'path' | 'modifiedAt'>): void {
    this.blocks.seal();
    this.eventRows.storeDensities();
    this.updateEntry.run(r.sha256, r.bytes, r.parser, r.skipped, r.lines, r.events, r.continuations, r.unparsed, id);
  }

  source(s: Omit<Source, 'id' | 'node' | 'from' | 'to'>): SourceId {
    const id = this.nextSource++;
    this.insertSource.run(id, s.entry, s.host, s.component, s.pod, s.container, s.generation);
    this.eventRows.knows(id);
    this.catalog.forgetSources();
    return sourceId(id);
  }

  updateSources(changes: Iterable<SourceChange>): void {
    for (const change of changes) {
      for (const key of ['node', 'component', 'generation', 'pod', 'container', 'from', 'to'] as const) {
        const value = change[key];
        if (value !== undefined) this.updateSource[key].run(value, change.id);
      }
    }
    this.catalog.forgetSources();
  }

  message(text: string): number {
    const template = cut(text, MAX_MESSAGE_LENGTH);
    const known = this.messages.get(template);
    if (known !== undefined) return known;
    if (this.messages.size >= MAX_MESSAGES) return 0;
    const id = this.messages.size + 1;
    this.messages.set(template, id);
    this.insertMessage.run(id, template);
    return id;
  }

  events(batch: EventBatch): void {
    const block = this.blocks.take(batch, batch.events.count);
    this.eventRows.write(batch, block);
    this.blocks.sealIfFull();
  }

  raw(batch: Omit<EventBatch, 'events'>): void {
    for (const piece of linesOf(batch, RAW_PIECE)) {
      this.blocks.take(piece, 0);
      this.blocks.sealIfFull();
    }
  }

  facts(facts: readonly Fact[]): void {
    this.packedFacts(packFacts(facts));
  }

  packedFacts(facts: PackedFacts): void {
    this.insertFacts.all(facts);
  }

  citedTexts(texts: readonly CitedText[]): void {
    this.insertCited.all(texts.flatMap((t) => [t.entry, t.offset, t.line, t.text]));
  }

  diagnostics(diagnostics: readonly Diagnostic[]): void {
    this.insertDiagnostics.all(diagnostics.flatMap((d) => [d.code, d.entry, d.path, d.line, d.offset, d.detail, d.count]));
  }

  dropEntry(id: EntryId): void {
    this.blocks.seal();
    this.eventRows.storeDensities();
    const blocks = this.db
      .prepare<[number], { id: number; first: number | null; count: number }>(
        'SELECT id, first_event AS first, event_count AS count FROM blocks WHERE entry = ?',
      )
      .all(id);
    const deleteEvents = this.db.prepare('DELETE FROM events WHERE id BETWEEN ? AND ?');
    for (const { first, count } of blocks) if (first !== null) deleteEvents.run(first, first + count - 1);
    this.blocks.forget(blocks.map((b) => b.id));
    this.db.prepare('DELETE FROM block_data WHERE block IN (SELECT id FROM blocks WHERE entry = ?)').run(id);
    this.db.prepare('DELETE FROM densities WHERE source IN (SELECT id FROM sources WHERE entry = ?)').run(id);
    for (const table of ['blocks', 'facts', 'cited_texts', 'sources']) this.db.prepare(`DELETE FROM ${table} WHERE entry = ?`).run(id);
    this.eventRows.recount();
    this.catalog.forgetSources();
  }

  shiftTimes(shifts: readonly TimeShift[]): void {
    this.blocks.seal();
    this.eventRows.storeDensities();
    for (const shift of shifts) {
      shiftTimes(this.db, shift);
      this.eventRows.shiftFirst(shift);
    }
    this.catalog.forgetSources();
  }

  analysis(history: History, findings: readonly Finding[], undecided: readonly Undecided[], lang: Lang): Promise<void> {
    this.insertInfo.run('lang', lang);
    this.blocks.seal();
    const texts = new TextReader(this.db, (block) => this.blocks.queue.raw(block));
    const lines = { entry: (id: EntryId) => this.catalog.entry(id), texts: texts.texts.bind(texts) };
    return storeAnalysis(this.db, lines, history, findings, undecided, lang);
  }

  reader(): FactSource & EvidenceReader {
    this.blocks.seal();
    this.db.exec(FACT_INDEXES);
    const { catalog } = this;
    const facts = new FactReader(this.db, catalog);
    const texts = new TextReader(this.db, (block) => this.blocks.queue.raw(block));
    // Batches may have come in since the reader was made.
    const sealed = <T>(read: () => T): T => {
      this.blocks.seal();
      return read();
    };
    return {
      facts: (types) => facts.facts(types),
      sources: () => catalog.sources(),
      entries: () => catalog.entries(),
      bundles: () => catalog.bundles(),
      entry: (id) => catalog.entry(id),
      text: (ref) => sealed(() => texts.text(ref)),
      surroundings: (ref, before, after) => sealed(() => texts.surroundings(ref, before, after)),
    };
  }

  pending(): number {
    return this.blocks.queue.pending();
  }

  drain(): Promise<void> {
    return this.blocks.queue.drain();
  }

  flush(): Promise<void> {
    this.blocks.seal();
    return this.blocks.queue.flush();
  }

  finish(): void {
    this.blocks.seal();
    this.eventRows.storeDensities();
    this.blocks.queue.finish();
    this.db.exec(FACT_INDEXES);
    this.blocks.placeLeading((source) => this.eventRows.firstTime(source));
    this.storeFirstTimes();
    this.insertInfo.run('created_from', JSON.stringify(this.catalog.bundles().map((b) => b.path)));
    this.db.exec('COMMIT; BEGIN');
    this.insertInfo.run('complete', '1');
    this.db.exec('COMMIT');
    this.db.close();
  }

  private storeFirstTimes(): void {
    const update = this.db.prepare('UPDATE sources SET first_time = ? WHERE id = ?');
    for (let id = 1; id < this.nextSource; id += 1) {
      const time = this.eventRows.firstTime(id);
      if (time !== null) update.run(time, id);
    }
  }

  abort(): void {
    this.blocks.queue.abandon();
    if (this.db.open) this.db.close();
  }
}
