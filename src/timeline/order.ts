import type { NodeClock } from '../model/history.ts';
import type { EpochMicros } from '../model/time.ts';

/** How sure the order of two events is: `uncertain` when the clocks' bounds allow either. */
export type EventOrder = 'before' | 'after' | 'uncertain';

interface WrittenEvent {
  readonly node: string | null;
  /** as written */
  readonly at: EpochMicros;
}

/** Orders two events by written time and proved clock bounds; on one node the written order stands (unless its clock stepped between). */
export function orderOf(a: WrittenEvent, b: WrittenEvent, clocks: readonly NodeClock[]): EventOrder {
  if (a.node === b.node && a.node !== null && segmentAt(clocks, a) === segmentAt(clocks, b))
    return a.at < b.at ? 'before' : a.at > b.at ? 'after' : 'uncertain';
  const [aLow, aHigh] = truth(clocks, a);
  const [bLow, bHigh] = truth(clocks, b);
  if (aHigh < bLow) return 'before';
  return bHigh < aLow ? 'after' : 'uncertain';
}

/** Earliest and latest true time of an event; infinite where a clock is not confined. */
function truth(clocks: readonly NodeClock[], event: WrittenEvent): readonly [number, number] {
  const segment = segmentAt(clocks, event);
  if (segment === null) return [-Infinity, Infinity];
  return [segment.high === null ? -Infinity : event.at - segment.high, segment.low === null ? Infinity : event.at - segment.low];
}

function segmentAt(clocks: readonly NodeClock[], event: WrittenEvent): NodeClock['segments'][number] | null {
  const segments = clocks.find((c) => c.node === event.node)?.segments ?? [];
  return segments.findLast((s) => s.from === null || s.from <= event.at) ?? segments[0] ?? null;
}
