import type { FactType, PlacedFact } from '../../model/fact.ts';
import { Heap } from '../../model/heap.ts';
import type { Correct } from '../../model/history.ts';
import type { SourceId } from '../../model/ids.ts';
import type { FactSource } from '../../model/ports.ts';
import type { EpochMicros } from '../../model/time.ts';
import type { TimedFact } from '../derivation.ts';
import { keepByType, type ReadFacts } from './cache.ts';
import { byPlace, collapseCopies } from './collapse.ts';

/** Facts with their node resolved and copies collapsed, in order of written time; those without a time last. */
export interface FactReader {
  facts<Type extends FactType>(types: readonly Type[]): Iterable<PlacedFact<Type>>;
}

/** `nodes` overrides the node the store knew; a source it does not list keeps its own. */
export function factReader(source: FactSource, nodes: ReadonlyMap<SourceId, string | null>): FactReader {
  function* placed<Type extends FactType>(types: readonly Type[]): Iterable<PlacedFact<Type>> {
    for (const fact of source.facts(types)) {
      const node = nodes.get(fact.source);
      yield node === undefined || node === fact.node ? fact : placedOn(fact, node);
    }
  }
  return { facts: (types) => collapseCopies(placed(types)) };
}

/** The same, each type read and collapsed once; `nodes` must not change any more. */
export function keptReader(source: FactSource, nodes: ReadonlyMap<SourceId, string | null>): FactReader {
  const reader = factReader(source, nodes);
  return {
    facts: keepByType<unknown>(
      (types) => reader.facts(types),
      (fact) => fact.at,
    ),
  };
}

/** The facts of a reader in order of corrected time, those without a time last. */
export function timedFacts(reader: FactReader, correct: Correct, spread: Spread): ReadFacts<{ readonly when: EpochMicros | null }> {
  return keepByType<{ readonly when: EpochMicros | null }>(
    (types) => inCorrectedOrder(reader.facts(types), correct, spread),
    (fact) => fact.when,
  );
}

interface Spread {
  readonly min: number;
  readonly max: number;
}

/**
 * The same facts in order of corrected time. Only as many are held back as the spread of the clocks makes necessary:
 * none where every clock agrees.
 */
export function* inCorrectedOrder<Type extends FactType>(facts: Iterable<PlacedFact<Type>>, correct: Correct, spread: Spread): Iterable<TimedFact<Type>> {
  const heap = new Heap<TimedFact<Type>>(byWhen);
  const still = spread.max === spread.min;
  const timeless: TimedFact<Type>[] = [];
  for (const fact of facts) {
    if (fact.at === null) {
      timeless.push(dated(fact, null));
      continue;
    }
    const timed = dated(fact, correct(fact.node, fact.at));
    if (still) {
      yield timed;
      continue;
    }
    heap.push(timed);
    // A later fact has `at` no smaller than this one, so its corrected time is at least `at - max`.
    const safe = fact.at - spread.max;
    for (let top = heap.peek(); top !== undefined && (top.when ?? 0) < safe; top = heap.peek()) {
      heap.pop();
      yield top;
    }
  }
  for (let top = heap.peek(); top !== undefined; top = heap.peek()) {
    heap.pop();
    yield top;
  }
  yield* timeless.sort(byPlace);
}

/** Property by property, here and below: spreading facts costs ten times as much, and there are a hundred thousand of them. */
function placedOn<Type extends FactType>(fact: PlacedFact<Type>, node: string | null): PlacedFact<Type> {
  const { type, at, meaning, source, ref, data, component } = fact;
  const copy: unknown = { type, at, meaning, source, ref, data, node, component };
  return copy as PlacedFact<Type>;
}

function dated<Type extends FactType>(fact: PlacedFact<Type>, when: EpochMicros | null): TimedFact<Type> {
  const { type, at, meaning, source, ref, data, node, component } = fact;
  const copy: unknown = { type, at, meaning, source, ref, data, node, component, when };
  return copy as TimedFact<Type>;
}

interface Timed {
  readonly when: number | null;
  readonly source: number;
  readonly ref: { readonly offset: number };
}

function byWhen(a: Timed, b: Timed): number {
  return (a.when ?? 0) - (b.when ?? 0) || byPlace(a, b);
}
