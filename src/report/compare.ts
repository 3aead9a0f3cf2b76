import type { CaseReader } from '../model/ports.ts';
import { printable } from '../model/text.ts';
import { clockTime, DASH, displayWidth, durationOf, fit, padTo, signedMillis } from './format.ts';
import { buildReport } from './model.ts';
import { sayIn, type StringKey } from './strings.ts';
import type { Lang } from '../model/lang.ts';
import { unavailableText } from './phrases.ts';
import type { Report, ReportFinding } from './types.ts';

export interface CompareOptions {
  readonly lang?: Lang;
  readonly width?: number;
}

/** Two cases side by side, as text: findings in one or both (by rule and nodes), members, leadership and unavailability, clocks. */
export function compareCases(a: CaseReader, b: CaseReader, options: CompareOptions = {}): string {
  const lang = options.lang ?? 'en';
  const say = sayIn(lang);
  const width = Math.max(60, options.width ?? 100);
  const sides = [buildReport(a, { version: '', lang }), buildReport(b, { version: '', lang })] as const;
  const out: string[] = [say('comparison')];
  const line = (text: string): void => void out.push(fit(printable(text), width).trimEnd());
  const heading = (key: StringKey, values?: Readonly<Record<string, string>>): void => void out.push('', say(key, values).toUpperCase());
  sides.forEach((side, i) =>
    line(
      `  ${i === 0 ? 'A' : 'B'}  ${side.bundles.map((x) => x.path).join(', ')}  ${clockTime(side.incident.from, null)} … ${clockTime(side.incident.to, null)}`,
    ),
  );

  const { onlyA, onlyB, both } = matchFindings(...sides);
  heading('onlyIn', { x: 'A' });
  listFindings(onlyA, line, say('none'));
  heading('onlyIn', { x: 'B' });
  listFindings(onlyB, line, say('none'));
  heading('inBoth');
  if (both.length === 0) line(`  ${say('none')}`);
  for (const [x, y] of both) {
    line(`  ${x.severity}  ${x.rule}  ${x.nodes.join(', ')}`);
    line(`      A  ${clockTime(x.start, null)}  ${durationOf(x.start, x.end) ?? DASH}  ${x.title}`);
    line(`      B  ${clockTime(y.start, null)}  ${durationOf(y.start, y.end) ?? DASH}  ${y.title}`);
  }

  const sideBySide = (rows: readonly (readonly [string, string, string])[]): void => {
    const label = Math.max(0, ...rows.map(([l]) => displayWidth(l)));
    const half = Math.floor((width - label - 6) / 2);
    for (const [l, x, y] of rows) out.push(`  ${padTo(printable(l), label)}  ${padTo(fit(printable(x), half), half)}  ${fit(printable(y), half)}`.trimEnd());
  };
  heading('members');
  sideBySide([['', 'A', 'B'], ...joined(sides, (r) => r.members.map((m) => [m.name, `${m.id ?? DASH}  ${m.version ?? DASH}  ${m.node ?? DASH}`]))]);
  heading('leadership');
  sideBySide([['', 'A', 'B'], [say('unavailable'), unavailableText(sides[0], say), unavailableText(sides[1], say)], ...leadershipRows(sides, say('term'))]);
  heading('clocks');
  sideBySide([['', 'A', 'B'], ...joined(sides, (r) => r.clock.map((c) => [c.node, signedMillis(c.offsetMs)]))]);
  return `${out.join('\n')}\n`;
}

function matchFindings(a: Report, b: Report): { onlyA: ReportFinding[]; onlyB: ReportFinding[]; both: [ReportFinding, ReportFinding][] } {
  const rest = [...b.findings];
  const both: [ReportFinding, ReportFinding][] = [];
  const onlyA: ReportFinding[] = [];
  const take = (same: (y: ReportFinding) => boolean): ReportFinding | undefined => {
    const at = rest.findIndex(same);
    return at < 0 ? undefined : rest.splice(at, 1)[0];
  };
  for (const x of a.findings) {
    const y = take((f) => f.rule === x.rule && f.nodes.join('\n') === x.nodes.join('\n')) ?? take((f) => f.rule === x.rule);
    if (y === undefined) onlyA.push(x);
    else both.push([x, y]);
  }
  return { onlyA, onlyB: rest, both };
}

function listFindings(findings: readonly ReportFinding[], line: (text: string) => void, none: string): void {
  if (findings.length === 0) line(`  ${none}`);
  for (const f of findings) {
    line(`  ${f.severity}  ${f.id}  ${f.title}`);
    line(`      ${clockTime(f.start, null)}  ${durationOf(f.start, f.end) ?? DASH}  ${f.nodes.join(', ')}`);
  }
}

/** Rows of both reports joined by their key, in A's order, then what only B has. */
function joined(sides: readonly [Report, Report], rowsOf: (report: Report) => readonly (readonly [string, string])[]): [string, string, string][] {
  const [a, b] = [new Map(rowsOf(sides[0])), new Map(rowsOf(sides[1]))];
  return [...new Set([...a.keys(), ...b.keys()])].map((key) => [key, a.get(key) ?? DASH, b.get(key) ?? DASH]);
}

/** By order, not by term number: terms of two clusters have nothing to do with each other. */
function leadershipRows(sides: readonly [Report, Report], term: string): [string, string, string][] {
  const [a, b] = [sides[0].leadership, sides[1].leadership];
  const show = (l: Report['leadership'][number] | undefined): string =>
    l === undefined ? DASH : `${term} ${l.term}  ${l.leader}  ${clockTime(l.from, null)}  ${durationOf(l.from, l.to) ?? DASH}`;
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i): [string, string, string] => [`${i + 1}`, show(a[i]), show(b[i])]);
}
