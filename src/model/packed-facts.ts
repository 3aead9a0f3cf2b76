import type { Fact } from './fact.ts';

/** Facts as one flat list, nine values each: they cross between threads and into the store at a fraction of the cost of objects. */
export type PackedFacts = readonly (string | number | null)[];

/** The columns of a packed fact, in this order; `data` is JSON. */
export const PACKED_FACT = ['type', 'at', 'meaning', 'source', 'entry', 'line', 'offset', 'length', 'data'] as const;

export function packFacts(facts: readonly Fact[]): PackedFacts {
  const packed: (string | number | null)[] = [];
  for (const { type, at, meaning, source, ref, data } of facts)
    packed.push(type, at, meaning, source, ref.entry, ref.line, ref.offset, ref.length, JSON.stringify(data));
  return packed;
}
