import type Database from 'better-sqlite3';
import type { Bundle, Component, Entry, Generation, Source } from '../model/bundle.ts';
import type { Diagnostic, DiagnosticCode } from '../model/diagnostic.ts';
import type { BundleId, EntryId, SourceId } from '../model/ids.ts';
import type { EpochMicros } from '../model/time.ts';

const ENTRY_COLUMNS = 'id, bundle, path, sha256, bytes, modified_at AS modifiedAt, parser, skipped, lines, events, continuations, unparsed';

interface SourceRow {
  readonly id: SourceId;
  readonly entry: EntryId;
  readonly host: string | null;
  readonly node: string | null;
  readonly component: Component;
  readonly pod: string | null;
  readonly container: string | null;
  readonly generation: Generation;
  readonly fromTime: EpochMicros | null;
  readonly toTime: EpochMicros | null;
  readonly firstTime: EpochMicros | null;
}

/** A source and the written time of its first event with one. */
export interface KnownSource {
  readonly source: Source;
  readonly firstTime: EpochMicros | null;
}

/** Bundles, entries, sources and diagnostics as the model has them. */
export class Catalog {
  private readonly db: Database.Database;
  private readonly oneEntry: Database.Statement<[number], Entry>;
  private known: ReadonlyMap<number, KnownSource> | null = null;

  constructor(db: Database.Database) {
    this.db = db;
    this.oneEntry = db.prepare<[number], Entry>(`SELECT ${ENTRY_COLUMNS} FROM entries WHERE id = ?`);
  }

  bundles(): readonly Bundle[] {
    return this.db
      .prepare<[], Bundle & { readonly id: BundleId }>('SELECT id, path, sha256, bytes, layout, collected_at AS collectedAt FROM bundles ORDER BY id')
      .all();
  }

  entries(): readonly Entry[] {
    return this.db.prepare<[], Entry>(`SELECT ${ENTRY_COLUMNS} FROM entries ORDER BY id`).all();
  }

  entry(id: EntryId): Entry | null {
    return this.oneEntry.get(id) ?? null;
  }

  sources(): readonly Source[] {
    return [...this.knownSources().values()].map((k) => k.source);
  }

  /** by id, in the order of ids */
  knownSources(): ReadonlyMap<number, KnownSource> {
    this.known ??= this.readSources();
    return this.known;
  }

  forgetSources(): void {
    this.known = null;
  }

  private readSources(): ReadonlyMap<number, KnownSource> {
    const rows = this.db
      .prepare<[], SourceRow>(
        `SELECT id, entry, host, node, component, pod, container, generation, from_time AS fromTime, to_time AS toTime, first_time AS firstTime
         FROM sources ORDER BY id`,
      )
      .all();
    return new Map(rows.map(({ fromTime, toTime, firstTime, ...rest }) => [rest.id, { source: { ...rest, from: fromTime, to: toTime }, firstTime }]));
  }

  diagnostics(): readonly Diagnostic[] {
    return this.db
      .prepare<[], Diagnostic & { readonly code: DiagnosticCode }>('SELECT code, entry, path, line, offset, detail, count FROM diagnostics ORDER BY id')
      .all();
  }
}
