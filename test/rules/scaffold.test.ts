import { expect, test } from 'vitest';
import { parseRules } from '../../src/rules/parse.ts';
import { testRule } from '../../src/rules/examples.ts';
import { scaffoldRule } from '../../src/rules/scaffold.ts';

test('a scaffolded rule passes its own check and examples', () => {
  const { rules, mistakes } = parseRules([{ path: 'my-rule.yaml', text: scaffoldRule('my-rule') }]);
  expect(mistakes).toEqual([]);
  expect(rules.map(testRule)).toMatchObject([{ rule: 'my-rule', passed: true }]);
});

test('a scaffold needs a rule id', () => {
  expect(() => scaffoldRule('../x')).toThrow(/no rule id/);
});
