import type { Bound } from './bound.ts';

/** Contradictions below this are slewing and log jitter, not a step. */
const TOLERANCE = 10_000;

export type Added = 'tightened' | 'loose' | 'contradiction';

/**
 * Difference bounds between clocks, kept closed under addition (all-pairs shortest paths): `upper(a, b)` is the largest
 * that `clock(b) − clock(a)` can be. Adding costs O(n²) only when it tightens, which among k bounds happens rarely.
 */
export class BoundMatrix {
  readonly nodes: readonly string[];
  /** the tightest direct bound of each ordered pair */
  readonly witnesses = new Map<number, Bound>();
  private readonly index: ReadonlyMap<string, number>;
  private readonly distance: Float64Array;

  constructor(nodes: readonly string[], copyOf?: BoundMatrix) {
    this.nodes = nodes;
    this.index = new Map(nodes.map((n, i) => [n, i]));
    this.distance = copyOf === undefined ? new Float64Array(nodes.length ** 2).fill(Infinity) : copyOf.distance.slice();
    if (copyOf === undefined) for (let i = 0; i < nodes.length; i += 1) this.distance[i * nodes.length + i] = 0;
    else for (const [key, bound] of copyOf.witnesses) this.witnesses.set(key, bound);
  }

  copy(): BoundMatrix {
    return new BoundMatrix(this.nodes, this);
  }

  /** Largest possible `clock(b) − clock(a)`; Infinity when nothing says. */
  upper(a: string, b: string): number {
    const i = this.index.get(a);
    const j = this.index.get(b);
    return i === undefined || j === undefined ? (a === b ? 0 : Infinity) : this.d(i, j);
  }

  lower(a: string, b: string): number {
    return -this.upper(b, a);
  }

  contradicts(bound: Bound): boolean {
    const a = this.index.get(bound.earlier.node);
    const b = this.index.get(bound.later.node);
    return a !== undefined && b !== undefined && this.d(b, a) + bound.limit < -TOLERANCE;
  }

  add(bound: Bound): Added {
    const a = this.index.get(bound.earlier.node);
    const b = this.index.get(bound.later.node);
    if (a === undefined || b === undefined || a === b) return 'loose';
    const slack = this.d(b, a) + bound.limit;
    if (slack < -TOLERANCE) return 'contradiction';
    const key = a * this.nodes.length + b;
    const witness = this.witnesses.get(key);
    if (witness === undefined || bound.limit < witness.limit) this.witnesses.set(key, bound);
    if (slack < 0 || bound.limit >= this.d(a, b)) return 'loose';
    const n = this.nodes.length;
    for (let i = 0; i < n; i += 1) {
      const toA = this.d(i, a);
      if (toA === Infinity) continue;
      for (let j = 0; j < n; j += 1) {
        const through = toA + bound.limit + this.d(b, j);
        if (through < this.d(i, j)) this.distance[i * n + j] = through;
      }
    }
    return 'tightened';
  }

  private d(i: number, j: number): number {
    return this.distance[i * this.nodes.length + j] ?? Infinity;
  }
}
