import type { Finding } from '../../model/finding.ts';
import type { RuleFact } from '../context.ts';
import { defineMatcher, DURATION, type Match } from '../matcher.ts';

function asFact(finding: Finding): RuleFact {
  return {
    type: `finding:${finding.rule}`,
    at: finding.start,
    until: finding.end,
    node: finding.nodes.length === 1 ? (finding.nodes[0] ?? null) : null,
    nodes: finding.nodes,
    component: null,
    data: { rule: finding.rule, severity: finding.severity, title: finding.title, summary: finding.summary },
    evidence: finding.evidence,
    counterEvidence: finding.counterEvidence,
  };
}

/** Findings of another rule; each is a match, and its upstream. */
export const findingMatcher = defineMatcher({
  id: 'finding',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['rule'],
    properties: { rule: { $ref: '#/$defs/ruleId' }, severity: { type: 'array', items: { $ref: '#/$defs/severity' }, minItems: 1 }, lasted: DURATION },
  },
  pick: (raw) => raw.finding,
  compile(raw, compiler, path) {
    const lasted = raw.lasted === undefined ? 0 : compiler.duration(raw.lasted, [...path, 'lasted']);
    const wanted = (finding: Finding): boolean =>
      (raw.severity?.includes(finding.severity) ?? true) &&
      (lasted === 0 || finding.end === null || (finding.start !== null && finding.end - finding.start >= lasted));
    return {
      types: [],
      rules: [raw.rule],
      values: ['rule', 'severity', 'title', 'summary'],
      evaluate: (context) => ({
        matches: context
          .findings(raw.rule)
          .filter(wanted)
          .map((finding): Match => {
            const fact = asFact(finding);
            return { facts: [fact], at: finding.start, until: finding.end, values: {}, findings: [finding.id] };
          }),
        doubts: [],
      }),
      describe: (lang) => (lang === 'zh' ? `规则 ${raw.rule} 的每个结论` : `each finding of ${raw.rule}`),
    };
  },
});
