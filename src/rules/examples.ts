import type { Finding } from '../model/finding.ts';
import type { History } from '../model/history.ts';
import { entryId } from '../model/ids.ts';
import { epochMicros, microsFromUtc, type EpochMicros } from '../model/time.ts';
import { groupBy } from '../timeline/group.ts';
import { componentOf } from './components.ts';
import { byTime, type RuleContext, type RuleFact } from './context.ts';
import { evaluateRules } from './evaluate.ts';
import type { Lang } from '../model/lang.ts';
import type { RawExample, RawExampleFact } from './raw.ts';
import type { Rule } from './rule.ts';
import { expectedFor, parseDuration, readValue, type Scalar } from './units.ts';
import type { FieldKind } from './vocabulary.ts';
import { fieldsOf } from './vocabulary-derived.ts';

export interface ExampleResult {
  readonly name: string;
  readonly kind: 'fires' | 'quiet';
  readonly passed: boolean;
  /** what happened, and what should have */
  readonly explanation: string;
}

export interface RuleTest {
  readonly rule: string;
  readonly passed: boolean;
  readonly results: readonly ExampleResult[];
}

class ExampleMistake extends Error {
  override readonly name = 'ExampleMistake';
}

/** The moment examples call `T`. */
const T: EpochMicros = microsFromUtc(2026, 1, 1, 12);

function time(text: string): EpochMicros {
  if (text === 'T') return T;
  const sign = text.startsWith('T-') ? -1 : 1;
  const offset = /^T[+-]/.test(text) ? parseDuration(text.slice(2)) : null;
  if (offset === null) throw new ExampleMistake(`${JSON.stringify(text)} is not a time such as T, T+3s or T-2d`);
  return epochMicros(T + sign * offset);
}

const isScalar = (value: unknown): value is Scalar => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

function value(raw: unknown, kind: FieldKind, where: string): unknown {
  if (raw === null || kind === 'other') return raw;
  if (Array.isArray(raw)) return raw.map((item: unknown) => item);
  if (!isScalar(raw)) throw new ExampleMistake(`${where}: expected ${expectedFor(kind)}`);
  if (kind === 'time') return time(String(raw));
  const read = readValue(raw, kind);
  if (read === null) throw new ExampleMistake(`${where}: ${JSON.stringify(raw)} is not ${expectedFor(kind)}`);
  return read;
}

/** Flags left out are false, lists empty, everything else unknown. */
function absent(kind: FieldKind): unknown {
  return kind === 'flag' ? false : kind === 'texts' || kind === 'members' ? [] : null;
}

function dataOf(fact: RawExampleFact): Readonly<Record<string, unknown>> {
  const fields = fieldsOf(fact.type);
  if (fields === null) throw new ExampleMistake(`unknown fact "${fact.type}"`);
  const given = fact.data ?? {};
  for (const name of Object.keys(given))
    if (!Object.hasOwn(fields, name)) throw new ExampleMistake(`${fact.type} has no field "${name}"; it has ${Object.keys(fields).join(', ')}`);
  return Object.fromEntries(
    Object.entries(fields).map(([name, kind]) => [name, name in given ? value(given[name], kind, `${fact.type} ${name}`) : absent(kind)]),
  );
}

function nodesOf(fact: RawExampleFact, data: Readonly<Record<string, unknown>>): readonly string[] {
  if (fact.nodes !== undefined) return fact.nodes;
  const named = data['node'] ?? data['member'] ?? data['members'];
  return Array.isArray(named) ? named.map(String) : typeof named === 'string' ? [named] : ['node-1'];
}

function until(fact: RawExampleFact, data: Readonly<Record<string, unknown>>, at: EpochMicros | null): EpochMicros | null {
  if (fact.until !== undefined) return time(fact.until);
  if (at === null || data['ongoing'] === true) return null;
  const { duration } = data;
  return typeof duration === 'number' ? epochMicros(at + duration) : at;
}

function toFact(fact: RawExampleFact, index: number): RuleFact {
  const data = dataOf(fact);
  const at = fact.at === undefined ? null : time(fact.at);
  const nodes = nodesOf(fact, data);
  return {
    type: fact.type,
    at,
    until: until(fact, data, at),
    node: nodes.length === 1 ? (nodes[0] ?? null) : null,
    nodes,
    component: componentOf(fact.component),
    data,
    evidence: [{ ref: { entry: entryId(1), line: index + 1, offset: index * 100, length: 99 }, at, why: fact.type }],
    counterEvidence: [],
  };
}

function historyOf(facts: readonly RuleFact[]): History {
  const times = facts.flatMap((fact) => [fact.at, fact.until]).filter((at) => at !== null);
  const last = times.reduce((most, at) => (at > most ? at : most), T);
  const first = times.reduce((least, at) => (at < least ? at : least), T);
  return {
    collectedAt: last,
    from: first,
    to: last,
    members: [],
    nodes: [...new Set(facts.flatMap((fact) => fact.nodes))],
    clocks: [],
    leadership: [],
    roles: [],
    derived: [],
    undecided: [],
  };
}

function upstream(example: RawExample): readonly Finding[] {
  return (example.findings ?? []).map((one, index) => ({
    id: `${one.rule}-${index + 1}`,
    rule: one.rule,
    severity: one.severity ?? 'warning',
    title: one.rule,
    summary: one.rule,
    nodes: one.nodes ?? [],
    start: one.start === undefined ? null : time(one.start),
    end: one.end === undefined ? null : time(one.end),
    evidence: [{ ref: { entry: entryId(2), line: index + 1, offset: index * 100, length: 99 }, at: null, why: one.rule }],
    counterEvidence: [],
    remediation: [],
    causes: [],
  }));
}

function contextOf(example: RawExample, lang: Lang): RuleContext {
  const facts = example.facts.map((fact, index) => toFact(fact, index));
  const byType = groupBy(facts, (fact) => fact.type);
  const spans = (example.coverage ?? []).map((one) => ({ node: one.node, component: one.component, from: time(one.from), to: time(one.to) }));
  return {
    history: historyOf(facts),
    lang,
    facts: (type) => (byType.get(type) ?? []).toSorted(byTime),
    findings: () => [],
    etcdRuntime: () => 'unit',
    coveredBetween(node, components, from, to) {
      const open = components.find(
        (component) => !spans.some((span) => (node === null || span.node === node) && span.component === component && span.from <= from && span.to >= to),
      );
      return { covered: open === undefined, uncovered: open ?? null };
    },
  };
}

/** Other rules stand in as their given findings. */
function stub(findings: readonly Finding[], like: Rule): readonly Rule[] {
  return [...groupBy(findings, (finding) => finding.rule)].map(([id, own]) => ({
    ...like,
    id,
    severity: own.map((finding) => ({ when: (fact: RuleFact) => fact.data['id'] === finding.id, words: '', is: finding.severity })),
    symptomOf: [],
    causes: [],
    needs: null,
    finding: { summary: { en: id }, group: ['nodes'], join: 0, nodes: [], worst: null, words: {} },
    remediation: [],
    detect: {
      types: [],
      rules: [],
      values: [],
      describe: () => '',
      evaluate: () => ({
        matches: own.map((finding) => ({
          facts: [
            {
              type: `finding:${id}`,
              at: finding.start,
              until: finding.end,
              node: null,
              nodes: finding.nodes,
              component: null,
              data: { id: finding.id },
              evidence: finding.evidence,
              counterEvidence: [],
            },
          ] as const,
          at: finding.start,
          until: finding.end,
          values: {},
        })),
        doubts: [],
      }),
    },
  }));
}

/** Evaluates one example of a rule in a world that holds nothing else. */
export function runExample(
  rule: Rule,
  example: RawExample,
  lang: Lang = 'en',
): { readonly findings: readonly Finding[]; readonly undecided: readonly string[] } {
  const result = evaluateRules([rule, ...stub(upstream(example), rule)], contextOf(example, lang));
  return {
    findings: result.findings.filter((finding) => finding.rule === rule.id),
    undecided: result.undecided.filter((one) => one.rule === rule.id).map((one) => one.because),
  };
}

function judge(rule: Rule, kind: 'fires' | 'quiet', example: RawExample): ExampleResult {
  const result = (passed: boolean, explanation: string): ExampleResult => ({ name: example.name, kind, passed, explanation });
  try {
    const { findings, undecided } = runExample(rule, example);
    const saw =
      findings.length > 0
        ? `${findings.length} finding(s): ${findings.map((one) => `${one.severity}, ${one.summary}`).join(' | ')}`
        : undecided.length > 0
          ? `undecidable: ${undecided.join('; ')}`
          : 'nothing fired';
    if (kind === 'quiet') {
      if (findings.length > 0) return result(false, `should stay quiet, but ${saw}`);
      if (example.undecided === true && undecided.length === 0) return result(false, `should be undecidable, but ${saw}`);
      return result(
        example.undecided === true || undecided.length === 0,
        undecided.length > 0 && example.undecided !== true ? `should stay quiet, but is ${saw}` : saw,
      );
    }
    if (findings.length === 0) return result(false, `should fire, but ${saw}`);
    if (example.severity !== undefined && findings[0]?.severity !== example.severity) return result(false, `should weigh ${example.severity}, but ${saw}`);
    if (example.count !== undefined && findings.length !== example.count) return result(false, `should give ${example.count} finding(s), but ${saw}`);
    return result(true, saw);
  } catch (error) {
    if (!(error instanceof ExampleMistake)) throw error;
    return result(false, `the example cannot be read: ${error.message}`);
  }
}

/** Runs the examples a rule carries: those that must fire and those that must stay quiet. */
export function testRule(rule: Rule): RuleTest {
  const results = [...rule.examples.fires.map((one) => judge(rule, 'fires', one)), ...rule.examples.quiet.map((one) => judge(rule, 'quiet', one))];
  return { rule: rule.id, passed: results.every((one) => one.passed), results };
}
