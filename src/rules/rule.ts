import type { Risk, Severity } from '../model/finding.ts';
import type { Test } from './condition.ts';
import type { Bilingual } from './lang.ts';
import type { RuleFact } from './context.ts';
import type { Detect } from './matcher.ts';
import type { RawExamples } from './raw.ts';

/** A step as the rule writes it; `command` may hold placeholders. */
export interface RuleStep {
  readonly step: Bilingual;
  readonly command: string | null;
  readonly risk: Risk;
  readonly riskNote: Bilingual | null;
  /** whether the step is for a finding of this fact; null = for every one */
  readonly when: Test | null;
  readonly words: string;
}

/** A rule this one's findings may follow from. */
export interface RuleCause {
  readonly rule: string;
  /** microseconds the cause may lie before the effect, counted from the cause's end */
  readonly within: number;
  /** microseconds the cause may start after the effect and still count, for clocks and log buffering */
  readonly tolerance: number;
  readonly shared: 'node' | 'none';
  readonly why: Bilingual;
}

export interface RuleFindingSpec {
  readonly summary: Bilingual;
  /** fields whose values keep findings apart; `nodes` = the nodes of the match */
  readonly group: readonly string[];
  /** matches of one group closer than this (microseconds, inclusive) become one finding */
  readonly join: number;
  /** fields that name the finding's nodes; empty = the facts' own nodes */
  readonly nodes: readonly string[];
  /** field whose largest absolute value marks the match the numbers in the summary come from */
  readonly worst: string | null;
  /** words for values of a field: field → value → words */
  readonly words: Readonly<Record<string, Readonly<Record<string, Bilingual>>>>;
}

export interface SeverityCase {
  /** null = always */
  readonly when: Test | null;
  readonly words: string;
  readonly is: Severity;
}

/** A compiled rule: what `parseRules` hands out and `evaluateRules` takes. */
export interface Rule {
  readonly id: string;
  readonly path: string;
  readonly status: 'stable' | 'test' | 'experimental';
  readonly severity: readonly SeverityCase[];
  readonly title: Bilingual;
  readonly description: Bilingual;
  readonly thresholds: Bilingual | null;
  readonly falsePositives: readonly Bilingual[];
  readonly references: readonly string[];
  /** without any fact of these types the rule is undecidable; null = needs nothing */
  readonly needs: { readonly facts: readonly string[]; readonly otherwise: Bilingual } | null;
  readonly detect: Detect;
  readonly finding: RuleFindingSpec;
  readonly remediation: readonly RuleStep[];
  readonly causes: readonly RuleCause[];
  /** while a finding of one of these holds, this rule's finding is its symptom: it weighs info and points to it */
  readonly symptomOf: readonly { readonly rule: string; readonly shared: 'node' | 'none' }[];
  readonly examples: RawExamples;
}

/** Severity of a match of these facts; the first case that holds, `info` when none does. */
export function severityOf(rule: Rule, fact: RuleFact): Severity {
  return rule.severity.find((one) => one.when === null || one.when(fact) === true)?.is ?? 'info';
}
