import { SEVERITIES } from '../model/finding.ts';
import type { Finding } from '../model/finding.ts';

/** What people noticed, and what it led back to. */
export interface Story {
  /** the last effect of the worst severity */
  readonly broke: Finding;
  /** the most upstream finding it follows from, by the cause that began first at each step; null when nothing upstream of it was found */
  readonly root: Finding | null;
  /** from the root down to what broke, both included */
  readonly chain: readonly Finding[];
  /** every other finding upstream of what broke that nothing is upstream of, in the order they began */
  readonly also: readonly Finding[];
  /** findings of the root's own rule that it follows from too, in the order they began, the root first */
  readonly alike: readonly Finding[];
}

/** Unknown times last. */
export function byStart(a: Finding, b: Finding): number {
  return (a.start ?? Number.MAX_SAFE_INTEGER) - (b.start ?? Number.MAX_SAFE_INTEGER) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Worst first; among equals the earliest, those without a time last; then by id, so that the order is total. */
export function worstFirst(a: Finding, b: Finding): number {
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || byStart(a, b);
}

/** Findings in the order people read them: what the story says broke, then the others, worst first. */
export function forReading(findings: readonly Finding[]): readonly Finding[] {
  const sorted = findings.toSorted(worstFirst);
  const broke = storyOf(sorted)?.broke;
  return broke === undefined ? sorted : [broke, ...sorted.filter((one) => one !== broke)];
}

/** Reads the findings as one story; null when none is above info. */
export function storyOf(findings: readonly Finding[]): Story | null {
  const grave = findings.filter((one) => one.severity !== 'info').sort(worstFirst);
  const [first] = grave;
  if (first === undefined) return null;
  const broke = lastEffect(first, grave);
  const chain = chainTo(broke, findings);
  const [root] = chain;
  if (root === undefined || root === broke) return { broke, root: null, chain: [broke], also: [], alike: [] };
  const upstream = [...upstreamOf(broke, findings)].sort(byStart);
  return {
    broke,
    root,
    chain,
    also: upstream.filter((one) => one !== root && causesOf(one, findings).length === 0),
    alike: upstream.filter((one) => one.rule === root.rule),
  };
}

/** From the earliest of the worst findings down to its last effect of the same severity. */
function lastEffect(start: Finding, findings: readonly Finding[]): Finding {
  const seen = new Set<Finding>();
  let at = start;
  for (;;) {
    seen.add(at);
    const id = at.id;
    const next = findings.find((one) => one.severity === start.severity && !seen.has(one) && one.causes.some((cause) => cause.finding === id));
    if (next === undefined) return at;
    at = next;
  }
}

function causesOf(finding: Finding, findings: readonly Finding[]): readonly Finding[] {
  const ids = new Set(finding.causes.map((cause) => cause.finding));
  return findings.filter((one) => ids.has(one.id)).sort(byStart);
}

/** At each step up the cause that began first, those above info before others. */
function chainTo(finding: Finding, findings: readonly Finding[]): readonly Finding[] {
  const chain = [finding];
  let at = finding;
  for (;;) {
    const causes = causesOf(at, findings).filter((one) => !chain.includes(one));
    const next = causes.find((one) => one.severity !== 'info') ?? causes[0];
    if (next === undefined) return chain.reverse();
    chain.push(next);
    at = next;
  }
}

function upstreamOf(finding: Finding, findings: readonly Finding[]): ReadonlySet<Finding> {
  const seen = new Set<Finding>();
  const todo = [finding];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    for (const cause of causesOf(at, findings)) {
      if (seen.has(cause)) continue;
      seen.add(cause);
      todo.push(cause);
    }
  }
  return seen;
}
