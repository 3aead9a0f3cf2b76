import type { ClockBasis, ClockSegment } from '../../model/history.ts';
import type { EpochMicros } from '../../model/time.ts';
import { epochMicros } from '../../model/time.ts';
import { withGaps, type Stretch } from './drift.ts';
import { TRUE_TIME, type Bound } from './bound.ts';
import { jumped } from './jumps.ts';
import type { Reading } from './readings.ts';
import { chooseReference } from './reference.ts';
import type { Window } from './windows.ts';

/** A node's clock over time, with the bounds that say so. */
export interface Track {
  readonly segments: readonly ClockSegment[];
  readonly basis: readonly ClockBasis[];
  readonly witnesses: readonly Bound[];
  /** starts of segments to which the clock may have drifted: no step */
  readonly drifted: ReadonlySet<number>;
}

interface Interval {
  low: number;
  high: number;
}

interface Piece extends Interval {
  readonly from: EpochMicros | null;
  readonly windows: Window[];
  readonly jumped: boolean;
}

/** Observed steps of a node's own clock, as it wrote them. */
export type Steps = ReadonlyMap<string, readonly EpochMicros[]>;

/** Follows one node through the windows, against each window's majority. */
export function trackNode(node: string, windows: readonly Window[], zeroes: ReadonlyMap<Window, string>, readings: readonly Reading[], steps: Steps): Track {
  const pieces: Piece[] = [];
  for (const [i, window] of windows.entries()) {
    const zero = zeroes.get(window) ?? node;
    const low = window.matrix.lower(zero, node);
    const high = window.matrix.upper(zero, node);
    const last = pieces.at(-1);
    if (last === undefined) {
      pieces.push({ from: null, low, high, windows: [window], jumped: false });
    } else if (Math.max(last.low, low) <= Math.min(last.high, high)) {
      last.low = Math.max(last.low, low);
      last.high = Math.min(last.high, high);
      last.windows.push(window);
    } else if (isClosed(last) && isClosed({ low, high })) {
      pieces.push({
        from: stepAt(node, window, last.windows.at(-1), steps),
        low,
        high,
        windows: [window],
        jumped: jumped(node, window, windows.slice(0, i)),
      });
    }
    // A contradiction that is open on one side proves no step: the better confined stretch stands.
    else if (isClosed({ low, high })) {
      last.low = low;
      last.high = high;
      last.windows.splice(0, Infinity, window);
    }
  }
  const plain = pieces.map((piece): Stretch => {
    const offset = bestOffset(node, piece, readings, zeroes);
    const told = piece.windows.map((w) => w.told.get(node)).filter((t) => t !== undefined);
    const { from, low, high, jumped: leapt } = piece;
    return { from, offset, low, high, jumped: leapt, firstTold: Math.min(...told.map((t) => t.from)), lastTold: Math.max(...told.map((t) => t.to)) };
  });
  const { segments: held, drifted } = withGaps(plain, steps.get(node) ?? []);
  // Beside two others or more, a clock that drifts is measured against now one, now another of them: nothing confines it throughout.
  const free = drifted.size > 0 && windows.some(({ matrix }) => matrix.nodes.length > 2);
  const segments = free ? held.map((s) => ({ ...s, low: null, high: null })) : held;
  const witnesses = pieces.flatMap((p) => p.windows).flatMap((w) => witnessesOf(node, w));
  const basis = [...new Set(witnesses.map((b) => b.basis))].toSorted();
  return { segments, basis, witnesses, drifted };
}

const isClosed = (i: Interval): boolean => Number.isFinite(i.low) && Number.isFinite(i.high);

/** No correction where none is proved; else the prober's median where it fits, else the middle of the bounds. */
function bestOffset(node: string, { low, high, windows }: Piece, readings: readonly Reading[], zeroes: ReadonlyMap<Window, string>): number {
  if (low <= 0 && high >= 0) return 0;
  const zero = new Set(windows.map((w) => zeroes.get(w)));
  const measured = readings
    .filter((r) => (r.ahead.node === node && zero.has(r.behind)) || (r.behind === node && zero.has(r.ahead.node)))
    .map((r) => (r.ahead.node === node ? r.drift : -r.drift))
    .filter((d) => d >= low && d <= high)
    .toSorted((a, b) => a - b);
  const median = measured[measured.length >> 1];
  if (median !== undefined) return Math.round(median);
  if (!Number.isFinite(low)) return Math.round(high);
  if (!Number.isFinite(high)) return Math.round(low);
  return Math.round((low + high) / 2);
}

/** When the new offset begins, on the node's own clock: an observed step if there is one in between, else its first sign. */
function stepAt(node: string, window: Window, before: Window | undefined, steps: Steps): EpochMicros | null {
  const { opened } = window;
  const first =
    opened === null ? null : opened.later.node === node ? opened.later.at : opened.earlier.node === node ? opened.earlier.at : epochMicros(window.from);
  if (first === null) return null;
  const lastBefore = before?.to ?? -Infinity;
  const observed = (steps.get(node) ?? []).findLast((at) => at <= first && at >= lastBefore);
  return observed ?? first;
}

function witnessesOf(node: string, window: Window): readonly Bound[] {
  return [...window.matrix.witnesses.values()].filter((b) => b.earlier.node === node || b.later.node === node);
}

/** The node each window measures against: the one most clocks agree with there, the case's reference where it is among them. */
export function zeroOf(windows: readonly Window[], synchronised: ReadonlyMap<string, boolean>, reference: string): ReadonlyMap<Window, string> {
  const zeroes = new Map<Window, string>();
  for (const window of windows) {
    const nodes = window.matrix.nodes.filter((n) => n !== TRUE_TIME);
    const choice = chooseReference(nodes, window.matrix, synchronised, reference);
    const agrees =
      choice !== null && Math.abs(window.matrix.upper(choice.node, reference)) < 500_000 && Math.abs(window.matrix.lower(choice.node, reference)) < 500_000;
    zeroes.set(window, choice === null || agrees || choice.disagreeing === 0 ? reference : choice.node);
  }
  return zeroes;
}
