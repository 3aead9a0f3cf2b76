import type { EvidenceRef } from '../model/evidence.ts';
import type { FactSource } from '../model/ports.ts';

/** The node a place in the bundle came from; null where the entry holds several nodes' records or none's. */
export function nodeOfEntries(facts: Pick<FactSource, 'sources'>): (ref: EvidenceRef) => string | null {
  const nodes = new Map<number, string | null>();
  for (const source of facts.sources()) {
    const known = nodes.get(source.entry);
    nodes.set(source.entry, known === undefined || known === source.node ? source.node : null);
  }
  return (ref) => nodes.get(ref.entry) ?? null;
}
