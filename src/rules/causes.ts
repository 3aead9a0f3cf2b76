import type { CauseLink, Finding } from '../model/finding.ts';
import { MINUTE } from '../model/time.ts';
import { groupBy } from '../timeline/group.ts';
import { inLang } from './lang.ts';
import type { Lang } from '../model/lang.ts';
import type { Rule, RuleCause } from './rule.ts';

/** How far apart a finding and the one it is a symptom of may lie. */
const SYMPTOM_REACH = 5 * MINUTE;
const MAX_CAUSES = 6;

const shareNode = (a: Finding, b: Finding): boolean => a.nodes.some((node) => b.nodes.includes(node));
const lagOf = (cause: Finding, effect: Finding): number | null => (cause.start === null || effect.start === null ? null : effect.start - cause.start);

/** A cause starts before its effect (or no later than the tolerance) and is not over for longer than `within`. */
function allows(link: RuleCause, cause: Finding, effect: Finding): boolean {
  if (cause.start === null || effect.start === null || cause.id === effect.id) return false;
  if (cause.start > effect.start + link.tolerance) return false;
  const over = cause.end === null ? 0 : effect.start - cause.end;
  // a cause of which no node is known (a virtual address) may be anybody's
  return over <= link.within && (link.shared === 'none' || cause.nodes.length === 0 || shareNode(cause, effect));
}

function near(a: Finding, b: Finding): boolean {
  if (a.start === null || b.start === null) return true;
  return a.start <= (b.end ?? Infinity) + SYMPTOM_REACH && b.start <= (a.end ?? Infinity) + SYMPTOM_REACH;
}

/** Links findings to those upstream of them, and weighs symptoms as info. Links never form a circle. */
export function linkCauses(findings: readonly Finding[], rules: readonly Rule[], lang: Lang): readonly Finding[] {
  const ruleOf = new Map(rules.map((rule) => [rule.id, rule]));
  const byRule = groupBy(findings, (finding) => finding.rule);
  const links = new Map<string, CauseLink[]>(findings.map((finding) => [finding.id, [...finding.causes]]));
  const leadsTo = (from: string, to: string, seen = new Set<string>()): boolean => {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return (links.get(from) ?? []).some((link) => leadsTo(link.finding, to, seen));
  };
  const add = (effect: Finding, cause: Finding, why: string): void => {
    const mine = links.get(effect.id);
    if (mine === undefined || mine.length >= MAX_CAUSES || mine.some((link) => link.finding === cause.id) || leadsTo(cause.id, effect.id)) return;
    mine.push({ finding: cause.id, lag: lagOf(cause, effect), why });
  };
  const symptoms = new Set<string>();
  const inOrder = findings.toSorted((a, b) => (a.start ?? Infinity) - (b.start ?? Infinity) || (a.id < b.id ? -1 : 1));
  for (const effect of inOrder) {
    const rule = ruleOf.get(effect.rule);
    for (const { rule: id, shared } of rule?.symptomOf ?? []) {
      for (const cause of byRule.get(id) ?? []) {
        if (cause.severity === 'info' || !near(cause, effect) || (shared === 'node' && !shareNode(cause, effect))) continue;
        symptoms.add(effect.id);
        // what began only after it was over explains its like, not it
        if (cause.start !== null && effect.start !== null && cause.start > (effect.end ?? Infinity)) continue;
        add(effect, cause, lang === 'zh' ? '这是其表现，不另行告警' : 'a symptom of it, not counted again');
      }
    }
    for (const link of rule?.causes ?? []) {
      const allowed = (byRule.get(link.rule) ?? []).filter((cause) => allows(link, cause, effect));
      for (const cause of nearest(allowed, effect)) add(effect, cause, inLang(link.why, lang));
    }
  }
  return findings.map((finding) => ({
    ...finding,
    severity: symptoms.has(finding.id) ? 'info' : finding.severity,
    causes: (links.get(finding.id) ?? []).toSorted((a, b) => (a.lag ?? Infinity) - (b.lag ?? Infinity) || (a.finding < b.finding ? -1 : 1)),
  }));
}

/** Those that began closest before the effect first. */
function nearest(causes: readonly Finding[], effect: Finding): readonly Finding[] {
  return causes.toSorted((a, b) => Math.abs(lagOf(a, effect) ?? Infinity) - Math.abs(lagOf(b, effect) ?? Infinity) || (a.id < b.id ? -1 : 1));
}
