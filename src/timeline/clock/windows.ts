import { SECOND } from '../../model/time.ts';
import type { Bound } from './bound.ts';
import { BoundMatrix } from './matrix.ts';

/** A stretch in which every clock kept its offset, as far as the bounds say. */
export interface Window {
  readonly matrix: BoundMatrix;
  /** the bound that did not fit the window before; null in the first */
  readonly opened: Bound | null;
  readonly from: number;
  to: number;
  /** the first and last evidence of each node, by its own clock */
  readonly told: Map<string, Told>;
  /** the first and last close bound of each ordered pair, by its earlier and later node */
  readonly close: Map<string, Map<string, Close>>;
}

export interface Close {
  readonly first: Bound;
  last: Bound;
}

export interface Told {
  readonly from: number;
  readonly to: number;
}

export interface Windows {
  readonly windows: readonly Window[];
  /** strong bounds that fitted nowhere: wrong pairings, or a clock that cannot be followed */
  readonly outliers: readonly Bound[];
}

/** Sort key: the moment a bound speaks of, between its two clocks. */
const moment = (bound: Bound): number => (bound.earlier.at + bound.later.at) / 2;

/**
 * Splits time where the bounds contradict each other. One contradicting bound may be a wrong pairing, so a new window
 * opens only once later bounds confine the same two clocks from both sides in the new place; else the bound is an outlier.
 */
export function splitWindows(nodes: readonly string[], bounds: readonly Bound[]): Windows {
  const strong = bounds.filter((b) => b.strength === 'strong').toSorted((a, b) => moment(a) - moment(b));
  const windows: Window[] = [];
  const outliers: Bound[] = [];
  let current: Window = { matrix: new BoundMatrix(nodes), opened: null, from: -Infinity, to: -Infinity, told: new Map(), close: new Map() };
  let trial: { readonly opened: Bound; readonly matrix: BoundMatrix; readonly before: BoundMatrix; readonly endBefore: number; readonly told: Bound[] } | null =
    null;
  let ordered = 0;
  for (let i = 0; i < strong.length; i += 1) {
    if (trial === null && i >= ordered) ordered = contradictingFirst(strong, i, current.matrix);
    const bound = strong[i];
    if (bound === undefined) break;
    if (trial !== null) {
      trial.told.push(bound);
      if (trial.matrix.add(bound) === 'contradiction') {
        outliers.push(trial.opened);
        trial = null;
      } else if (confined(trial.matrix, trial.opened)) {
        windows.push({ ...current, matrix: trial.before, to: trial.endBefore });
        current = { matrix: trial.matrix, opened: trial.opened, from: moment(trial.opened), to: moment(bound), told: new Map(), close: new Map() };
        for (const told of trial.told) tell(current, told);
        trial = null;
        continue;
      }
    }
    if (current.matrix.add(bound) !== 'contradiction') {
      current.to = moment(bound);
      tell(current, bound);
    } else if (trial === null) {
      trial = { opened: bound, matrix: new BoundMatrix(nodes), before: current.matrix.copy(), endBefore: current.to, told: [bound] };
      trial.matrix.add(bound);
    }
  }
  if (trial !== null) outliers.push(trial.opened);
  windows.push(current);
  addMedium(windows, bounds);
  return { windows, outliers };
}

/** What the probers of one process report at once was read of one clock. */
const AT_ONCE = SECOND / 2;

/**
 * Of readings taken at once, those that contradict what was known come first: the others may fit it only because little was known of
 * their pair. Returns where the readings end.
 */
function contradictingFirst(bounds: Bound[], from: number, matrix: BoundMatrix): number {
  const [first, reader] = [bounds[from], readerOf(bounds[from])];
  let end = from + 1;
  if (first === undefined || reader === null) return end;
  for (let next = bounds[end]; next !== undefined && readerOf(next) === reader && moment(next) - moment(first) < AT_ONCE; next = bounds[end]) end += 1;
  const round = bounds.slice(from, end);
  bounds.splice(from, end - from, ...round.filter((b) => matrix.contradicts(b)), ...round.filter((b) => !matrix.contradicts(b)));
  return end;
}

/** the node whose prober gave a bound */
function readerOf(bound: Bound | undefined): string | null {
  if (bound?.basis !== 'prober') return null;
  return bound.limit < 0 ? bound.earlier.node : bound.later.node;
}

/** A bound that holds with much to spare would hold after a step as well: it is no evidence that there was none. */
export const CLOSE = SECOND / 50;

function tell({ told, close, matrix }: Window, bound: Bound): void {
  const { earlier, later, limit } = bound;
  if (limit > matrix.upper(earlier.node, later.node) + CLOSE) return;
  const pairs = close.get(earlier.node) ?? new Map<string, Close>();
  close.set(earlier.node, pairs);
  const pair = pairs.get(later.node);
  if (pair === undefined) pairs.set(later.node, { first: bound, last: bound });
  else pair.last = bound;
  for (const { node, at } of [earlier, later]) {
    const known = told.get(node);
    if (known === undefined) told.set(node, { from: at, to: at });
    else if (at > known.to || at < known.from) told.set(node, { from: Math.min(known.from, at), to: Math.max(known.to, at) });
  }
}

function confined(matrix: BoundMatrix, { earlier, later }: Bound): boolean {
  return Number.isFinite(matrix.upper(earlier.node, later.node)) && Number.isFinite(matrix.lower(earlier.node, later.node));
}

/** Weaker bounds only narrow the window they fall into; what contradicts it is left out. */
function addMedium(windows: readonly Window[], bounds: readonly Bound[]): void {
  const medium = bounds.filter((b) => b.strength === 'medium').toSorted((a, b) => moment(a) - moment(b));
  // A prober that read the clocks says more than messages that may be paired wrongly, these more than a time server, and that more than
  // a Lease, whose two times may be of two writes.
  const rank = (b: Bound): number => (b.basis === 'prober' ? 0 : b.basis === 'raft-causality' ? 1 : b.basis === 'ntp' ? 2 : 3);
  for (const bound of medium.toSorted((a, b) => rank(a) - rank(b))) {
    const window = windows.findLast((w) => w.from <= moment(bound)) ?? windows[0];
    if (window !== undefined && window.matrix.add(bound) !== 'contradiction') tell(window, bound);
  }
}
