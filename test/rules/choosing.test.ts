import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { combineRules } from '../../src/rules/combine.ts';
import { explainRule } from '../../src/rules/explain.ts';
import { parseRules } from '../../src/rules/parse.ts';

const DIR = join(import.meta.dirname, '../../src/rules/catalogue');
const catalogue = parseRules(readdirSync(DIR).map((path) => ({ path, text: readFileSync(join(DIR, path), 'utf8') }))).rules;

describe('choosing rules', () => {
  test('override, disable, replace severities', () => {
    const [mine] = catalogue.filter((one) => one.id === 'no-leader').map((one) => ({ ...one, path: 'mine.yaml' }));
    const chosen = combineRules(catalogue, mine === undefined ? [] : [mine], { disable: ['db-bloat'], severities: { 'member-down': 'info' } });
    expect(chosen.find((one) => one.id === 'no-leader')?.path).toBe('mine.yaml');
    expect(chosen.some((one) => one.id === 'db-bloat')).toBe(false);
    expect(chosen.find((one) => one.id === 'member-down')?.severity).toMatchObject([{ is: 'info' }]);
    expect(chosen).toHaveLength(catalogue.length - 1);
    expect(() => combineRules(catalogue, [], { disable: ['no-such-rule'] })).toThrow(/rules list/);
    expect(() => combineRules(catalogue, [], { severities: { 'db-bloat': 'grave' } })).toThrow(/grave/);
  });
  test.each(['en', 'zh'] as const)('every rule is explained in %s', (lang) => {
    for (const rule of catalogue) expect(explainRule(rule, lang)).not.toMatch(/undefined|\[object/);
  });
});
