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

interface Stored {
  readonly source: Float64Array;
  readonly at: Float64Array;
  readonly total: Float64Array;
  readonly warnings: Float64Array;
  readonly errors: Float64Array;
}

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

  /** slices without events are left out; in order of time, then node */
  bins(from: EpochMicros, to: EpochMicros, count: number): readonly DensityBin[] {
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
    if (overlapping === null) this.addStored(add);
    else for (const block of overlapping) this.addExact(block, add);
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

  private addStored(add: Add): void {
    const stored = (this.stored ??= this.readStored());
    const sources = this.catalog.knownSources();
    for (let i = 0; i < stored.at.length; i += 1) {
      const node = sources.get(stored.source[i] ?? 0)?.source.node ?? null;
      add(node, stored.at[i] ?? Infinity, stored.total[i] ?? 0, stored.warnings[i] ?? 0, stored.errors[i] ?? 0);
    }
  }

  private readStored(): Stored {
    const rows = this.db
      .prepare<[], [number, number, number, number, number]>('SELECT source, start + width / 2, total, warnings, errors FROM densities')
      .raw(true)
      .all();
    return {
      source: Float64Array.from(rows, (r) => r[0]),
      at: Float64Array.from(rows, (r) => correct(this.placement.correction(r[0]), r[1])),
      total: Float64Array.from(rows, (r) => r[2]),
      warnings: Float64Array.from(rows, (r) => r[3]),
      errors: Float64Array.from(rows, (r) => r[4]),
    };
  }
}

type Add = (node: string | null, at: number, total: number, warnings: number, errors: number) => void;

function compareNodes(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
}
