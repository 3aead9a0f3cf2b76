import type { JsonArray, JsonNode, JsonObject } from './json-tree.ts';

export function asObject(node: JsonNode | null | undefined): JsonObject | null {
  return node?.kind === 'object' ? node : null;
}

export function asArray(node: JsonNode | null | undefined): JsonArray | null {
  return node?.kind === 'array' ? node : null;
}

/** The value at a path of object keys; undefined when one is missing. */
export function at(node: JsonNode | null | undefined, ...path: readonly string[]): JsonNode | undefined {
  let here: JsonNode | undefined = node ?? undefined;
  for (const key of path) {
    if (here?.kind !== 'object') return undefined;
    here = here.entries.get(key);
  }
  return here;
}

export function has(node: JsonNode | null | undefined, key: string): boolean {
  return node?.kind === 'object' && node.entries.has(key);
}

export function stringAt(node: JsonNode | null | undefined, ...path: readonly string[]): string | null {
  const found = at(node, ...path);
  return found?.kind === 'string' ? found.text : null;
}

/** The text of a string or number, digits as written. */
export function scalarAt(node: JsonNode | null | undefined, ...path: readonly string[]): string | null {
  const found = at(node, ...path);
  return found?.kind === 'string' || found?.kind === 'number' ? found.text : null;
}

/** A number, or a string of digits as the etcd gateway prints 64-bit integers; null when absent, not finite or beyond 2^53. */
export function numberAt(node: JsonNode | null | undefined, ...path: readonly string[]): number | null {
  const text = scalarAt(node, ...path);
  if (text === null || !/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : null;
}

export function booleanAt(node: JsonNode | null | undefined, ...path: readonly string[]): boolean | null {
  const found = at(node, ...path);
  if (found?.kind === 'boolean') return found.text === 'true';
  if (found?.kind === 'string' && (found.text === 'true' || found.text === 'false')) return found.text === 'true';
  return null;
}

/** The strings of an array; other elements are left out. */
export function stringsAt(node: JsonNode | null | undefined, ...path: readonly string[]): readonly string[] {
  const list = asArray(at(node, ...path));
  return list === null ? [] : list.items.flatMap((item) => (item.kind === 'string' ? [item.text] : []));
}

export function itemsAt(node: JsonNode | null | undefined, ...path: readonly string[]): readonly JsonNode[] {
  return asArray(at(node, ...path))?.items ?? [];
}
