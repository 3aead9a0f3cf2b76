import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseRules } from '../../src/rules/parse.ts';
import { DERIVED_FIELDS } from '../../src/rules/vocabulary-derived.ts';
import { FACT_FIELDS } from '../../src/rules/vocabulary.ts';
import { ROOT, filesIn, read } from './source.ts';

const DIR = join(ROOT, 'src/rules/catalogue');
const { rules } = parseRules(
  readdirSync(DIR)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ path: name, text: readFileSync(join(DIR, name), 'utf8') })),
);
const named = [...new Set(rules.flatMap((rule) => [...rule.detect.types, ...(rule.needs?.facts ?? [])]))].toSorted();
const goldens = filesIn('test/fixtures')
  .filter((path) => path.endsWith('.json'))
  .map(read)
  .join('\n');
/** Tests of native readers say what they read from their binary fixtures; those of the timeline what it concludes. */
const texts = (folder: string): string =>
  filesIn(folder)
    .filter((path) => path.endsWith('.test.ts'))
    .map(read)
    .join('\n');
const parserTests = texts('test/parsers');
const timelineTests = texts('test/timeline');

describe('what a rule of the catalogue asks for', () => {
  it('is a fact or a conclusion, and there are many', () => {
    expect(named.length).toBeGreaterThan(60);
    expect(named.filter((type) => !Object.hasOwn(FACT_FIELDS, type) && !Object.hasOwn(DERIVED_FIELDS, type))).toEqual([]);
  });

  it.each(named.filter((type) => Object.hasOwn(FACT_FIELDS, type)))('%s is read from a fixture of some parser', (type) => {
    expect(goldens.includes(`"type": "${type}"`) || parserTests.includes(`'${type}'`)).toBe(true);
  });

  it.each(named.filter((type) => Object.hasOwn(DERIVED_FIELDS, type)))('%s is concluded in a test of the timeline', (type) => {
    expect(timelineTests).toContain(`'${type}'`);
  });
});
