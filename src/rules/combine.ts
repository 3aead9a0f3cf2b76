import { SEVERITIES, type Severity } from '../model/finding.ts';
import { UsageError } from '../model/errors.ts';
import type { Rule } from './rule.ts';

export interface RuleChoices {
  readonly disable?: readonly string[];
  readonly severities?: Readonly<Record<string, string>>;
}

const isSeverity = (text: string): text is Severity => SEVERITIES.some((severity) => severity === text);

/** Built-in rules, overridden by user rules of the same id, without the disabled ones, with severities replaced. Throws UsageError on unknown ids. */
export function combineRules(builtin: readonly Rule[], user: readonly Rule[], { disable = [], severities = {} }: RuleChoices = {}): readonly Rule[] {
  const byId = new Map([...builtin, ...user].map((rule) => [rule.id, rule]));
  for (const id of [...disable, ...Object.keys(severities)]) {
    if (!byId.has(id)) throw new UsageError(`there is no rule "${id}"; "inquest rules list" names them`, { subject: id });
  }
  const chosen: Rule[] = [];
  for (const rule of byId.values()) {
    const severity = severities[rule.id];
    if (disable.includes(rule.id)) continue;
    if (severity !== undefined && !isSeverity(severity))
      throw new UsageError(`severity "${severity}" of rule ${rule.id} is none of ${SEVERITIES.join(', ')}`, { subject: rule.id });
    chosen.push(severity === undefined ? rule : { ...rule, severity: [{ when: null, words: '', is: severity }] });
  }
  return chosen.sort((a, b) => (a.id < b.id ? -1 : 1));
}
