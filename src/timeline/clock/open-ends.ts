import { phrase, type Phrase } from '../../model/phrases.ts';
import { SECOND, formatDuration } from '../../model/time.ts';
import type { BoundMatrix } from './matrix.ts';

/** Clocks closer than this agree. */
const AGREE = SECOND / 2;
/** What several bounds in a row may add up to in rounding and slewing. */
const SLACK = SECOND / 100;

/** An offset that only another clock confines: `low` and `high` hold if that one is right. */
export interface OpenEnd {
  readonly offset: number;
  readonly low: number;
  readonly high: number;
  readonly beside: string;
  readonly why: Phrase;
}

/**
 * Offsets of clocks that messages confine against the reference from one side only, and that taking for right would contradict what
 * is proved between them and another. A message takes milliseconds, so the side that is confined lies near the truth; the clock
 * nearest to the reference by that measure is taken for right, and those proved apart from it get what lies between them.
 */
export function openEnds(nodes: readonly string[], offsetOf: (node: string) => number, matrix: BoundMatrix, reference: string): ReadonlyMap<string, OpenEnd> {
  const none: ReadonlyMap<string, OpenEnd> = new Map();
  if (!contradicts(nodes, offsetOf, matrix)) return none;
  const open = nodes
    .map((node) => ({ node, near: nearSide(matrix.lower(reference, node), matrix.upper(reference, node)) }))
    .filter((o): o is { readonly node: string; readonly near: number } => o.near !== null && o.node !== reference);
  const right = open.filter((o) => Math.abs(o.near) < AGREE).map((o) => o.node);
  const found = new Map<string, OpenEnd>();
  for (const { node, near } of open) {
    if (Math.abs(near) < AGREE) continue;
    const beside = right.find((other) => Number.isFinite(matrix.lower(other, node)) && Number.isFinite(matrix.upper(other, node)));
    if (beside === undefined) continue;
    const low = matrix.lower(beside, node);
    const high = matrix.upper(beside, node);
    const offset = Math.round(Math.min(Math.max((low + high) / 2, matrix.lower(reference, node)), matrix.upper(reference, node)));
    const why = phrase(
      "the clocks of {node} and {beside} are {offset} apart; that it is {node}'s that is wrong rests on messages to {reference} taking milliseconds",
      {
        node,
        beside,
        offset: formatDuration(Math.abs(offset)),
        reference,
      },
    );
    found.set(node, { offset, low: Math.round(low), high: Math.round(high), beside, why });
  }
  return contradicts(nodes, (node) => found.get(node)?.offset ?? offsetOf(node), matrix) ? none : found;
}

/** The finite side of an interval that is open on one side; null for others. */
function nearSide(low: number, high: number): number | null {
  if (Number.isFinite(low) === Number.isFinite(high)) return null;
  return Number.isFinite(low) ? low : high;
}

function contradicts(nodes: readonly string[], offsetOf: (node: string) => number, matrix: BoundMatrix): boolean {
  return nodes.some((a) => nodes.some((b) => offsetOf(b) - offsetOf(a) > matrix.upper(a, b) + SLACK));
}
