import type { Finding } from '../../src/model/finding.ts';
import type { RawExample } from '../../src/rules/raw.ts';
import { runExample } from '../../src/rules/examples.ts';
import { parseRules } from '../../src/rules/parse.ts';
import type { Rule } from '../../src/rules/rule.ts';

/** A rule around a `detect` block, for tests of one matcher. */
export function ruleText(detect: string, more = ''): string {
  const indented = detect
    .trim()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
  return `id: probe
status: test
severity: warning
title: { en: Probe }
description: { en: Probe }
detect:
${indented}
finding: { summary: { en: probe }, group: [], join: 0s }
remediation: [{ step: { en: look }, risk: none }]
${more}examples:
  fires: [{ name: f, facts: [] }]
  quiet: [{ name: q, facts: [] }]
`;
}

export function rule(detect: string, more = ''): Rule {
  const { rules, mistakes } = parseRules([{ path: 'probe.yaml', text: ruleText(detect, more) }]);
  const [first] = rules;
  if (first === undefined) throw new Error(JSON.stringify(mistakes));
  return first;
}

type Outcome = 'fired' | 'quiet' | 'undecidable';

/** What a rule says of some facts. */
export function verdict(one: Rule, example: Omit<RawExample, 'name'>): Outcome {
  const { findings, undecided } = runExample(one, { name: 'x', ...example });
  return findings.length > 0 ? 'fired' : undecided.length > 0 ? 'undecidable' : 'quiet';
}

export function findings(one: Rule, example: Omit<RawExample, 'name'>): readonly Finding[] {
  return runExample(one, { name: 'x', ...example }).findings;
}
