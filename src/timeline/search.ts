/** Index of the first item whose key is ≥ `value`, in a list ascending by key; the length when there is none. */
export function lowerBound<Item>(sorted: readonly Item[], value: number, key: (item: Item) => number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = sorted[middle];
    if (item !== undefined && key(item) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the first value ≥ `value` in an ascending list. */
export function firstAtOrAfter(sorted: readonly number[], value: number): number {
  return lowerBound(sorted, value, (item) => item);
}

/** Whether any of these values, which ascend, lies from … to, ends included. */
export function anyBetween(sorted: readonly number[] | undefined, from: number, to: number): boolean {
  return sorted !== undefined && (sorted[firstAtOrAfter(sorted, from)] ?? Infinity) <= to;
}

/** Items with `from ≤ key ≤ to`, in order. */
export function* within<Item>(sorted: readonly Item[], from: number, to: number, key: (item: Item) => number): Iterable<Item> {
  for (let i = lowerBound(sorted, from, key); i < sorted.length; i += 1) {
    const item = sorted[i];
    if (item === undefined || key(item) > to) return;
    yield item;
  }
}

/** Items with `from ≤ key ≤ to`, latest first. */
export function* withinBackwards<Item>(sorted: readonly Item[], from: number, to: number, key: (item: Item) => number): Iterable<Item> {
  for (let i = upperBound(sorted, to, key) - 1; i >= 0; i -= 1) {
    const item = sorted[i];
    if (item === undefined || key(item) < from) return;
    yield item;
  }
}

/** The last item with key ≤ `value`; undefined when all are later. */
export function lastAtOrBefore<Item>(sorted: readonly Item[], value: number, key: (item: Item) => number): Item | undefined {
  return sorted[upperBound(sorted, value, key) - 1];
}

function upperBound<Item>(sorted: readonly Item[], value: number, key: (item: Item) => number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = sorted[middle];
    if (item !== undefined && key(item) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first item that `test` accepts; undefined when there is none. */
export function firstOf<Item>(items: Iterable<Item>, test: (item: Item) => boolean): Item | undefined {
  for (const item of items) if (test(item)) return item;
  return undefined;
}
