import { groupBy } from './group.ts';
import { lowerBound } from './search.ts';

/** One stretch of time; a null end is open. */
export interface Stretch<Time extends number = number> {
  readonly from: Time | null;
  readonly to: Time | null;
}

const startOf = ({ from }: Stretch): number => from ?? -Infinity;
const endOf = ({ to }: Stretch): number => to ?? Infinity;

/** True where two stretches share a moment, ends included. */
export function touches(a: Stretch, b: Stretch): boolean {
  return startOf(a) <= endOf(b) && endOf(a) >= startOf(b);
}

/** Stretches of time by key, those of one key that touch joined to one: to ask whether one was under way takes a search, not a walk. */
export class Stretches<Key> {
  private readonly byKey = new Map<Key, Stretch[]>();

  add(key: Key, added: Stretch): void {
    const own = this.byKey.get(key) ?? [];
    this.byKey.set(key, own);
    const first = lowerBound(own, startOf(added), endOf);
    let { from, to } = added;
    let joined = 0;
    for (let next = own[first]; next !== undefined && startOf(next) <= endOf(added); next = own[first + joined]) {
      if (startOf(next) < (from ?? -Infinity)) ({ from } = next);
      if (endOf(next) > (to ?? Infinity)) ({ to } = next);
      joined += 1;
    }
    own.splice(first, joined, { from, to });
  }

  /** True where a stretch of this key shares a moment with `asked`, ends included. */
  touches(key: Key, asked: Stretch): boolean {
    const own = this.byKey.get(key) ?? [];
    const next = own[lowerBound(own, startOf(asked), endOf)];
    return next !== undefined && startOf(next) <= endOf(asked);
  }
}

interface Listed<Item> {
  readonly item: Item;
  readonly position: number;
}

/** Items that last a while, to be asked which of them were under way; those of one key seldom overlap. */
export class Overlaps<Item extends Stretch> {
  private readonly byKey: readonly { readonly sorted: readonly Listed<Item>[]; readonly latestEnds: readonly number[] }[];

  constructor(items: readonly Item[], keyOf: (item: Item) => unknown) {
    const listed = items.map((item, position): Listed<Item> => ({ item, position }));
    this.byKey = [...groupBy(listed, ({ item }) => keyOf(item)).values()].map((own) => {
      const sorted = own.toSorted((a, b) => startOf(a.item) - startOf(b.item));
      const latestEnds: number[] = [];
      for (const { item } of sorted) latestEnds.push(Math.max(latestEnds.at(-1) ?? -Infinity, endOf(item)));
      return { sorted, latestEnds };
    });
  }

  /** Those that share a moment with `asked`, ends included, in the order they were given. */
  during(asked: Stretch): readonly Item[] {
    const found: Listed<Item>[] = [];
    for (const { sorted, latestEnds } of this.byKey) {
      // behind the first whose end, or that of any before it, is late enough
      for (let i = lowerBound(latestEnds, startOf(asked), (end) => end); i < sorted.length; i += 1) {
        const one = sorted[i];
        if (one === undefined || startOf(one.item) > endOf(asked)) break;
        if (touches(one.item, asked)) found.push(one);
      }
    }
    return found.toSorted((a, b) => a.position - b.position).map(({ item }) => item);
  }
}
