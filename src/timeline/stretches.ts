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
