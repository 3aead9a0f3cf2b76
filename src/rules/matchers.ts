import type { Compiler, Path } from './compiler.ts';
import type { Detect, Matcher } from './matcher.ts';
import { absenceMatcher } from './matchers/absence.ts';
import { anyMatcher } from './matchers/any.ts';
import { compareMatcher } from './matchers/compare.ts';
import { countMatcher } from './matchers/count.ts';
import { factMatcher } from './matchers/fact.ts';
import { findingMatcher } from './matchers/finding.ts';
import { heldMatcher } from './matchers/held.ts';
import { sequenceMatcher } from './matchers/sequence.ts';
import type { RawDetect } from './raw.ts';

/** Every way to detect, in the order the documentation tells them. */
export function matchers(): readonly Matcher[] {
  return [factMatcher, countMatcher, sequenceMatcher, absenceMatcher, compareMatcher, heldMatcher, findingMatcher, anyMatcher(compileDetect)];
}

const NOTHING: Detect = { types: [], rules: [], values: [], evaluate: () => ({ matches: [], doubts: [] }), describe: () => '' };

/** Compiles `detect`, which the schema has checked to hold exactly one matcher. */
export function compileDetect(raw: RawDetect, compiler: Compiler, path: Path): Detect {
  for (const matcher of matchers()) {
    const detect = matcher.compile(raw, compiler, path);
    if (detect !== null) return detect;
  }
  return NOTHING;
}
