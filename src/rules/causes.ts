import type { CauseLink, Finding } from '../model/finding.ts';
import { MINUTE } from '../model/time.ts';
import { append } from '../timeline/group.ts';
import { Overlaps, type Stretch } from '../timeline/stretches.ts';
import type { Lang } from '../model/lang.ts';
import { inLang } from './lang.ts';
import type { Rule, RuleCause } from './rule.ts';

/** How far apart a finding and the one it is a symptom of may lie. */
const SYMPTOM_REACH = 5 * MINUTE;
const MAX_CAUSES = 6;

const lagOf = (cause: Finding, effect: Finding): number | null => (cause.start === null || effect.start === null ? null : effect.start - cause.start);

interface Candidate extends Stretch {
  readonly finding: Finding;
  readonly position: number;
}

/** Findings of each rule, to be asked for those around a moment, anywhere or on some nodes; one without a time may lie anywhere. */
class Candidates {
  private readonly byPlace = new Map<string, Overlaps<Candidate>>();

  constructor(findings: readonly Finding[]) {
    const places = new Map<string, Candidate[]>();
    for (const [position, finding] of findings.entries()) {
      const candidate = { finding, position, from: finding.start, to: finding.start === null ? null : finding.end };
      for (const place of [ANYWHERE, ...(finding.nodes.length === 0 ? [NOWHERE] : finding.nodes)]) append(places, placeKey(finding.rule, place), candidate);
    }
    for (const [key, own] of places) this.byPlace.set(key, new Overlaps(own, () => null));
  }

  /** Those of which the effect may be a symptom. */
  near({ rule, shared }: Rule['symptomOf'][number], { start, end, nodes }: Finding): readonly Finding[] {
    const reach = start === null ? { from: null, to: null } : { from: start - SYMPTOM_REACH, to: (end ?? Infinity) + SYMPTOM_REACH };
    return this.during(rule, reach, shared === 'node' ? nodes : [ANYWHERE]);
  }

  /** Those that may have led to the effect: begun by then, and not over for too long. A cause of which no node is known may be anybody's. */
  before({ rule, within, tolerance, shared }: RuleCause, { id, start, nodes }: Finding): readonly Finding[] {
    if (start === null) return [];
    const reach = { from: start - within, to: start + tolerance };
    return this.during(rule, reach, shared === 'node' ? [NOWHERE, ...nodes] : [ANYWHERE]).filter((cause) => cause.start !== null && cause.id !== id);
  }

  private during(rule: string, asked: Stretch, places: readonly string[]): readonly Finding[] {
    const found = new Set(places.flatMap((place) => this.byPlace.get(placeKey(rule, place))?.during(asked) ?? []));
    return [...found].toSorted((a, b) => a.position - b.position).map(({ finding }) => finding);
  }
}

/** In the place of a node's name: wherever it was, and where no node is known. */
const ANYWHERE = '\u0000anywhere';
const NOWHERE = '\u0000nowhere';

const placeKey = (rule: string, place: string): string => `${rule}\n${place}`;

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
    for (const symptom of rule?.symptomOf ?? []) {
      for (const cause of candidates.near(symptom, effect)) {
        if (cause.severity === 'info') continue;
        symptoms.add(effect.id);
        // what began only after it was over explains its like, not it
        if (cause.start !== null && effect.start !== null && cause.start > (effect.end ?? Infinity)) continue;
        add(effect, cause, lang === 'zh' ? '这是其表现，不另行告警' : 'a symptom of it, not counted again');
      }
    }
    for (const link of rule?.causes ?? []) {
      for (const cause of nearest(candidates.before(link, effect), effect)) add(effect, cause, inLang(link.why, lang));
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
