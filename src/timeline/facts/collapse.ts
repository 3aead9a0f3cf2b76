import type { FactType, PlacedFact } from '../../model/fact.ts';

interface Placed {
  readonly source: number;
  readonly ref: { readonly offset: number };
}

/**
 * Collapses copies: the same log often lies in a bundle twice (`logs/containers` beside `var/log/pods`, a text journal beside
 * the binary one). Facts of one type, node, time and content that stand in different entries are one; repeats within one
 * entry are kept, since a log may well say the same thing twice in a second. Input must be in order of `at`; facts without a
 * time pass through.
 */
export function* collapseCopies<Type extends FactType>(facts: Iterable<PlacedFact<Type>>): Iterable<PlacedFact<Type>> {
  // Most moments hold one fact, which needs no group.
  let single: PlacedFact<Type> | null = null;
  let group: PlacedFact<Type>[] = [];
  for (const fact of facts) {
    if (single !== null && single.at !== fact.at) {
      if (group.length === 0) yield single;
      else yield* distinct(group);
      single = null;
      group = [];
    }
    if (fact.at === null) yield fact;
    else if (single === null) single = fact;
    else if (group.length === 0) group = [single, fact];
    else group.push(fact);
  }
  if (group.length > 0) yield* distinct(group);
  else if (single !== null) yield single;
}

function distinct<Type extends FactType>(group: readonly PlacedFact<Type>[]): readonly PlacedFact<Type>[] {
  const ordered = group.toSorted(byPlace);
  const entry = ordered[0]?.ref.entry;
  if (ordered.every((f) => f.ref.entry === entry)) return ordered;
  // Each copy of the file repeats a sentence as often as the log did: keep the largest count any single entry has.
  const kept = new Map<string, number>();
  const inEntry = new Map<string, number>();
  return ordered.filter((fact) => {
    const key = `${fact.type}\n${fact.node ?? ''}\n${JSON.stringify(fact.data)}`;
    const here = `${fact.ref.entry}\n${key}`;
    const count = (inEntry.get(here) ?? 0) + 1;
    inEntry.set(here, count);
    if (count <= (kept.get(key) ?? 0)) return false;
    kept.set(key, count);
    return true;
  });
}

/** Order of the case's total order where times are equal. */
export function byPlace(a: Placed, b: Placed): number {
  return a.source - b.source || a.ref.offset - b.ref.offset;
}
