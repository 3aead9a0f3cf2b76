import type { FactType, PlacedFact } from '../../model/fact.ts';
import { Heap } from '../../model/heap.ts';
import type { FactSource } from '../../model/ports.ts';
import { byPlace } from './collapse.ts';

interface Placed {
  readonly at: number | null;
  readonly source: number;
  readonly ref: { readonly offset: number };
}

/** Facts of the given types, in the order of their times, those without one last; at one moment by source and place. */
export type ReadFacts<Extra = unknown> = <Type extends FactType>(types: readonly Type[]) => Iterable<PlacedFact<Type> & Extra>;

/** Types with more facts than this are read anew each time: a storm of one kind must not fill the memory. */
const MOST_OF_TYPE = 40_000;
const MOST_IN_ALL = 150_000;

/** Keeps what was read, by type, since each derivation asks again for much the same. */
export function cacheFacts(source: FactSource): FactSource {
  return {
    facts: keepByType<unknown>(
      (types) => source.facts(types),
      (fact) => fact.at,
    ),
    sources: () => source.sources(),
    entries: () => source.entries(),
    bundles: () => source.bundles(),
  };
}

/** Reads each type once and keeps it; `timeOf` is the time that `read` orders by. */
export function keepByType<Extra>(read: ReadFacts<Extra>, timeOf: (fact: Placed & Extra) => number | null): ReadFacts<Extra> {
  const kept = new Map<FactType, readonly (PlacedFact & Extra)[]>();
  const storms = new Set<FactType>();
  let room = MOST_IN_ALL;

  function keep(type: FactType): void {
    const facts: (PlacedFact & Extra)[] = [];
    for (const fact of read([type])) {
      facts.push(fact);
      if (facts.length > MOST_OF_TYPE || facts.length > room) {
        storms.add(type);
        return;
      }
    }
    room -= facts.length;
    kept.set(type, facts);
  }

  /** `keep` asked for this type alone, so the list holds no other. */
  function listOf<Type extends FactType>(type: Type): readonly (PlacedFact<Type> & Extra)[] {
    return (kept.get(type) ?? []) as readonly (PlacedFact<Type> & Extra)[];
  }

  return <Type extends FactType>(types: readonly Type[]): Iterable<PlacedFact<Type> & Extra> => {
    const asked = [...new Set(types)];
    for (const type of asked) if (!kept.has(type) && !storms.has(type)) keep(type);
    const lists: Iterable<PlacedFact<Type> & Extra>[] = asked.map((type) => listOf(type)).filter((list) => list.length > 0);
    const streamed = asked.filter((type) => storms.has(type));
    if (streamed.length > 0) lists.push(read(streamed));
    const [only, second] = lists;
    return second === undefined ? (only ?? []) : merge(lists, timeOf);
  };
}

interface Run<Fact> {
  readonly rest: Iterator<Fact>;
  readonly position: number;
  head: Fact;
  time: number;
}

/** Each fact is touched once, in the order of its list: sorting them together would fetch each from memory again and again. */
function* merge<Fact extends Placed>(lists: readonly Iterable<Fact>[], timeOf: (fact: Fact) => number | null): Iterable<Fact> {
  const heap = new Heap<Run<Fact>>((a, b) => (a.time === b.time ? byPlace(a.head, b.head) || a.position - b.position : a.time - b.time));
  for (const [position, list] of lists.entries()) {
    const rest = list[Symbol.iterator]();
    const first = rest.next();
    if (first.done !== true) heap.push({ rest, position, head: first.value, time: timeOf(first.value) ?? Infinity });
  }
  for (let run = heap.peek(); run !== undefined; run = heap.peek()) {
    yield run.head;
    const next = run.rest.next();
    if (next.done === true) heap.pop();
    else {
      run.head = next.value;
      run.time = timeOf(next.value) ?? Infinity;
      heap.sink();
    }
  }
}
