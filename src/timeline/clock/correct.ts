import type { Correct, NodeClock } from '../../model/history.ts';
import { epochMicros } from '../../model/time.ts';

/** Written time → time of the reference clock. A clock that stepped is corrected by the segment its written time falls in. */
export function correction(clocks: readonly NodeClock[]): Correct {
  const moved = new Map(clocks.filter((c) => c.segments.some((s) => s.offset !== 0)).map((c) => [c.node, c.segments]));
  if (moved.size === 0) return (_node, at) => at;
  return (node, at) => {
    const segments = node === null ? undefined : moved.get(node);
    if (segments === undefined) return at;
    let offset = 0;
    for (const s of segments) if (s.from === null || s.from <= at) offset = s.offset;
    return epochMicros(at - offset);
  };
}
