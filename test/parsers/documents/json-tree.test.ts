import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJson } from '../../../src/parsers/json/json-tree.ts';
import type { JsonNode } from '../../../src/parsers/json/json-tree.ts';

function plain(node: JsonNode | null): unknown {
  if (node === null || node.kind === 'null') return null;
  if (node.kind === 'object') return Object.fromEntries([...node.entries].map(([key, value]) => [key, plain(value)]));
  if (node.kind === 'array') return node.items.map(plain);
  if (node.kind === 'number') return Number(node.text);
  return node.kind === 'boolean' ? node.text === 'true' : node.text;
}

test('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const read = readJson(text);
      // a bare number at the very end of the text is whole, since nothing encloses it
      expect(read.problem).toBeNull();
      expect(JSON.stringify(plain(read.node))).toBe(JSON.stringify(JSON.parse(text)));
      expect(read.end).toBe(text.length);
    }),
  );
});

test('keeps every digit of a 64-bit id', () => {
  const { node } = readJson('{"ID":18446744073709551615}');
  expect(node?.kind === 'object' ? node.entries.get('ID') : null).toMatchObject({ kind: 'number', text: '18446744073709551615', start: 6, end: 26 });
});

test('keeps the whole elements of a cut array and marks the broken one', () => {
  const { node, problem } = readJson('[{"a":1},{"a":22');
  expect(node).toMatchObject({ kind: 'array', complete: false, items: [{ complete: true }, { complete: false }] });
  expect(node?.kind === 'array' && node.items[1]?.kind === 'object' ? [...node.items[1].entries.keys()] : null).toEqual([]);
  expect(problem).not.toBeNull();
});

test('refuses depth without overflowing', () => {
  expect(readJson('['.repeat(100_000)).problem?.message).toMatch(/deep/);
  expect(readJson('{"a":'.repeat(100_000)).problem?.message).toMatch(/deep/);
});

test('never throws', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', 'u', '0', '1', 'e', '-', 't', 'true', ' ', '\n', 'é') }),
      (text) => void readJson(text),
    ),
  );
});
