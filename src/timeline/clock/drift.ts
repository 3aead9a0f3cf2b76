import type { ClockSegment } from '../../model/history.ts';
import { type EpochMicros, epochMicros } from '../../model/time.ts';
import { FASTEST } from './jumps.ts';
import { CLOSE } from './windows.ts';

/** A stretch of one offset, with the first and last evidence for it by the node's own clock. */
export interface Stretch {
  readonly from: EpochMicros | null;
  readonly offset: number;
  readonly low: number;
  readonly high: number;
  readonly firstTold: number;
  readonly lastTold: number;
  /** it is proved that the clock jumped to this offset */
  readonly jumped: boolean;
}

/**
 * The stretches of a clock as segments whose bounds hold at each instant. Between the last evidence of one offset and the first of the next
 * the clock was at either or in between; the offset is left as it was, since nothing says when it changed. Where the change is slow enough
 * for drift and no step was logged, the clock has no constant offset at all: then the bounds of each stretch are as much wider as it may
 * have drifted between its first and last evidence.
 */
export function withGaps(
  stretches: readonly Stretch[],
  steps: readonly number[],
): { readonly segments: readonly ClockSegment[]; readonly drifted: ReadonlySet<number> } {
  const drifted = new Set<number>();
  for (const [i, next] of stretches.entries()) {
    const before = stretches[i - 1];
    if (before !== undefined && next.from !== null && !next.jumped && !steps.some((at) => at === next.from)) drifted.add(next.from);
  }
  const segments: ClockSegment[] = [];
  const first = stretches[0];
  const last = stretches.at(-1);
  // Before the first and after the last evidence of a clock that drifts, nothing holds it.
  if (drifted.size > 0 && first !== undefined && Number.isFinite(first.firstTold))
    segments.push({ from: first.from, offset: first.offset, low: null, high: null });
  for (const [i, stretch] of stretches.entries()) {
    const next = stretches[i + 1];
    const slow = drifted.size > 0 ? slack(stretch) : 0;
    const low = stretch.low - slow;
    const high = stretch.high + slow;
    const from = stretch === first && segments.length > 0 ? epochMicros(stretch.firstTold) : stretch.from;
    segments.push({ from, offset: stretch.offset, low: finite(low), high: finite(high) });
    if (next?.from == null || steps.some((at) => at === next.from) || stretch.lastTold + 1 >= next.from) continue;
    const gap = epochMicros(Math.max(stretch.lastTold + 1, stretch.from ?? -Infinity));
    const after = drifted.size > 0 ? slack(next) : 0;
    segments.push({ from: gap, offset: stretch.offset, low: finite(Math.min(low, next.low - after)), high: finite(Math.max(high, next.high + after)) });
  }
  if (drifted.size > 0 && last !== undefined && Number.isFinite(last.lastTold))
    segments.push({ from: epochMicros(last.lastTold + 1), offset: last.offset, low: null, high: null });
  return { segments, drifted };
}

/** How far it may have drifted between its first and last evidence, and by what evidence may be off that is taken for close. */
function slack({ firstTold, lastTold }: Stretch): number {
  return 2 * CLOSE + (lastTold > firstTold ? FASTEST * (lastTold - firstTold) : 0);
}

/** Rounded so that −0 and fractions never reach a report. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? Math.round(value) + 0 : null;
}
