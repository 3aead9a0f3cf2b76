import { SECOND } from '../../model/time.ts';
import type { BoundMatrix } from './matrix.ts';

/** Clocks closer than this agree, whatever bounds are still open between them. */
const AGREE = SECOND / 2;

export interface ReferenceChoice {
  readonly node: string;
  /** nodes proved to agree with it, itself included */
  readonly agreeing: number;
  /** nodes proved to disagree with it */
  readonly disagreeing: number;
  /** the choice rests on the order of nodes alone although clocks disagree */
  readonly arbitrary: boolean;
}

/**
 * The node whose clock most others agree with, so that one wrong clock never moves the rest; where groups are equally large,
 * one synchronised by NTP, then one that the caller prefers, then the first in the given order.
 */
export function chooseReference(
  nodes: readonly string[],
  matrix: BoundMatrix,
  synchronised: ReadonlyMap<string, boolean>,
  preferred: string | null = null,
): ReferenceChoice | null {
  const score = (
    node: string,
  ): { readonly node: string; readonly agreeing: number; readonly disagreeing: number; readonly weight: number; readonly sync: number } => {
    let agreeing = 1;
    let disagreeing = 0;
    let weight = 1;
    for (const other of nodes) {
      if (other === node) continue;
      const relation = relate(matrix, node, other);
      weight += relation;
      if (relation > 0) agreeing += 1;
      if (relation < 0) disagreeing += 1;
    }
    const state = synchronised.get(node);
    return { node, agreeing, disagreeing, weight, sync: state === undefined ? 1 : state ? 2 : 0 };
  };
  const ranked = nodes
    .map(score)
    .toSorted(
      (a, b) =>
        b.weight - a.weight || b.sync - a.sync || Number(b.node === preferred) - Number(a.node === preferred) || nodes.indexOf(a.node) - nodes.indexOf(b.node),
    );
  const [best] = ranked;
  if (best === undefined) return null;
  const rival = ranked.find((r) => r.weight === best.weight && r.sync === best.sync && relate(matrix, best.node, r.node) < 0);
  return { node: best.node, agreeing: best.agreeing, disagreeing: best.disagreeing, arbitrary: rival !== undefined };
}

/** 1: proved close; 0.5: one side proved, nothing against it; 0: nothing known; −1: proved apart. */
function relate(matrix: BoundMatrix, a: string, b: string): number {
  const low = matrix.lower(a, b);
  const high = matrix.upper(a, b);
  if (low > AGREE || high < -AGREE) return -1;
  const below = low >= -AGREE;
  const above = high <= AGREE;
  return below && above ? 1 : below || above ? 0.5 : 0;
}
