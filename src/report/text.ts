import { unwrapped } from './unwrapped.ts';
import { formatBytes, printable } from '../model/text.ts';
import type { Severity } from '../model/finding.ts';
import { clockTime, DASH, displayWidth, durationOf, fit, padTo, signedMillis, wrap } from './format.ts';
import { endText, lagText, namedTitle, placeOf, remarkText, RISK, alsoUpstream, rootCauseOf, unavailableText } from './phrases.ts';
import { paragraphOf } from './paragraph.ts';
import type { Lang } from '../model/lang.ts';
import { type Say, sayIn, type StringKey } from './strings.ts';
import type { Report, ReportEvidence, ReportFinding } from './types.ts';

export interface TextOptions {
  /** terminal columns; 100 where nothing else is said */
  readonly width?: number;
  /** ANSI colours; off unless asked for */
  readonly color?: boolean;
  readonly lang?: Lang;
}

type Tone = Severity | 'clean' | 'dim' | 'bold';
const SGR = { critical: '1;31', warning: '1;33', info: '1;36', clean: '1;32', dim: '2', bold: '1' } as const satisfies Record<Tone, string>;
/** Evidence lines may be long; their place leads to the rest. */
const EVIDENCE_LINES = 3;
const LABEL = 18;
/** Findings told in order at the top; all of them follow below. */
const MAX_TOLD = 20;

interface Page {
  readonly lines: string[];
  readonly width: number;
  readonly say: Say;
  readonly paint: (tone: Tone, text: string) => string;
  readonly base: string | null;
}

/** The report for terminals and pipes: headline, findings worst first, tables, what could not be told. Bundle text is made printable. */
export function renderText(report: Report, options: TextOptions = {}): string {
  const page: Page = {
    lines: [],
    width: Math.max(40, options.width ?? 100),
    say: sayIn(options.lang ?? 'en'),
    paint: options.color === true ? (tone, text) => `\u001b[${SGR[tone]}m${text}\u001b[0m` : (_tone, text) => text,
    base: report.incident.since ?? report.incident.from,
  };
  headline(page, report);
  page.lines.push('');
  block(page, 2, paragraphOf(report, options.lang ?? 'en'));
  story(page, report);
  for (const finding of report.findings) writeFinding(page, finding, report);
  leadership(page, report);
  clocks(page, report);
  coverage(page, report);
  couldNotTell(page, report);
  return `${page.lines.join('\n')}\n`;
}

function headline(page: Page, report: Report): void {
  const { say, paint, lines } = page;
  const { incident } = report;
  const collected = incident.collectedAt === null ? '' : ` · ${say('collected')} ${clockTime(incident.collectedAt, null)} UTC`;
  lines.push(
    ...wrap(printable(`inquest ${report.generator.version} · ${report.bundles.map((b) => b.path).join(', ')}${collected}`), page.width).map((l) =>
      paint('dim', l),
    ),
    '',
  );
  const verdict = say(incident.verdict).toUpperCase();
  const title = incident.title ?? say('cleanTitle');
  hang(page, `${paint(incident.verdict, verdict)}  `, displayWidth(verdict) + 2, title, 'bold');
  const worst = report.findings.find((f) => f.id === incident.finding);
  if (worst !== undefined) {
    field(page, 'since', `${clockTime(worst.start, null)}${worst.start === null ? '' : ' UTC'}${spanText(page, worst)}`);
    field(page, 'on', worst.nodes.length === 0 ? DASH : worst.nodes.join(', '));
  }
  const down = unavailableText(report, say);
  if (worst !== undefined || report.unavailability.stretches.length > 0) field(page, 'unavailable', down);
  const root = rootCauseOf(report);
  if (root !== null) field(page, 'rootCause', `${namedTitle(root)}  (${incident.chain.join(' → ')})`);
  const also = alsoUpstream(report);
  if (also.length > 0) field(page, 'alsoUpstream', also.map(namedTitle).join('; '));
  const count = (s: Severity): string => `${report.findings.filter((f) => f.severity === s).length} ${say(s)}`;
  field(page, 'findings', `${count('critical')} · ${count('warning')} · ${count('info')}`);
}

/** The findings above info in the order they began; one alone is told by the headline. */
function story(page: Page, report: Report): void {
  const { narrative } = report.incident;
  if (narrative.length < 2) return;
  const { say, base } = page;
  section(page, 'narrative');
  for (const one of narrative.slice(0, MAX_TOLD)) {
    const time = padTo(clockTime(one.time, base), 'HH:MM:SS.mmm'.length);
    const indent = time.length + 4;
    hang(page, `  ${page.paint('dim', time)}  `, indent, `${one.text}  (${one.finding})`, 'bold');
    block(page, indent, report.findings.find((f) => f.id === one.finding)?.summary ?? '');
  }
  if (narrative.length > MAX_TOLD) block(page, 2, say('moreBelow', { n: narrative.length - MAX_TOLD }), 'dim');
}

function writeFinding(page: Page, finding: ReportFinding, report: Report): void {
  const { say, paint, lines, base } = page;
  const tag = say(finding.severity).toUpperCase();
  lines.push('');
  hang(page, `${paint(finding.severity, tag)}  `, displayWidth(tag) + 2, finding.title, 'bold');
  const when = finding.start === null ? DASH : `${clockTime(finding.start, null)} UTC${spanText(page, finding)}`;
  const on = finding.nodes.length === 0 ? '' : ` · ${finding.nodes.join(', ')}`;
  block(page, 2, `${finding.id} · ${when}${on}`, 'dim');
  block(page, 2, finding.summary);
  for (const cause of finding.causesDetail) {
    const known = report.findings.find((f) => f.id === cause.finding);
    const lag = lagText(cause.lagMs, say);
    block(
      page,
      2,
      `${say('causedBy')} ${cause.finding}${known === undefined ? '' : `: ${known.title}`}${lag === null ? '' : ` (${lag})`}${cause.why === '' ? '' : ` ${DASH} ${cause.why}`}`,
    );
  }
  evidence(page, 'evidence', finding.evidence, base);
  evidence(page, 'counterEvidence', finding.counterEvidence, base);
  if (finding.remediation.length === 0) return;
  lines.push(`  ${paint('bold', say('nextSteps'))}`);
  finding.remediation.forEach((item, i) => {
    const note = item.riskNote === null ? '' : ` ${DASH} ${item.riskNote}`;
    hang(page, `    ${i + 1}. `, 7, `${item.step}  [${say('risk')}: ${say(RISK[item.risk])}${note}]`);
    if (item.command !== null) lines.push(...item.command.split('\n').map((line) => `       $ ${printable(line)}`));
  });
}

function evidence(page: Page, heading: StringKey, items: readonly ReportEvidence[], base: string | null): void {
  if (items.length === 0) return;
  page.lines.push(`  ${page.paint('bold', page.say(heading))}`);
  for (const item of items) {
    const written = item.writtenTime === undefined ? '' : ` (${page.say('written')} ${clockTime(item.writtenTime, base)})`;
    block(page, 4, `${placeOf(item)}${item.time === null ? '' : `  ${clockTime(item.time, base)}${written}`}  ${item.why}`);
    const shown = item.text === '' ? page.say('textNotKept') : unwrapped(item.text);
    for (const line of wrap(printable(shown), page.width - 8, EVIDENCE_LINES)) page.lines.push(page.paint('dim', `      │ ${line}`));
  }
}

function leadership(page: Page, report: Report): void {
  const { say, base } = page;
  section(page, 'leadership');
  if (report.leadership.length === 0) return void page.lines.push(`  ${say('noLeaderships')}`);
  const rows = report.leadership.map((l) => [
    String(l.term),
    l.leader,
    clockTime(l.from, base),
    clockTime(l.to, base),
    durationOf(l.from, l.to) ?? DASH,
    endText(l.endReason, say),
  ]);
  columns(page, [say('term'), say('leader'), say('from'), say('to'), say('duration'), say('endReason')], rows);
}

function clocks(page: Page, report: Report): void {
  const { say } = page;
  section(page, 'clocks');
  if (report.clock.length === 0) return void page.lines.push(`  ${say('noClocks')}`);
  const rows = report.clock.map((c) => [
    c.reference ? `${c.node} (${say('reference')})` : c.node,
    c.offsetMs === null ? say('unknown') : signedMillis(c.offsetMs),
    c.lowMs === null && c.highMs === null ? DASH : `${signedMillis(c.lowMs)} … ${signedMillis(c.highMs)}`,
    c.basis.length === 0 ? DASH : c.basis.join(', '),
  ]);
  columns(page, [say('node'), say('offset'), say('bounds'), say('basis')], rows);
}

function coverage(page: Page, report: Report): void {
  const { say } = page;
  const c = report.coverage;
  section(page, 'coverage');
  block(
    page,
    2,
    `${say('entries')}: ${c.entries} (${formatBytes(c.bytes)}) · ${say('lines')}: ${c.lines} = ${c.events} ${lower(say('events'))} + ${c.continuations} ${lower(say('continuations'))} + ${c.unparsed} ${lower(say('unparsed'))}`,
  );
  for (const key of ['damaged', 'skipped'] as const) {
    if (c[key].length === 0) continue;
    block(page, 2, `${say(key)}: ${c[key].length}`, 'bold');
    for (const { path, reason } of c[key]) block(page, 4, `${path}  ${reason}`);
  }
  if (c.remarks.length === 0) return;
  block(page, 2, `${say('remarks')}: ${c.remarks.length}`, 'bold');
  for (const row of c.remarks) block(page, 4, `${row.path}  ${remarkText(row)}`);
}

const lower = (text: string): string => text.toLowerCase();

function couldNotTell(page: Page, report: Report): void {
  if (report.undecided.length === 0) return;
  section(page, 'couldNotTell');
  for (const row of report.undecided) block(page, 2, `${row.about}: ${row.because}${row.nodes.length === 0 ? '' : ` (${row.nodes.join(', ')})`}`);
}

function section(page: Page, key: StringKey): void {
  page.lines.push('', page.paint('bold', page.say(key).toUpperCase()));
}

function field(page: Page, key: StringKey, text: string): void {
  const label = padTo(page.say(key), LABEL);
  hang(page, `  ${page.paint('dim', label)}`, LABEL + 2, text);
}

/** A label and text beside it; further lines of the text are indented to where it began. */
function hang(page: Page, label: string, indent: number, text: string, tone?: Tone): void {
  wrap(printable(text), page.width - indent).forEach((line, i) => {
    page.lines.push(`${i === 0 ? label : ' '.repeat(indent)}${tone === undefined ? line : page.paint(tone, line)}`.trimEnd());
  });
}

function block(page: Page, indent: number, text: string, tone?: Tone): void {
  for (const line of wrap(printable(text), page.width - indent))
    page.lines.push(`${' '.repeat(indent)}${tone === undefined ? line : page.paint(tone, line)}`.trimEnd());
}

function columns(page: Page, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const cells = [head, ...rows].map((row) => row.map(printable));
  const widths = head.map((_, i) => Math.max(...cells.map((row) => displayWidth(row[i] ?? ''))));
  cells.forEach((row, at) => {
    const line = fit(`  ${row.map((cell, i) => padTo(cell, widths[i] ?? 0)).join('  ')}`.trimEnd(), page.width);
    page.lines.push(at === 0 ? page.paint('dim', line) : line);
  });
}

function spanText(page: Page, finding: ReportFinding): string {
  if (finding.start === null) return '';
  const took = durationOf(finding.start, finding.end);
  if (took !== null) return ` – ${clockTime(finding.end, finding.start)} (${took})`;
  return finding.end === null ? ` – ${page.say('ongoing')}` : '';
}
