import { phrase, wordsIn } from '../model/phrases.ts';
import { SEVERITIES, type Finding, type Severity, type Undecided } from '../model/finding.ts';
import { renderCommand } from './commands.ts';
import type { RuleContext } from './context.ts';
import { linkCauses } from './causes.ts';
import { counterEvidenceOf, evidenceOf, joinMatches } from './group.ts';
import { inLang } from './lang.ts';
import type { Doubt, Joined } from './matcher.ts';
import { renderText } from './render.ts';
import { severityOf, type Rule, type RuleStep } from './rule.ts';

export interface Evaluation {
  /** by severity, start, rule */
  readonly findings: readonly Finding[];
  /** by rule */
  readonly undecided: readonly Undecided[];
}

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Runs every rule over the case: what fired, and what could not be decided and why. Deterministic: same input, same output. */
export function evaluateRules(rules: readonly Rule[], context: RuleContext): Evaluation {
  const byRule = new Map<string, readonly Finding[]>();
  const undecided: Undecided[] = [];
  const inner: RuleContext = { ...context, findings: (rule) => byRule.get(rule) ?? [] };
  const { sorted, cyclic } = inDependencyOrder(rules);
  for (const rule of sorted) {
    const { findings, doubts } = evaluateRule(rule, inner);
    byRule.set(rule.id, findings);
    undecided.push(...doubts.map((doubt) => ({ rule: rule.id, because: doubt.because, nodes: doubt.nodes })));
  }
  for (const rule of cyclic)
    undecided.push({ rule: rule.id, because: context.lang === 'zh' ? '规则互相引用，形成循环' : 'rules refer to each other in a circle', nodes: [] });
  const known = new Set(rules.map((rule) => rule.id));
  for (const open of context.history.undecided)
    if (known.has(open.about)) undecided.push({ rule: open.about, because: wordsIn(context.lang, open.because), nodes: open.nodes });
  const findings = linkCauses([...byRule.values()].flat(), rules, context.lang);
  return {
    findings: findings.toSorted(
      (a, b) => rank(a.severity) - rank(b.severity) || startOf(a) - startOf(b) || compareText(a.rule, b.rule) || compareIds(a.id, b.id),
    ),
    undecided: tidy(undecided),
  };
}

const startOf = (finding: Finding): number => finding.start ?? Number.MAX_SAFE_INTEGER;
const compareIds = (a: string, b: string): number => a.length - b.length || compareText(a, b);

function evaluateRule(rule: Rule, context: RuleContext): { readonly findings: readonly Finding[]; readonly doubts: readonly Doubt[] } {
  const outcome = rule.detect.evaluate(context);
  const doubts = [...outcome.doubts];
  if (rule.needs !== null && outcome.matches.length === 0 && rule.needs.facts.every((type) => context.facts(type).length === 0)) {
    doubts.push({ because: inLang(rule.needs.otherwise, context.lang), nodes: [] });
  }
  const joined = joinMatches(outcome.matches, rule, context.history).filter((one) =>
    one.matches.some((match) => match.facts.some((fact) => fact.evidence.length > 0)),
  );
  const drafts = joined.map((one) => draft(rule, one, context));
  drafts.sort((a, b) => startOf(a) - startOf(b) || compareText(a.nodes.join(), b.nodes.join()) || compareText(a.summary, b.summary));
  return { findings: drafts.map((finding, index) => ({ ...finding, id: `${rule.id}-${index + 1}` })), doubts };
}

function draft(rule: Rule, joined: Joined, context: RuleContext): Finding {
  const { history, lang } = context;
  const severities = joined.matches.map((match) => severityOf(rule, match.facts[0]));
  return {
    id: rule.id,
    rule: rule.id,
    severity: severities.reduce((worst, one) => (rank(one) < rank(worst) ? one : worst)),
    title: inLang(rule.title, lang),
    summary: renderText(inLang(rule.finding.summary, lang), joined, rule, history, lang),
    nodes: joined.nodes,
    start: joined.start,
    end: joined.end,
    evidence: evidenceOf(joined),
    counterEvidence: counterEvidenceOf(joined),
    remediation: stepsFor(rule, joined).map((step) => ({
      step: renderText(inLang(step.step, lang), joined, rule, history, lang),
      command: step.command === null ? null : renderCommand(step.command, joined, context),
      risk: step.risk,
      riskNote: step.riskNote === null ? null : inLang(step.riskNote, lang),
    })),
    causes: [...new Set(joined.matches.flatMap((match) => match.findings ?? []))].map((finding) => ({
      finding,
      lag: null,
      why: wordsIn(lang, phrase('this finding rests on it')),
    })),
  };
}

/** The steps that are for every match of a finding: what is right for one of them only could harm another. */
function stepsFor(rule: Rule, joined: Joined): readonly RuleStep[] {
  return rule.remediation.filter(({ when }) => when === null || joined.matches.every((match) => when(match.facts[0]) === true));
}

/** Rules after those they refer to; those in a circle apart. */
function inDependencyOrder(rules: readonly Rule[]): { readonly sorted: readonly Rule[]; readonly cyclic: readonly Rule[] } {
  const ids = new Set(rules.map((rule) => rule.id));
  const done = new Set<string>();
  const sorted: Rule[] = [];
  let waiting = rules.toSorted((a, b) => compareText(a.id, b.id));
  for (let progress = true; progress && waiting.length > 0;) {
    const ready = waiting.filter((rule) => rule.detect.rules.every((id) => !ids.has(id) || done.has(id)));
    progress = ready.length > 0;
    for (const rule of ready) done.add(rule.id);
    sorted.push(...ready);
    waiting = waiting.filter((rule) => !done.has(rule.id));
  }
  return { sorted, cyclic: waiting };
}

/** One row for each rule and reason, with all nodes it holds for. */
function tidy(undecided: readonly Undecided[]): readonly Undecided[] {
  const rows = new Map<string, { readonly rule: string; readonly because: string; readonly nodes: Set<string> }>();
  for (const one of undecided) {
    const key = `${one.rule}\n${one.because}`;
    const row = rows.get(key) ?? { rule: one.rule, because: one.because, nodes: new Set<string>() };
    one.nodes.forEach((node) => row.nodes.add(node));
    rows.set(key, row);
  }
  return [...rows.values()]
    .map((row) => ({ ...row, nodes: [...row.nodes].sort() }))
    .sort((a, b) => compareText(a.rule, b.rule) || compareText(a.because, b.because));
}
