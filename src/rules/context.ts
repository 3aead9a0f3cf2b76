import { factLabel } from './fact-labels.ts';
import type { Component } from '../model/bundle.ts';
import type { Citation } from '../model/evidence.ts';
import type { FactType, PlacedFact } from '../model/fact.ts';
import type { Finding } from '../model/finding.ts';
import type { Correct, History } from '../model/history.ts';
import type { FactSource } from '../model/ports.ts';
import type { EpochMicros } from '../model/time.ts';
import { groupBy } from '../timeline/group.ts';
import { coverageOf, type CoverageAnswer } from './coverage.ts';
import { etcdRuntimes, type EtcdRuntime } from './etcd-runtime.ts';
import type { Lang } from '../model/lang.ts';
import { RAW_PREFIX, isBaseType, isDerivedType } from './vocabulary-derived.ts';

/** A base or derived fact as matchers see it: one shape, corrected times, evidence. */
export interface RuleFact {
  /** as rules name it */
  readonly type: string;
  /** corrected start; null where the evidence carries no time */
  readonly at: EpochMicros | null;
  /** corrected end; equals `at` for a moment, null = still so at collection, or unknown */
  readonly until: EpochMicros | null;
  readonly node: string | null;
  readonly nodes: readonly string[];
  readonly component: Component | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly evidence: readonly Citation[];
  readonly counterEvidence: readonly Citation[];
}

/** Everything a rule may look at. */
export interface RuleContext {
  /** facts of one type in order of corrected time, those without time last; empty for unknown types */
  facts(type: string): readonly RuleFact[];
  readonly history: History;
  /** whether the evidence of `components` on `node` (null = anywhere) reaches without a gap over the interval, edges included */
  coveredBetween(node: string | null, components: readonly Component[], from: EpochMicros, to: EpochMicros): CoverageAnswer;
  /** findings of rules evaluated before this one */
  findings(rule: string): readonly Finding[];
  /** how etcd is kept running on a node (null = anywhere), for commands */
  etcdRuntime(node: string | null): EtcdRuntime;
  readonly lang: Lang;
}

export interface RuleContextParts {
  readonly source: FactSource;
  readonly history: History;
  readonly correct: Correct;
  readonly lang?: Lang;
}

export const byTime = (a: RuleFact, b: RuleFact): number => (a.at ?? Infinity) - (b.at ?? Infinity) || 0;

/** Builds the context of a case; facts of a type are read when a rule first asks for them. */
export function makeRuleContext({ source, history, correct, lang = 'en' }: RuleContextParts): RuleContext {
  const cache = new Map<string, readonly RuleFact[]>();
  const derived = groupBy(history.derived, (fact) => fact.type);
  const sources = source.sources();
  const coverage = coverageOf(sources, correct);
  const read = (type: string): readonly RuleFact[] => {
    const raw = type.startsWith(RAW_PREFIX) ? type.slice(RAW_PREFIX.length) : type;
    if (raw === type && isDerivedType(type)) return (derived.get(type) ?? []).map((fact) => derivedFact(fact)).toSorted(byTime);
    return isBaseType(raw) ? readBase(source, raw, type, correct) : [];
  };
  return {
    history,
    lang,
    coveredBetween: coverage,
    etcdRuntime: etcdRuntimes(sources),
    findings: () => [],
    facts(type) {
      const known = cache.get(type);
      if (known !== undefined) return known;
      const facts = read(type);
      cache.set(type, facts);
      return facts;
    },
  };
}

function derivedFact(fact: History['derived'][number]): RuleFact {
  return {
    type: fact.type,
    at: fact.from,
    until: fact.to,
    node: fact.nodes.length === 1 ? (fact.nodes[0] ?? null) : null,
    nodes: fact.nodes,
    component: null,
    data: { ...fact.data },
    evidence: fact.evidence,
    counterEvidence: fact.counterEvidence ?? [],
  };
}

function readBase(source: FactSource, type: FactType, name: string, correct: Correct): readonly RuleFact[] {
  const facts: RuleFact[] = [];
  for (const fact of source.facts([type])) facts.push(placedFact(fact, name, correct));
  return facts.sort(byTime);
}

function placedFact(fact: PlacedFact, name: string, correct: Correct): RuleFact {
  const at = fact.at === null ? null : correct(fact.node, fact.at);
  return {
    type: name,
    at,
    until: at,
    node: fact.node,
    nodes: fact.node === null ? [] : [fact.node],
    component: fact.component,
    data: { ...fact.data },
    evidence: [{ ref: fact.ref, at, why: factLabel(fact.type) }],
    counterEvidence: [],
  };
}
