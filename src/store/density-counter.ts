import { SECOND } from '../model/time.ts';

const MAX_BUCKETS = 4096;

/** Counts of one source in one bucket of written time, microseconds. */
export interface DensityRow {
  readonly source: number;
  readonly start: number;
  readonly width: number;
  readonly total: number;
  readonly warnings: number;
  readonly errors: number;
}

interface Counts {
  total: number;
  warnings: number;
  errors: number;
}

interface SourceCounts {
  width: number;
  buckets: Map<number, Counts>;
}

/**
 * Counts events per source and second while they are written, since counting ten million rows afterwards takes seconds.
 * A source with more than 4096 buckets gets buckets of twice the width.
 */
export class DensityCounter {
  private readonly sources = new Map<number, SourceCounts>();
  private lastSource = -1;
  private lastStart = 0;
  private lastEnd = -1;
  private last: Counts = { total: 0, warnings: 0, errors: 0 };

  add(source: number, time: number, level: number): void {
    if (source !== this.lastSource || time < this.lastStart || time >= this.lastEnd) this.seek(source, time);
    const counts = this.last;
    counts.total += 1;
    if (level === 4) counts.warnings += 1;
    else if (level > 4) counts.errors += 1;
  }

  private seek(source: number, time: number): void {
    let own = this.sources.get(source);
    if (own === undefined) {
      own = { width: SECOND, buckets: new Map() };
      this.sources.set(source, own);
    }
    while (own.buckets.size >= MAX_BUCKETS) coarsen(own);
    const bucket = Math.floor(time / own.width);
    let counts = own.buckets.get(bucket);
    if (counts === undefined) {
      counts = { total: 0, warnings: 0, errors: 0 };
      own.buckets.set(bucket, counts);
    }
    this.last = counts;
    this.lastSource = source;
    this.lastStart = bucket * own.width;
    this.lastEnd = this.lastStart + own.width;
  }

  /** hands out what was counted and forgets it */
  take(): DensityRow[] {
    const rows: DensityRow[] = [];
    for (const [source, { width, buckets }] of this.sources) {
      for (const [bucket, counts] of buckets) rows.push({ source, start: bucket * width, width, ...counts });
    }
    this.sources.clear();
    this.lastSource = -1;
    return rows;
  }
}

function coarsen(own: SourceCounts): void {
  own.width *= 2;
  const merged = new Map<number, Counts>();
  for (const [bucket, counts] of own.buckets) {
    const half = Math.floor(bucket / 2);
    const into = merged.get(half);
    if (into === undefined) merged.set(half, counts);
    else {
      into.total += counts.total;
      into.warnings += counts.warnings;
      into.errors += counts.errors;
    }
  }
  own.buckets = merged;
}
