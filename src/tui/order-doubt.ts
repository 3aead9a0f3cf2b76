import type { NodeClock } from '../model/history.ts';
import type { TimelineRow } from '../model/ports.ts';

/** How far each node's corrected time may be off, in microseconds; infinite where nothing proves a bound. */
export function slackByNode(clocks: readonly NodeClock[]): ReadonlyMap<string, number> {
  return new Map(
    clocks.map((clock) => [
      clock.node,
      clock.reference ? 0 : clock.low === null || clock.high === null ? Number.POSITIVE_INFINITY : (clock.high - clock.low) / 2,
    ]),
  );
}

/** Whether `row` may in truth have come before the row above it: they are of two nodes, and closer than the clocks are known. */
export function orderInDoubt(above: TimelineRow | undefined, row: TimelineRow, slack: ReadonlyMap<string, number>): boolean {
  if (above === undefined || above.at === null || row.at === null) return false;
  const a = above.source.node;
  const b = row.source.node;
  if (a === null || b === null || a === b) return false;
  return row.at - above.at < (slack.get(a) ?? 0) + (slack.get(b) ?? 0);
}
