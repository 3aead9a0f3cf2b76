import type { Citation } from '../../model/evidence.ts';
import type { EpochMicros } from '../../model/time.ts';

/** How many citations a span keeps: the first few, the latest, and whichever was worst. */
const KEEP = 8;

/** A stretch of time made of single observations that lie close together. */
export interface Span {
  readonly from: EpochMicros;
  readonly to: EpochMicros;
  readonly count: number;
  readonly worst: number;
  readonly evidence: readonly Citation[];
}

interface OpenSpan {
  from: EpochMicros;
  to: EpochMicros;
  count: number;
  worst: number;
  worstCitation: Citation;
  first: Citation[];
  last: Citation;
}

/** Collects observations by key, in time order, into spans that end when nothing came for `gap` microseconds. */
export class SpanCollector<Key extends string> {
  private readonly gap: number;
  private readonly open = new Map<Key, OpenSpan>();
  private readonly closed = new Map<Key, Span[]>();

  constructor(gap: number) {
    this.gap = gap;
  }

  add(key: Key, at: EpochMicros, weight: number, cite: () => Citation, startedAt: EpochMicros = at): void {
    const span = this.open.get(key);
    if (span !== undefined && startedAt - span.to <= this.gap) {
      span.to = at > span.to ? at : span.to;
      span.count += 1;
      const citation = cite();
      span.last = citation;
      if (span.first.length < KEEP - 2) span.first.push(citation);
      if (weight > span.worst) {
        span.worst = weight;
        span.worstCitation = citation;
      }
      return;
    }
    this.close(key);
    const citation = cite();
    this.open.set(key, { from: startedAt, to: at, count: 1, worst: weight, worstCitation: citation, first: [citation], last: citation });
  }

  /** every span, keys in order of first appearance, each key's spans in time order */
  *all(): Generator<readonly [Key, Span]> {
    for (const key of Array.from(this.open.keys())) this.close(key);
    for (const [key, spans] of this.closed) for (const span of spans) yield [key, span];
  }

  private close(key: Key): void {
    const span = this.open.get(key);
    if (span === undefined) return;
    this.open.delete(key);
    const evidence = [...new Set([...span.first, span.worstCitation, span.last])];
    const spans = this.closed.get(key) ?? [];
    spans.push({ from: span.from, to: span.to, count: span.count, worst: span.worst, evidence });
    this.closed.set(key, spans);
  }
}
