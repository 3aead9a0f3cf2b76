import type Database from 'better-sqlite3';
import type { DensityBin } from '../model/ports.ts';
import { epochMicros } from '../model/time.ts';
import type { EpochMicros } from '../model/time.ts';
import type { Catalog } from './catalog.ts';
import { correct } from './clock-correction.ts';
import type { EventBlock, EventBlocks } from './event-blocks.ts';
import type { Placement } from './placement.ts';

/** up to this many blocks are counted event by event */
const EXACT_BLOCKS = 32;

interface Counts {
  total: number;
  warnings: number;
  errors: number;
}

/** Counts kept while writing, of one source. */
interface StoredOf {
  readonly source: number;
  readonly at: Float64Array;
  readonly total: Float64Array;
  readonly warnings: Float64Array;
  readonly errors: Float64Array;
}

type Stored = readonly StoredOf[];

/** Counts events per slice of corrected time and node: exactly in short stretches, else from the counts kept while writing. */
export class DensityReader {
  private readonly db: Database.Database;
  private readonly catalog: Catalog;
  private readonly blocks: EventBlocks;
  private readonly placement: Placement;
  private stored: Stored | null = null;

  constructor(db: Database.Database, catalog: Catalog, blocks: EventBlocks, placement: Placement) {
    this.db = db;
    this.catalog = catalog;
    this.blocks = blocks;
    this.placement = placement;
  }

  bins(from: EpochMicros, to: EpochMicros, count: number): readonly DensityBin[] {
    const steps = this.steps(from, to, count);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
    }
  }

  /** Slices without events are left out; in order of time, then node. Yields after every piece that was read. */
  *steps(from: EpochMicros, to: EpochMicros, count: number): Generator<null, readonly DensityBin[]> {
    const bins = Math.floor(count);
    if (!(to > from) || !(bins > 0)) return [];
    const width = (to - from) / bins;
    const found = new Map<string | null, Map<number, Counts>>();
    const add = (node: string | null, at: number, total: number, warnings: number, errors: number): void => {
      if (!(at >= from && at < to)) return;
      const bin = Math.min(bins - 1, Math.floor((at - from) / width));
      let ofNode = found.get(node);
      if (ofNode === undefined) found.set(node, (ofNode = new Map<number, Counts>()));
      const counts = ofNode.get(bin);
      if (counts === undefined) ofNode.set(bin, { total, warnings, errors });
      else {
        counts.total += total;
        counts.warnings += warnings;
        counts.errors += errors;
      }
    };
    const overlapping = this.overlapping(from, to);
    if (overlapping === null) {
      if (this.stored === null) this.stored = yield* this.readStored();
      this.addStored(this.stored, add);
      yield null;
    } else
      for (const block of overlapping) {
        this.addExact(block, add);
        yield null;
      }
    return [...found]
      .flatMap(([node, ofNode]) => [...ofNode].map(([bin, counts]) => ({ from: epochMicros(from + bin * width), node, ...counts })))
      .sort((a, b) => a.from - b.from || compareNodes(a.node, b.node));
  }

  /** null when they are too many to count one by one */
  private overlapping(from: number, to: number): readonly EventBlock[] | null {
    const blocks: EventBlock[] = [];
    for (const block of this.blocks.all()) {
      const span = this.placement.span(block);
      if (span.from >= to || span.to < from) continue;
      if (blocks.length === EXACT_BLOCKS) return null;
      blocks.push(block);
    }
    return blocks;
  }

  private addExact(block: EventBlock, add: Add): void {
    const columns = this.blocks.columns(block);
    const at = this.placement.times(block, columns);
    const sources = this.catalog.knownSources();
    for (let i = 0; i < at.length; i += 1) {
      const level = columns.level[i] ?? 0;
      add(sources.get(columns.source[i] ?? 0)?.source.node ?? null, at[i] ?? Infinity, 1, level === 4 ? 1 : 0, level > 4 ? 1 : 0);
    }
  }

  private addStored(stored: Stored, add: Add): void {
    const sources = this.catalog.knownSources();
    for (const { source, at, total, warnings, errors } of stored) {
      const node = sources.get(source)?.source.node ?? null;
      for (let i = 0; i < at.length; i += 1) add(node, at[i] ?? Infinity, total[i] ?? 0, warnings[i] ?? 0, errors[i] ?? 0);
    }
  }

  /** source by source, since a case of many sources has a hundred thousand counts */
  private *readStored(): Generator<null, Stored> {
    const select = this.db
      .prepare<[number], readonly [number, number, number, number]>('SELECT start + width / 2, total, warnings, errors FROM densities WHERE source = ?')
      .raw(true);
    const stored: StoredOf[] = [];
    for (const id of this.catalog.knownSources().keys()) {
      const rows = select.all(id);
      if (rows.length === 0) continue;
      const correction = this.placement.correction(id);
      stored.push({
        source: id,
        at: Float64Array.from(rows, (r) => correct(correction, r[0])),
        total: Float64Array.from(rows, (r) => r[1]),
        warnings: Float64Array.from(rows, (r) => r[2]),
        errors: Float64Array.from(rows, (r) => r[3]),
      });
      yield null;
    }
    return stored;
  }
}

type Add = (node: string | null, at: number, total: number, warnings: number, errors: number) => void;

function compareNodes(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
}
