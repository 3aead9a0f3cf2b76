import type { ClockSegment, NodeClock } from '../../model/history.ts';
import { epochMicros } from '../../model/time.ts';
import type { Bound, Moment } from './bound.ts';
import type { OwnStep } from './own-steps.ts';

/**
 * Splits a clock that its own log shows to have been set back, where what is known of its offset lies on one side of that alone: on the
 * other side it differs by the step, at least. Times that were written twice, before and after, are read as after; their bounds hold both.
 */
export function splitWhereSetBack(clock: NodeClock, steps: readonly OwnStep[], witnesses: readonly Bound[]): NodeClock {
  const [step, another] = steps.filter((s) => s.node === clock.node);
  const [only, second] = clock.segments;
  if (step?.before.at == null || step.after.at == null || another !== undefined || only === undefined || second !== undefined) return clock;
  const { after, by } = step;
  const fell = step.after.at;
  const last = step.before.at;
  const moments = witnesses.flatMap((b) => [b.earlier, b.later]).filter((m) => m.node === clock.node);
  const later = (m: Moment): boolean => (m.ref.entry === after.ref.entry ? m.ref.offset >= after.ref.offset : m.at > last);
  const known = moments.filter(later).length;
  if (known > 0 && known < moments.length) return clock;
  const { offset, low, high } = only;
  const ahead: ClockSegment = known > 0 ? { from: null, offset: offset - by, low: plus(low, -by), high: null } : only;
  const behind: ClockSegment = known > 0 ? only : { from: null, offset: offset + by, low: null, high: plus(high, by) };
  const both = { from: fell, offset: behind.offset, low: behind.low, high: ahead.high };
  return { ...clock, segments: [ahead, both, { ...behind, from: epochMicros(last + 1) }] };
}

function plus(bound: number | null, by: number): number | null {
  return bound === null ? null : bound + by;
}
