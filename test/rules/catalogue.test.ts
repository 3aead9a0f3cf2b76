import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { explainRule } from '../../src/rules/explain.ts';
import { testRule } from '../../src/rules/examples.ts';
import { parseRules } from '../../src/rules/parse.ts';

const DIR = join(import.meta.dirname, '../../src/rules/catalogue');
const DOCS = join(import.meta.dirname, '../../docs/rules');
const files = readdirSync(DIR)
  .filter((name) => name.endsWith('.yaml'))
  .sort()
  .map((name) => ({ path: name, text: readFileSync(join(DIR, name), 'utf8') }));
const { rules, mistakes } = parseRules(files);
const ids = new Set(rules.map((rule) => rule.id));

test('every rule of the catalogue is well-formed', () => {
  expect(mistakes).toEqual([]);
});

test.each(rules.map((rule) => [rule.id, rule] as const))('%s: its examples hold', (_, rule) => {
  expect(testRule(rule).results.filter((one) => !one.passed)).toEqual([]);
});

test.each(rules.map((rule) => [rule.id, rule] as const))('%s: file name, near miss and references', (id, rule) => {
  expect(rule.path).toBe(`${id}.yaml`);
  expect(rule.examples.quiet.length).toBeGreaterThan(0);
  for (const other of [...rule.causes.map((one) => one.rule), ...rule.symptomOf.map((one) => one.rule), ...rule.detect.rules])
    expect(ids, `${id} names ${other}`).toContain(other);
});

/** Every `{en: …}` text anywhere in a parsed rule. */
function bilinguals(value: unknown, found: Record<string, unknown>[] = []): Record<string, unknown>[] {
  if (Array.isArray(value)) for (const item of value) bilinguals(item, found);
  else if (typeof value === 'object' && value !== null) {
    if ('en' in value) found.push(Object.fromEntries(Object.entries(value)));
    else for (const inner of Object.values(value)) bilinguals(inner, found);
  }
  return found;
}

test.each(rules.map((rule) => [rule.id, rule] as const))('%s: every text stands in English and Chinese', (_, rule) => {
  const texts = bilinguals({ ...rule, detect: null, examples: null });
  expect(texts.length).toBeGreaterThan(3);
  for (const text of texts) {
    expect(text, JSON.stringify(text)).toHaveProperty('zh');
    expect(String(text['zh'])).toMatch(/[\u4e00-\u9fff]/);
    expect(String(text['en'])).not.toMatch(/[\u4e00-\u9fff]/);
    const names = (words: unknown): string[] => [...new Set([...String(words).matchAll(/\{(\w+)/g)].map((m) => m[1] ?? ''))].sort();
    expect(
      names(text['zh']).every((name) => names(text['en']).includes(name)),
      String(text['zh']),
    ).toBe(true);
  }
});

test.each(rules.map((rule) => [rule.id, rule] as const))('%s: its page in docs/rules is what the rule says', (id, rule) => {
  const path = join(DOCS, `${id}.md`);
  const page = explainRule(rule, 'en');
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, page);
  expect(existsSync(path)).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe(page);
});
