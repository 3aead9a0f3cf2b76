import type { History } from '../model/history.ts';
import { parseRfc3339 } from '../model/time.ts';
import { timestamp } from './format.ts';
import type { Incident, ReportFinding } from './types.ts';

/** Reads the headline out of findings that are ordered worst first. */
export function buildIncident(findings: readonly ReportFinding[], history: History): Incident {
  const bad = findings.filter((f) => f.severity !== 'info');
  const frame = { from: timestamp(history.from), to: timestamp(history.to), collectedAt: timestamp(history.collectedAt) };
  const first = bad[0];
  if (first === undefined || first.severity === 'info') {
    return { verdict: 'clean', finding: null, title: null, since: null, until: null, nodes: [], chain: [], rootCauses: [], ...frame, narrative: [] };
  }
  const worst = followDown(first, bad);
  const chain = chainTo(worst, findings);
  const roots = rootsOf(worst, findings);
  return {
    verdict: first.severity,
    finding: worst.id,
    title: worst.title,
    since: worst.start,
    until: worst.end,
    nodes: worst.nodes,
    chain,
    rootCauses: roots.length === 0 ? chain.slice(0, 1) : roots,
    ...frame,
    narrative: narrate(bad),
  };
}

/** From the earliest of the worst findings down to its last effect of the same severity: that is what people noticed. */
function followDown(start: ReportFinding, findings: readonly ReportFinding[]): ReportFinding {
  const seen = new Set<string>();
  let at = start;
  for (;;) {
    seen.add(at.id);
    const next = findings.find((f) => f.severity === start.severity && !seen.has(f.id) && f.causes.includes(at.id));
    if (next === undefined) return at;
    at = next;
  }
}

/** Ids from the most upstream finding down to `finding`, by the cause that began first at each step. */
function chainTo(finding: ReportFinding, findings: readonly ReportFinding[]): string[] {
  const chain = [finding.id];
  let at = finding;
  for (;;) {
    const next = causesOf(at, findings).find((f) => !chain.includes(f.id));
    if (next === undefined) return chain.reverse();
    chain.push(next.id);
    at = next;
  }
}

/** Findings upstream of `finding` that nothing is upstream of, by when they began; itself when nothing is. */
function rootsOf(finding: ReportFinding, findings: readonly ReportFinding[]): string[] {
  const seen = new Set([finding.id]);
  const roots: ReportFinding[] = [];
  const todo = [finding];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    const causes = causesOf(at, findings);
    if (causes.length === 0) roots.push(at);
    for (const cause of causes) {
      if (seen.has(cause.id)) continue;
      seen.add(cause.id);
      todo.push(cause);
    }
  }
  return roots.sort(byStart).map((f) => f.id);
}

function causesOf(finding: ReportFinding, findings: readonly ReportFinding[]): ReportFinding[] {
  return findings.filter((f) => finding.causes.includes(f.id)).sort(byStart);
}

function byStart(a: ReportFinding, b: ReportFinding): number {
  return instant(a.start) - instant(b.start) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function narrate(findings: readonly ReportFinding[]): Incident['narrative'] {
  return findings
    .map((f, order) => ({ time: f.start, text: f.nodes.length === 0 ? f.title : `${f.title}: ${f.nodes.join(', ')}`, finding: f.id, order }))
    .sort((a, b) => instant(a.time) - instant(b.time) || a.order - b.order)
    .map(({ time, text, finding }) => ({ time, text, finding }));
}

/** Unknown times last; a finite number, so that two of them compare equal. */
function instant(time: string | null): number {
  return (time === null ? null : parseRfc3339(time)) ?? Number.MAX_SAFE_INTEGER;
}
