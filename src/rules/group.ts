import type { Citation } from '../model/evidence.ts';
import type { History } from '../model/history.ts';
import type { EpochMicros } from '../model/time.ts';
import { groupBy } from '../timeline/group.ts';
import { fieldOf } from './condition.ts';
import type { Joined, Match } from './matcher.ts';
import { memberName } from './render.ts';
import type { Rule } from './rule.ts';

/** Most citations a finding keeps; the first, the last and those of the worst match stay. */
export const MAX_EVIDENCE = 20;

function nodesOf(match: Match, rule: Rule, history: History): readonly string[] {
  const names = new Set<string>();
  for (const fact of match.facts) {
    if (rule.finding.nodes.length === 0) fact.nodes.forEach((node) => names.add(node));
    for (const field of rule.finding.nodes) {
      const value = match.values[field] ?? fieldOf(fact, field);
      for (const one of Array.isArray(value) ? value.flat() : [value]) if (typeof one === 'string') names.add(memberName(history, one));
    }
  }
  return [...names].sort((a, b) => order(history, a) - order(history, b) || (a < b ? -1 : a > b ? 1 : 0));
}

/** Nodes in the history's display order; names it does not know come last. */
function order(history: History, node: string): number {
  const index = history.nodes.indexOf(node);
  return index < 0 ? history.nodes.length : index;
}

function keyOf(match: Match, rule: Rule, nodes: readonly string[]): string {
  return JSON.stringify(rule.finding.group.map((field) => (field === 'nodes' ? nodes : (match.values[field] ?? fieldOf(match.facts[0], field)))));
}

function weight(match: Match, field: string): number {
  const value = match.values[field] ?? fieldOf(match.facts[0], field);
  return typeof value === 'number' ? Math.abs(value) : -1;
}

function join(matches: readonly [Match, ...Match[]], rule: Rule, history: History): Joined {
  const { worst: field } = rule.finding;
  const worst = field === null ? matches[0] : matches.reduce((held, match) => (weight(match, field) > weight(held, field) ? match : held));
  const starts = matches.flatMap((match) => (match.at === null ? [] : [match.at]));
  const ends = matches.flatMap((match) => (match.until === null ? [] : [match.until]));
  const open = matches.some((match) => match.until === null);
  const nodes = matches.flatMap((match) => nodesOf(match, rule, history));
  return {
    matches,
    worst,
    nodes: [...new Set(nodes)],
    start: starts.reduce<EpochMicros | null>((least, at) => (least === null || at < least ? at : least), null),
    end: open ? null : ends.reduce<EpochMicros | null>((most, at) => (most === null || at > most ? at : most), null),
  };
}

/** Groups matches by the rule's fields and joins those of a group that lie within `join` of each other (edge included). */
export function joinMatches(matches: readonly Match[], rule: Rule, history: History): readonly Joined[] {
  const joined: Joined[] = [];
  for (const group of groupBy(matches, (match) => keyOf(match, rule, nodesOf(match, rule, history))).values()) {
    const sorted = group.toSorted((a, b) => (a.at ?? -Infinity) - (b.at ?? -Infinity) || 0);
    let run: [Match, ...Match[]] | null = null;
    let reach = -Infinity;
    for (const match of sorted) {
      const at = match.at ?? -Infinity;
      const near = match.at === null ? reach === -Infinity : at - reach <= rule.finding.join;
      if (run !== null && near) run.push(match);
      else {
        if (run !== null) joined.push(join(run, rule, history));
        run = [match];
        reach = -Infinity;
      }
      if (match.at !== null) reach = Math.max(reach, match.until ?? match.at);
    }
    if (run !== null) joined.push(join(run, rule, history));
  }
  return joined;
}

const placeKey = (citation: Citation): string => `${citation.ref.entry}:${citation.ref.offset}:${citation.ref.length}`;

function inOrder(a: Citation, b: Citation): number {
  return (a.at ?? -Infinity) - (b.at ?? -Infinity) || a.ref.entry - b.ref.entry || a.ref.offset - b.ref.offset || 0;
}

function distinct(citations: readonly Citation[]): Citation[] {
  const seen = new Set<string>();
  return citations.filter((citation) => {
    const key = placeKey(citation);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** All evidence of the joined matches, each place once, in order of time, cut to `MAX_EVIDENCE`. */
export function evidenceOf(joined: Joined): readonly Citation[] {
  const every = distinct(joined.matches.flatMap((match) => match.facts.flatMap((fact) => fact.evidence))).sort(inOrder);
  if (every.length <= MAX_EVIDENCE) return every;
  const keep = new Set<string>();
  const [first, last] = [every[0], every.at(-1)];
  for (const citation of [first, last]) if (citation !== undefined) keep.add(placeKey(citation));
  const worst = joined.worst.facts.flatMap((fact) => fact.evidence).slice(0, MAX_EVIDENCE / 2);
  for (const citation of worst) keep.add(placeKey(citation));
  const step = every.length / MAX_EVIDENCE;
  for (let i = 0; i < MAX_EVIDENCE && keep.size < MAX_EVIDENCE; i += 1) {
    const citation = every[Math.floor(i * step)];
    if (citation !== undefined) keep.add(placeKey(citation));
  }
  return every.filter((citation) => keep.has(placeKey(citation)));
}

export function counterEvidenceOf(joined: Joined): readonly Citation[] {
  return distinct(joined.matches.flatMap((match) => match.facts.flatMap((fact) => fact.counterEvidence)))
    .sort(inOrder)
    .slice(0, MAX_EVIDENCE);
}
