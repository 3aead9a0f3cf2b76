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
    return { verdict: 'clean', finding: null, title: null, since: null, until: null, nodes: [], chain: [], ...frame, narrative: [] };
  }
  const worst = followDown(first, bad);
  return {
    verdict: first.severity,
    finding: worst.id,
    title: worst.title,
    since: worst.start,
    until: worst.end,
    nodes: worst.nodes,
    chain: chainTo(worst, findings),
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

/** Ids from the most upstream finding down to `finding`, following the first known cause of each. */
export function chainTo(finding: ReportFinding, findings: readonly ReportFinding[]): string[] {
  const byId = new Map(findings.map((f) => [f.id, f]));
  const chain = [finding.id];
  let at = finding;
  for (;;) {
    const upstream = at.causes.find((id) => byId.has(id) && !chain.includes(id));
    const next = upstream === undefined ? undefined : byId.get(upstream);
    if (next === undefined) return chain.reverse();
    chain.push(next.id);
    at = next;
  }
}

function narrate(findings: readonly ReportFinding[]): Incident['narrative'] {
  return findings
    .map((f, order) => ({ time: f.start, text: f.title, finding: f.id, order }))
    .sort((a, b) => instant(a.time) - instant(b.time) || a.order - b.order)
    .map(({ time, text, finding }) => ({ time, text, finding }));
}

/** Unknown times last; a finite number, so that two of them compare equal. */
function instant(time: string | null): number {
  return (time === null ? null : parseRfc3339(time)) ?? Number.MAX_SAFE_INTEGER;
}
