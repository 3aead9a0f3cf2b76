import type { Catalog } from './catalog.ts';
import { AS_WRITTEN, correct } from './clock-correction.ts';
import type { NodeCorrection } from './clock-correction.ts';
import { carriedTimes } from './event-blocks.ts';
import type { BlockColumns, EventBlock } from './event-blocks.ts';

/** Where a block can lie on the timeline, corrected micros; infinite for events of sources without any time. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A block and where it lies. */
export interface PlacedBlock {
  readonly block: EventBlock;
  readonly span: Span;
}

/** Places events on the timeline: corrected by their node's clock, or right after the event before them. */
export class Placement {
  private readonly catalog: Catalog;
  private readonly corrections: ReadonlyMap<string, NodeCorrection>;
  private readonly spans = new Map<number, Span>();
  private readonly orders = new Map<number, readonly PlacedBlock[]>();
  private entrySources: ReadonlyMap<number, readonly number[]> | null = null;

  /** without corrections times stay as written */
  constructor(catalog: Catalog, corrections: ReadonlyMap<string, NodeCorrection>) {
    this.catalog = catalog;
    this.corrections = corrections;
  }

  correction(source: number): NodeCorrection {
    const node = this.catalog.knownSources().get(source)?.source.node ?? null;
    return (node === null ? undefined : this.corrections.get(node)) ?? AS_WRITTEN;
  }

  sourcesOf(entry: number): readonly number[] {
    if (this.entrySources === null) {
      const byEntry = new Map<number, number[]>();
      for (const [id, { source }] of this.catalog.knownSources()) {
        const known = byEntry.get(source.entry);
        if (known === undefined) byEntry.set(source.entry, [id]);
        else known.push(id);
      }
      this.entrySources = byEntry;
    }
    return this.entrySources.get(entry) ?? [];
  }

  /** bounds that hold every event of the block */
  span(block: EventBlock): Span {
    const known = this.spans.get(block.id);
    if (known !== undefined) return known;
    const span = this.spanOf(block);
    this.spans.set(block.id, span);
    return span;
  }

  /** every block of the case, by its earlier end (`sign` 1) or its later end, newest first (-1) */
  inOrder(blocks: readonly EventBlock[], sign: number): readonly PlacedBlock[] {
    const known = this.orders.get(sign);
    if (known !== undefined) return known;
    const placed = blocks
      .map((block) => ({ block, span: this.span(block) }))
      .sort((a, b) => (sign === 1 ? compare(a.span.from, b.span.from) : compare(b.span.to, a.span.to)) || a.block.id - b.block.id);
    this.orders.set(sign, placed);
    return placed;
  }

  private spanOf(block: EventBlock): Span {
    let least = Infinity;
    let most = -Infinity;
    for (const source of this.sourcesOf(block.entry)) {
      const correction = this.correction(source);
      least = Math.min(least, correction.least);
      most = Math.max(most, correction.most);
    }
    if (least > most) least = most = 0;
    if (block.minTime === null || block.maxTime === null) return { from: Infinity, to: Infinity };
    return { from: block.minTime - most, to: block.timeless === 1 ? Infinity : block.maxTime - least };
  }

  /** the place of each event, corrected micros, Infinity where its source has no time at all */
  times(block: EventBlock, columns: BlockColumns): Float64Array {
    const sources = this.catalog.knownSources();
    const carried = carriedTimes(block);
    const last = new Map<number, number>();
    const at = new Float64Array(columns.source.length);
    let own = -1;
    let correction = AS_WRITTEN;
    let ownLast = NaN;
    for (let i = 0; i < at.length; i += 1) {
      const source = columns.source[i] ?? 0;
      if (source !== own) {
        if (own !== -1) last.set(own, ownLast);
        own = source;
        correction = this.correction(source);
        ownLast = last.get(source) ?? carried.get(source) ?? sources.get(source)?.firstTime ?? NaN;
      }
      const written = columns.time[i] ?? NaN;
      if (!Number.isNaN(written)) ownLast = written;
      at[i] = Number.isNaN(ownLast) ? Infinity : correct(correction, ownLast);
    }
    return at;
  }
}

/** a difference would be NaN where both are infinite */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
