import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { documentParsers } from '../../../src/parsers/documents/registry.ts';
import { documentText } from '../../../src/parsers/documents/document-text.ts';
import { collect, contextFor } from './collect.ts';

const ROOT = join(import.meta.dirname, '../../fixtures/documents');
const DOCS = join(import.meta.dirname, '../../../docs/formats');

interface Fixture {
  readonly parser: string;
  readonly name: string;
  readonly path: string;
  readonly bytes: Uint8Array;
}

const fixtures: readonly Fixture[] = readdirSync(ROOT)
  .toSorted()
  .flatMap((parser) =>
    readdirSync(join(ROOT, parser))
      .filter((name) => !name.endsWith('.golden.json'))
      .toSorted()
      .map((name) => ({ parser, name, path: join(ROOT, parser, name), bytes: readFileSync(join(ROOT, parser, name)) })),
  );

const headOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes.subarray(0, 65_536));

/** The one parser whose document is a single word needs its path to speak. */
const nameFor = (parser: string): string => (parser === 'machine-hostname' ? 'unknown-hostname' : 'unknown');

describe('every document parser', () => {
  test.each(documentParsers.map((parser) => [parser.id, parser] as const))('%s has a fixture and a page', (id) => {
    expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)+$/);
    expect(fixtures.some((fixture) => fixture.parser === id)).toBe(true);
    expect(existsSync(join(DOCS, `${id}.md`))).toBe(true);
  });

  test('ids are unique and every fixture folder has a parser', () => {
    const ids = documentParsers.map((parser) => parser.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(fixtures.filter((fixture) => !ids.includes(fixture.parser))).toEqual([]);
  });
});

describe.each(fixtures.map((fixture) => [`${fixture.parser}/${fixture.name}`, fixture] as const))('%s', (_name, fixture) => {
  const parser = documentParsers.find((candidate) => candidate.id === fixture.parser);

  test('is accepted by its own parser alone, whatever its name', () => {
    const head = headOf(fixture.bytes);
    const context = contextFor(nameFor(fixture.parser));
    expect(documentParsers.filter((candidate) => candidate.accepts(head, context)).map((candidate) => candidate.id)).toEqual([fixture.parser]);
  });

  test('gives the facts of its golden', () => {
    if (parser === undefined) throw new Error('no parser');
    const { facts, diagnostics } = collect(parser, fixture.bytes);
    const actual = `${JSON.stringify({ facts, diagnostics }, null, 2)}\n`;
    const golden = `${fixture.path}.golden.json`;
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, actual);
    expect(actual).toBe(readFileSync(golden, 'utf8'));
  });

  test('points at the bytes of each line it names', () => {
    if (parser === undefined) throw new Error('no parser');
    const lines = documentText(fixture.bytes).lines;
    for (const fact of collect(parser, fixture.bytes).facts) {
      const line = lines[(fact.line ?? 0) - 1];
      const next = lines[fact.line ?? 0];
      expect(line).toBeDefined();
      expect(fact.offset).toBeGreaterThanOrEqual(line?.offset ?? Infinity);
      expect(fact.offset).toBeLessThan(next?.offset ?? fixture.bytes.length + 1);
    }
  });

  test('survives being cut anywhere', () => {
    const step = Math.max(1, Math.floor(fixture.bytes.length / 60));
    for (let end = 0; end < fixture.bytes.length; end += step) {
      const bytes = fixture.bytes.subarray(0, end);
      const head = headOf(bytes);
      for (const candidate of documentParsers) candidate.accepts(head, contextFor('unknown'));
      if (parser !== undefined) collect(parser, bytes);
    }
  });

  test('survives any bytes flipped', () => {
    if (parser === undefined) throw new Error('no parser');
    const flip = fc.tuple(fc.nat(Math.max(0, fixture.bytes.length - 1)), fc.nat(255));
    fc.assert(
      fc.property(fc.array(flip, { minLength: 1, maxLength: 12 }), (flips) => {
        const bytes = Uint8Array.from(fixture.bytes);
        for (const [index, value] of flips) bytes[index] = value;
        parser.accepts(headOf(bytes), contextFor('unknown'));
        collect(parser, bytes);
      }),
      { numRuns: 15 },
    );
  });
});
