import { TRUE_TIME, type Bound } from './bound.ts';
import { CLOSE, type Window } from './windows.ts';

/** The kernel slews and corrects a clock's frequency by no more than this (upstream: linux `MAXFREQ`, 500 ppm). */
export const FASTEST = 500e-6;

/**
 * Whether a clock jumped between earlier windows and this one: against more than half of the clocks that were compared with it on both
 * sides it moved further than the two can have drifted apart meanwhile. Whoever did not jump moved against the one alone that did.
 */
export function jumped(node: string, window: Window, earlier: readonly Window[]): boolean {
  let compared = 0;
  let moved = 0;
  for (const other of window.matrix.nodes) {
    if (other === node || other === TRUE_TIME) continue;
    const up = furthest(earlier, other, node, window);
    const down = furthest(earlier, node, other, window);
    const away = Math.max(up ?? 0, down ?? 0) > 0;
    // that it did not move one way says nothing of the other
    if (!away && (up === null || down === null)) continue;
    compared += 1;
    if (away) moved += 1;
  }
  return moved * 2 > compared;
}

/** What evidence of one offset may differ by, that is taken for close. */
const STEADY = 2.5 * CLOSE;

/**
 * By how much more than drift `later − earlier` grew: it was no more than a bound of an earlier window and is no less than one of this.
 * Two clocks that kept their distance for long on both sides did not drift apart in between only. Null where a bound is missing.
 */
function furthest(earlier: readonly Window[], from: string, to: string, window: Window): number | null {
  const before = earlier.findLast((w) => w.close.get(from)?.get(to) !== undefined);
  const most = before?.close.get(from)?.get(to)?.last;
  const least = window.close.get(to)?.get(from)?.first;
  if (before === undefined || most === undefined || least === undefined) return null;
  const apart = Math.abs(momentOf(least) - momentOf(most));
  const steady = Math.min(spanOf(before, from, to), spanOf(window, from, to));
  return -least.limit - most.limit - CLOSE - Math.min(2 * FASTEST, STEADY / steady) * apart;
}

/** For how long a window holds evidence of two clocks. */
function spanOf({ close }: Window, a: string, b: string): number {
  const bounds = [close.get(a)?.get(b), close.get(b)?.get(a)].flatMap((c) => (c === undefined ? [] : [momentOf(c.first), momentOf(c.last)]));
  return Math.max(...bounds) - Math.min(...bounds);
}

/** When a bound held, between its two clocks. */
function momentOf({ earlier, later }: Bound): number {
  return (earlier.at + later.at) / 2;
}
