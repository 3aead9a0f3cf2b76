import type { EvidenceRef } from '../model/evidence.ts';
import type { Correct, NodeClock } from '../model/history.ts';
import { epochMicros } from '../model/time.ts';
import type { FactSource } from '../model/ports.ts';

/** Takes each node's clock offset out of a written time; nodes without a known offset are left as written. */
export function correctBy(clocks: readonly NodeClock[]): Correct {
  const byNode = new Map(clocks.map((clock) => [clock.node, clock]));
  return (node, at) => {
    const clock = node === null ? undefined : byNode.get(node);
    if (clock === undefined) return at;
    let offset = clock.offset ?? 0;
    for (const segment of clock.segments) {
      if (segment.from === null || segment.from <= at) offset = segment.offset;
      else break;
    }
    return epochMicros(at - offset);
  };
}

/** The node a place in the bundle came from; null where the entry holds several nodes' records or none's. */
export function nodeOfEntries(facts: Pick<FactSource, 'sources'>): (ref: EvidenceRef) => string | null {
  const nodes = new Map<number, string | null>();
  for (const source of facts.sources()) {
    const known = nodes.get(source.entry);
    nodes.set(source.entry, known === undefined || known === source.node ? source.node : null);
  }
  return (ref) => nodes.get(ref.entry) ?? null;
}
