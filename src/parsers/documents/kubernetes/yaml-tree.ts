import { isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { JsonNode } from '../../json/json-tree.ts';

export interface YamlRead {
  readonly node: JsonNode | null;
  readonly problem: string | null;
}

const MAX_DEPTH = 100;
// flow collections opened in a row: the library recurses once for each
const DEEP = /(?:[[{]\s*){60}/;

/**
 * One YAML document as the same tree JSON gives, with indexes into the whole text (`base` is where `text` starts there).
 * Aliases become null: no program that writes Kubernetes objects uses them, and bombs are made of them. Never throws.
 */
export function readYaml(text: string, base: number): YamlRead {
  if (DEEP.test(text)) return { node: null, problem: 'values are nested too deeply' };
  try {
    const document = parseDocument(text, {
      schema: 'core',
      keepSourceTokens: false,
      logLevel: 'silent',
      prettyErrors: false,
      uniqueKeys: false,
      strict: false,
    });
    const error = document.errors[0];
    return { node: convert(document.contents, base, 0), problem: error === undefined ? null : (error.message.split('\n')[0] ?? 'not YAML') };
  } catch (error) {
    // the library's parser calls itself for every level
    if (error instanceof RangeError) return { node: null, problem: 'values are nested too deeply' };
    return { node: null, problem: error instanceof Error ? (error.message.split('\n')[0] ?? 'not YAML') : 'not YAML' };
  }
}

function convert(node: unknown, base: number, depth: number): JsonNode | null {
  if (depth > MAX_DEPTH || node === null || node === undefined || isAlias(node)) return null;
  if (isMap(node)) {
    const entries = new Map<string, JsonNode>();
    for (const pair of node.items) {
      const key = isScalar(pair.key) ? String(pair.key.value) : null;
      const value = convert(pair.value, base, depth + 1);
      // the key's start: that is the line people know the value by
      const keyStart = isScalar(pair.key) ? pair.key.range?.[0] : undefined;
      if (key !== null && value !== null) entries.set(key, keyStart === undefined ? value : { ...value, start: base + keyStart });
    }
    return { kind: 'object', entries, ...span(node.range, base) };
  }
  if (isSeq(node)) {
    return { kind: 'array', items: node.items.flatMap((item) => convert(item, base, depth + 1) ?? []), ...span(node.range, base) };
  }
  if (!isScalar(node)) return null;
  const { value } = node;
  if (typeof value === 'number' || typeof value === 'bigint') return { kind: 'number', text: node.source ?? String(value), ...span(node.range, base) };
  if (typeof value === 'boolean') return { kind: 'boolean', text: String(value), ...span(node.range, base) };
  if (value === null) return { kind: 'null', text: 'null', ...span(node.range, base) };
  return { kind: 'string', text: typeof value === 'string' ? value : (node.source ?? ''), ...span(node.range, base) };
}

function span(range: readonly number[] | null | undefined, base: number): { start: number; end: number; complete: true } {
  return { start: base + (range?.[0] ?? 0), end: base + (range?.[1] ?? 0), complete: true };
}
