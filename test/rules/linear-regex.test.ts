import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileLinearRegex } from '../../src/rules/linear-regex.ts';

test.each(['(a+)+', '(a*)*b', '(?=a)', '(?<!a)b', '(a)\\1', '(?<n>a)', '\\bfoo', 'a{500}', '(', 'a)', '[a', '*a', '[z-a]', '(a|b?)*'])(
  'refuses %s',
  (source) => {
    expect(() => compileLinearRegex(source)).toThrow();
  },
);

test('many quantifiers over a long text end at once', () => {
  const matches = compileLinearRegex('a*a*a*a*a*a*a*a*a*a*b');
  expect(matches('a'.repeat(20_000))).toBe(false);
});

const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '(?:a|b)', '(ab|c)', '\\.');
const piece = fc.tuple(atom, fc.constantFrom('', '*', '+', '?', '{1,2}', '{2}', '{1,}')).map((parts) => parts.join(''));
const source = fc
  .tuple(
    fc.constantFrom('', '^'),
    fc.array(piece, { minLength: 1, maxLength: 5 }).map((all) => all.join('')),
    fc.constantFrom('', '$', '|b$'),
  )
  .map((parts) => parts.join(''));

test('agrees with the language it is a subset of', () => {
  fc.assert(
    fc.property(source, fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '.', '\n'), maxLength: 12 }), (pattern, text) => {
      expect(compileLinearRegex(pattern)(text)).toBe(new RegExp(pattern).test(text));
    }),
    { numRuns: 2000 },
  );
});
