import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chooseParser, documentParsers, logParsers, nativeParsers } from '../../../src/parsers/registry.ts';
import { contextOf, readLog } from './collect.ts';

const ROOT = join(import.meta.dirname, '../../fixtures/log');
const DOCS = join(import.meta.dirname, '../../../docs/formats');

const fixtures = logParsers.flatMap((parser) =>
  readdirSync(join(ROOT, parser.id))
    .filter((name) => !name.endsWith('.golden.json'))
    .toSorted()
    .map((name) => ({ parser, name, path: join(ROOT, parser.id, name), bytes: readFileSync(join(ROOT, parser.id, name)) })),
);

describe('every log parser', () => {
  test.each(logParsers.map((parser) => parser.id))('%s has a page', (id) => {
    expect(existsSync(join(DOCS, `${id}.md`))).toBe(true);
  });
});

describe.each(fixtures.map((fixture) => [`${fixture.parser.id}/${fixture.name}`, fixture] as const))('%s', (_name, { parser, path, bytes }) => {
  test('is read by its own parser alone, whatever its name', () => {
    const context = contextOf({});
    expect(chooseParser(bytes, context)?.id).toBe(parser.id);
    expect(documentParsers.filter((other) => other.accepts(bytes.toString('utf8'), context)).map(({ id }) => id)).toEqual([]);
    expect(nativeParsers.filter((other) => other.accepts(bytes, context)).map(({ id }) => id)).toEqual([]);
  });

  test('gives the events and facts of its golden', () => {
    const { events, facts, diagnostics, lines, continuations, unparsed } = readLog(bytes, { parser });
    const shown = {
      lines,
      continuations,
      unparsed,
      events: events.map((event) => Object.values(event).join(' | ')),
      facts: facts.map(({ type, at, line, component, host, data }) => ({ type, at, line, component, host, data })),
      diagnostics,
    };
    const actual = `${JSON.stringify(shown, null, 1)}\n`;
    const golden = `${path}.golden.json`;
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, actual);
    expect(actual).toBe(readFileSync(golden, 'utf8'));
  });

  test('is read up to wherever it is cut', () => {
    const step = Math.max(1, Math.floor(bytes.length / 80));
    for (let end = 0; end < bytes.length; end += step) {
      const log = readLog(bytes.subarray(0, end), { parser, blockLines: 3 });
      expect(log.lines).toBe(log.events.length + log.continuations + log.unparsed);
    }
  });
});
