import type { Compiler, Path } from '../compiler.ts';
import type { Detect, Matcher } from '../matcher.ts';
import { defineMatcher } from '../matcher.ts';
import type { RawDetect } from '../raw.ts';

/** Several ways to the same conclusion; the matches of all of them. `compileDetect` compiles each of the ways. */
export const anyMatcher = (compileDetect: (raw: RawDetect, compiler: Compiler, path: Path) => Detect): Matcher =>
  defineMatcher({
    id: 'any',
    schema: { type: 'array', minItems: 2, maxItems: 12, items: { $ref: '#/$defs/detect' } },
    pick: (raw) => raw.any,
    compile(raw, compiler, path) {
      const parts = raw.map((one, index) => compileDetect(one, compiler, [...path, index]));
      return {
        types: [...new Set(parts.flatMap((part) => part.types))],
        rules: [...new Set(parts.flatMap((part) => part.rules))],
        values: [...new Set(parts.flatMap((part) => part.values))],
        evaluate(context) {
          const outcomes = parts.map((part) => part.evaluate(context));
          return { matches: outcomes.flatMap((one) => one.matches), doubts: outcomes.flatMap((one) => one.doubts) };
        },
        describe: (lang) => parts.map((part) => part.describe(lang)).join(lang === 'zh' ? '；或 ' : '; or '),
      };
    },
  });
