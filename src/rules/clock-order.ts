import type { History } from '../model/history.ts';
import { SECOND } from '../model/time.ts';

/** How far apart two nodes' clocks are assumed to be able to lie where nothing bounds them. */
export const UNBOUNDED_CLOCK = SECOND;

/** By how much a corrected time of `a` and one of `b` may be out of order; 0 on one node. Microseconds. */
export function clockSlack(history: History, a: string | null, b: string | null): number {
  return a === b ? 0 : width(history, a) + width(history, b);
}

function width(history: History, node: string | null): number {
  if (node === null) return 0;
  const clock = history.clocks.find((one) => one.node === node);
  if (clock?.reference === true) return 0;
  if (clock === undefined || clock.offset === null || clock.low === null || clock.high === null) return UNBOUNDED_CLOCK;
  return Math.max(clock.offset - clock.low, clock.high - clock.offset);
}
