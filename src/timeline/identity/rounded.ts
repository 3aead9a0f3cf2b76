/** Ids already rounded by a tool that holds JSON numbers as doubles (`jq`, JavaScript), matched to the true ones. */
export interface Rounded<Id extends string> {
  readonly rounded: Id;
  readonly known: Id;
}

/**
 * Pairs every id that looks rounded (its decimal form ends in `00`, or is a double to the digit) with the one known id that rounds to the same double.
 * An id that two known ones round to is left alone.
 */
export function matchRounded<Id extends string>(ids: Iterable<Id>): readonly Rounded<Id>[] {
  const byDouble = new Map<number, Id[]>();
  for (const id of new Set(ids)) {
    const double = Number(BigInt(`0x${id}`));
    const list = byDouble.get(double) ?? [];
    byDouble.set(double, list);
    list.push(id);
  }
  const pairs: Rounded<Id>[] = [];
  for (const list of byDouble.values()) {
    const exact = list.filter((id) => !looksRounded(id));
    const [known] = exact;
    if (list.length < 2 || exact.length !== 1 || known === undefined) continue;
    for (const id of list) if (id !== known) pairs.push({ rounded: id, known });
  }
  return pairs;
}

function looksRounded(id: string): boolean {
  const value = BigInt(`0x${id}`);
  return value.toString().endsWith('00') || BigInt(Number(value)) === value;
}
