import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseRules } from '../../src/rules/parse.ts';
import { ruleSchema } from '../../src/rules/schema.ts';
import { ruleText } from './world.ts';

const mistakesOf = (text: string) => parseRules([{ path: 'my.yaml', text }]).mistakes;
const lineOf = (text: string, needle: string): number => text.split('\n').findIndex((line) => line.includes(needle)) + 1;

test.each([
  ['an unknown key', ruleText('fact: { type: member.down, wher: { planned: false } }'), 'wher', /unknown key "wher"/, /where/],
  ['an unknown fact', ruleText('fact: { type: member.dwn }'), 'member.dwn', /unknown fact "member.dwn"/, /fact/],
  ['an unknown field', ruleText('fact: { type: member.down, where: { planed: false } }'), 'planed', /unknown field "planed"/, /planned/],
  ['a missing unit', ruleText('fact: { type: member.down, where: { duration: { gte: 3 } } }'), 'gte', /does not fit/, /a duration such as/],
  ['a value outside the list', ruleText('fact: { type: member.down, where: { how: kiled } }'), 'kiled', /does not fit/, /killed/],
  ['a bad expression', ruleText('fact: { type: member.down, where: { member: { regex: "(a+)+" } } }'), 'regex', /nested quantifier/, /linear-time/],
  ['two matchers', ruleText('fact: { type: member.down }\nfinding: { rule: no-leader }'), 'fact:', /properties/, /exactly one of fact/],
  ['a bad duration', ruleText('count: { of: { type: member.down }, atLeast: 2, within: 3 parsecs }'), 'parsecs', /form/, /250ms/],
  ['a group field of another fact', ruleText('count: { of: { type: member.down }, atLeast: 2, by: [lease] }'), 'lease', /"lease" is not a field/, /member/],
  ['broken YAML', 'id: x\ntitle: }', 'title', /./, /YAML/],
])('%s is told with its place and what was expected', (_, text, needle, message, expected) => {
  const [first] = mistakesOf(text);
  expect(first).toMatchObject({ file: 'my.yaml', line: lineOf(text, needle) });
  expect(first?.column).toBeGreaterThan(0);
  expect(first?.message).toMatch(message);
  expect(first?.expected).toMatch(expected);
});

test('the column points at the value', () => {
  const text = ruleText('fact: { type: member.down, where: { how: kiled } }');
  const [first] = mistakesOf(text);
  const line = text.split('\n')[(first?.line ?? 1) - 1] ?? '';
  expect(line.slice((first?.column ?? 1) - 1)).toMatch(/^kiled/);
});

test('a missing key, an unknown placeholder and an unexplained risk', () => {
  expect(mistakesOf(ruleText('fact: { type: member.down }').replace('title: { en: Probe }\n', ''))[0]?.message).toBe('"title" is missing');
  expect(mistakesOf(ruleText('fact: { type: member.down }').replace('en: probe', 'en: "{nobody}"'))[0]?.message).toMatch(/unknown placeholder \{nobody\}/);
  expect(mistakesOf(ruleText('fact: { type: member.down }').replace('risk: none', 'risk: high'))[0]?.expected).toMatch(/riskNote/);
});

test('one id in two files', () => {
  const text = ruleText('fact: { type: member.down }');
  expect(
    parseRules([
      { path: 'a.yaml', text },
      { path: 'b.yaml', text },
    ]).mistakes,
  ).toMatchObject([{ file: 'b.yaml' }]);
});

test('endless aliases are a mistake, not a hang', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
    .split('')
    .map((key, i) => `${key}: &${key} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`)
    .join('\n')}\n`;
  expect(mistakesOf(bomb).length).toBeGreaterThan(0);
});

test('the published schema is the one in force', () => {
  const path = join(import.meta.dirname, '../../schema/rule.schema.json');
  const text = `${JSON.stringify(ruleSchema(), null, 2)}\n`;
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, text);
  expect(readFileSync(path, 'utf8')).toBe(text);
});
