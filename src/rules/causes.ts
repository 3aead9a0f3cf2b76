import type { CauseLink, Finding } from '../model/finding.ts';
import { MINUTE } from '../model/time.ts';
import { append, groupBy } from '../timeline/group.ts';
import { Overlaps, type Stretch } from '../timeline/stretches.ts';
import type { Lang } from '../model/lang.ts';
import { inLang } from './lang.ts';
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

/** Findings of each rule, to be asked for those around a moment; one without a time may lie anywhere. */
class Candidates {
  private readonly byRule = new Map<string, Overlaps<Finding & Stretch>>();

  constructor(findings: readonly Finding[]) {
    for (const [rule, own] of groupBy(findings, (finding) => finding.rule))
      this.byRule.set(
        rule,
        new Overlaps(
          own.map((finding) => ({ ...finding, from: finding.start, to: finding.start === null ? null : finding.end })),
          ({ nodes }) => nodes.join(),
        ),
      );
  }

  /** Those of which the effect may be a symptom. */
  near(rule: string, { start, end }: Finding): readonly Finding[] {
    const until = end ?? Infinity;
    return this.during(rule, start === null ? { from: null, to: null } : { from: start - SYMPTOM_REACH, to: until + SYMPTOM_REACH });
  }

  /** Those that may have led to the effect, by their time. */
  before({ rule, within, tolerance }: RuleCause, { start }: Finding): readonly Finding[] {
    return start === null ? [] : this.during(rule, { from: start - within, to: start + tolerance });
  }

  private during(rule: string, asked: Stretch): readonly Finding[] {
    return this.byRule.get(rule)?.during(asked) ?? [];
  }
}

/** What follows from what, by id. */
class Effects {
  private readonly of = new Map<string, string[]>();

  add(cause: string, effect: string): void {
    append(this.of, cause, effect);
  }

  /** True where `to` follows from `from`, over any number of steps, or is the same. */
  reach(from: string, to: string): boolean {
    const seen = new Set([from]);
    for (const one of seen) {
      if (one === to) return true;
      for (const next of this.of.get(one) ?? []) seen.add(next);
    }
    return false;
  }
}

/** Links findings to those upstream of them, and weighs symptoms as info. Links never form a circle. */
export function linkCauses(findings: readonly Finding[], rules: readonly Rule[], lang: Lang): readonly Finding[] {
  const ruleOf = new Map(rules.map((rule) => [rule.id, rule]));
  const candidates = new Candidates(findings);
  const links = new Map<string, CauseLink[]>(findings.map((finding) => [finding.id, [...finding.causes]]));
  const effects = new Effects();
  for (const { id, causes } of findings) for (const { finding } of causes) effects.add(finding, id);
  const add = (effect: Finding, cause: Finding, why: string): void => {
    const mine = links.get(effect.id);
    if (mine === undefined || mine.length >= MAX_CAUSES || mine.some((link) => link.finding === cause.id) || effects.reach(effect.id, cause.id)) return;
    mine.push({ finding: cause.id, lag: lagOf(cause, effect), why });
    effects.add(cause.id, effect.id);
  };
  const symptoms = new Set<string>();
  const inOrder = findings.toSorted((a, b) => (a.start ?? Infinity) - (b.start ?? Infinity) || (a.id < b.id ? -1 : 1));
  for (const effect of inOrder) {
    const rule = ruleOf.get(effect.rule);
    for (const { rule: id, shared } of rule?.symptomOf ?? []) {
      for (const cause of candidates.near(id, effect)) {
        if (cause.severity === 'info' || (shared === 'node' && !shareNode(cause, effect))) continue;
        symptoms.add(effect.id);
        add(effect, cause, lang === 'zh' ? '这是其表现，不另行告警' : 'a symptom of it, not counted again');
      }
    }
    for (const link of rule?.causes ?? []) {
      const allowed = candidates.before(link, effect).filter((cause) => allows(link, cause, effect));
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
