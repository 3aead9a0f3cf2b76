import type { FactType, PlacedFact } from '../../model/fact.ts';
import type { Correct } from '../../model/history.ts';
import type { SourceId } from '../../model/ids.ts';
import type { FactSource } from '../../model/ports.ts';
import type { TimedFact } from '../derivation.ts';
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
      yield node === undefined || node === fact.node ? fact : { ...fact, node };
    }
  }
  return { facts: (types) => collapseCopies(placed(types)) };
}

/**
 * The same facts in order of corrected time. Only as many are held back as the spread of the clocks makes necessary:
 * none where every clock agrees.
 */
export function* inCorrectedOrder<Type extends FactType>(
  facts: Iterable<PlacedFact<Type>>,
  correct: Correct,
  spread: { readonly min: number; readonly max: number },
): Iterable<TimedFact<Type>> {
  const heap = new Heap<TimedFact<Type>>(byWhen);
  const still = spread.max === spread.min;
  const timeless: TimedFact<Type>[] = [];
  for (const fact of facts) {
    if (fact.at === null) {
      timeless.push({ ...fact, when: null });
      continue;
    }
    const timed = { ...fact, when: correct(fact.node, fact.at) };
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
  for (let top = heap.pop(); top !== undefined; top = heap.pop()) yield top;
  yield* timeless.sort(byPlace);
}

interface Timed {
  readonly when: number | null;
  readonly source: number;
  readonly ref: { readonly offset: number };
}

function byWhen(a: Timed, b: Timed): number {
  return (a.when ?? 0) - (b.when ?? 0) || byPlace(a, b);
}

class Heap<Item> {
  private readonly items: Item[] = [];
  private readonly compare: (a: Item, b: Item) => number;

  constructor(compare: (a: Item, b: Item) => number) {
    this.compare = compare;
  }

  peek(): Item | undefined {
    return this.items[0];
  }

  push(item: Item): void {
    const { items } = this;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent];
      if (above === undefined || this.compare(above, item) <= 0) break;
      items[at] = above;
      at = parent;
    }
    items[at] = item;
  }

  pop(): Item | undefined {
    const { items } = this;
    const top = items[0];
    const last = items.pop();
    if (top === undefined || last === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      let below = items[child];
      if (below === undefined) break;
      const right = items[child + 1];
      if (right !== undefined && this.compare(right, below) < 0) {
        child += 1;
        below = right;
      }
      if (this.compare(below, last) >= 0) break;
      items[at] = below;
      at = child;
    }
    items[at] = last;
    return top;
  }
}
