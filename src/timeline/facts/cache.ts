import type { FactType, PlacedFact } from '../../model/fact.ts';
import type { FactSource } from '../../model/ports.ts';
import { byPlace } from './collapse.ts';

interface Placed {
  readonly at: number | null;
  readonly source: number;
  readonly ref: { readonly offset: number };
}

/** Types with more facts than this are read anew each time: a storm of one kind must not fill the memory. */
const MOST_OF_TYPE = 40_000;
const MOST_IN_ALL = 150_000;

/**
 * Keeps what was read, by type, since each derivation asks again for much the same. The order stays the source's: by written
 * time, those without a time last; at one moment by source and place.
 */
export function cacheFacts(source: FactSource): FactSource {
  const kept = new Map<FactType, readonly PlacedFact[]>();
  const storms = new Set<FactType>();
  let room = MOST_IN_ALL;

  function keep(type: FactType): void {
    const facts: PlacedFact[] = [];
    for (const fact of source.facts([type])) {
      facts.push(fact);
      if (facts.length > MOST_OF_TYPE || facts.length > room) {
        storms.add(type);
        return;
      }
    }
    room -= facts.length;
    kept.set(type, facts);
  }

  /** `keep` asked the source for this type alone, so the list holds no other. */
  function listOf<Type extends FactType>(type: Type): readonly PlacedFact<Type>[] {
    return (kept.get(type) ?? []) as readonly PlacedFact<Type>[];
  }

  function* read<Type extends FactType>(types: readonly Type[]): Iterable<PlacedFact<Type>> {
    const asked = [...new Set(types)];
    for (const type of asked) if (!kept.has(type) && !storms.has(type)) keep(type);
    const lists = asked.map((type) => listOf(type)).filter((list) => list.length > 0);
    const [only, second] = lists;
    const held = second === undefined ? (only ?? []) : lists.flat().sort(inOrder);
    const streamed = asked.filter((type) => storms.has(type));
    if (streamed.length === 0) yield* held;
    else yield* merge(held, source.facts(streamed));
  }

  return { facts: read, sources: () => source.sources(), entries: () => source.entries(), bundles: () => source.bundles() };
}

function inOrder(a: Placed, b: Placed): number {
  if (a.at !== b.at) return a.at === null ? 1 : b.at === null ? -1 : a.at - b.at;
  return byPlace(a, b);
}

function* merge<Type extends FactType>(held: readonly PlacedFact<Type>[], streamed: Iterable<PlacedFact<Type>>): Iterable<PlacedFact<Type>> {
  let next = 0;
  for (const fact of streamed) {
    for (let own = held[next]; own !== undefined && inOrder(own, fact) <= 0; own = held[next]) {
      yield own;
      next += 1;
    }
    yield fact;
  }
  yield* held.slice(next);
}
