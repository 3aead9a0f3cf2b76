import type { EpochMicros } from '../model/time.ts';
import type { Compiler, Path, Selection } from './compiler.ts';
import { groupBy } from '../timeline/group.ts';
import type { RuleContext, RuleFact } from './context.ts';
import type { Lang } from '../model/lang.ts';
import type { RawDetect } from './raw.ts';

/** Facts that together satisfy a rule, in order; the first is what the summary speaks of unless the rule says otherwise. */
export interface Match {
  readonly facts: readonly [RuleFact, ...RuleFact[]];
  readonly at: EpochMicros | null;
  /** null = still so at collection, or unknown */
  readonly until: EpochMicros | null;
  /** what the matcher itself found out: `count`, `value`, `waited` …, for the summary */
  readonly values: Readonly<Record<string, unknown>>;
  /** finding ids this match rests on */
  readonly findings?: readonly string[];
}

/** Matches that became one finding. */
export interface Joined {
  readonly matches: readonly [Match, ...Match[]];
  /** the match numbers are taken from */
  readonly worst: Match;
  readonly nodes: readonly string[];
  readonly start: EpochMicros | null;
  readonly end: EpochMicros | null;
}

/** Why part of the evidence could not be judged. */
export interface Doubt {
  readonly because: string;
  readonly nodes: readonly string[];
}

export interface Outcome {
  readonly matches: readonly Match[];
  readonly doubts: readonly Doubt[];
}

/** A compiled `detect`. */
export interface Detect {
  readonly types: readonly string[];
  /** ids of rules that must be evaluated first */
  readonly rules: readonly string[];
  /** names the matcher adds to what a summary may use */
  readonly values: readonly string[];
  evaluate(context: RuleContext): Outcome;
  describe(lang: Lang): string;
}

export interface Matcher {
  /** the key under `detect` */
  readonly id: string;
  /** JSON Schema of the value under that key */
  readonly schema: object;
  /** null when `detect` does not use this matcher */
  compile(raw: RawDetect, compiler: Compiler, path: Path): Detect | null;
}

interface MatcherSpec<Raw> {
  readonly id: string;
  readonly schema: object;
  pick(raw: RawDetect): Raw | undefined;
  compile(raw: Raw, compiler: Compiler, path: Path): Detect;
}

/** One way to detect; add it to the array in `matchers.ts` and its shape to `RawDetect`. */
export function defineMatcher<Raw>(spec: MatcherSpec<Raw>): Matcher {
  return {
    id: spec.id,
    schema: spec.schema,
    compile(raw, compiler, path) {
      const mine = spec.pick(raw);
      return mine === undefined ? null : spec.compile(mine, compiler, [...path, spec.id]);
    },
  };
}

export interface Selected {
  readonly facts: readonly RuleFact[];
  readonly doubts: readonly Doubt[];
}

/** Reads the facts a selection takes, in order of time, and notes those it cannot judge. */
export function select(selection: Selection, context: RuleContext): Selected {
  const facts: RuleFact[] = [];
  const doubts: Doubt[] = [];
  for (const type of selection.types) {
    for (const fact of context.facts(type)) {
      const verdict = selection.test(fact);
      if (verdict === true) facts.push(fact);
      else if (verdict !== false) {
        doubts.push({
          because: context.lang === 'zh' ? `证据没有给出 ${type} 的 ${verdict.unknown}` : `the evidence does not say ${verdict.unknown} of ${type}`,
          nodes: fact.nodes,
        });
      }
    }
  }
  if (selection.types.length > 1) facts.sort((a, b) => (a.at ?? Infinity) - (b.at ?? Infinity) || 0);
  return { facts, doubts };
}

/** A fact whose time is known. */
export interface TimedFact {
  readonly fact: RuleFact;
  readonly at: EpochMicros;
}

/** Those with a time, and how many have none. */
export function timed(facts: readonly RuleFact[]): { readonly timed: readonly TimedFact[]; readonly untimed: number } {
  const known = facts.flatMap((fact) => (fact.at === null ? [] : [{ fact, at: fact.at }]));
  return { timed: known, untimed: facts.length - known.length };
}

/** Splits facts by the values of fields; facts that lack one form no group. */
export function grouped<T>(items: readonly T[], by: readonly string[], field: (item: T, name: string) => unknown): Map<string, T[]> {
  const groups = groupBy(items, (item) => {
    const values = by.map((name) => field(item, name));
    return values.some((value) => value === null || value === undefined) ? null : JSON.stringify(values);
  });
  const complete = new Map<string, T[]>();
  for (const [key, group] of groups) if (key !== null) complete.set(key, group);
  return complete;
}

/** The end of a stretch of facts: null as soon as one is still going on. */
export function endOf(facts: readonly RuleFact[]): EpochMicros | null {
  let end: EpochMicros | null = null;
  for (const fact of facts) {
    if (fact.until === null) return null;
    if (end === null || fact.until > end) end = fact.until;
  }
  return end;
}

export const BY_SCHEMA = { type: 'array', items: { type: 'string' }, uniqueItems: true };
export const SELECTION = { $ref: '#/$defs/selection' };
export const DURATION = { $ref: '#/$defs/duration' };
