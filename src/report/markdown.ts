import { unwrapped } from './unwrapped.ts';
import { printable } from '../model/text.ts';
import { clockTime, DASH, durationOf, formatDuration, signedMillis } from './format.ts';
import { momentsOf } from './moments.ts';
import { paragraphOf } from './paragraph.ts';
import type { Lang } from '../model/lang.ts';
import { type Say, sayIn } from './strings.ts';
import {
  endText,
  lagText,
  namedTitle,
  inMinutes,
  placeOf,
  remarkText,
  RISK,
  alsoUpstream,
  rootCauseOf,
  severalClusters,
  noteText,
  unavailableText,
} from './phrases.ts';
import type { Report, ReportEvidence, ReportFinding } from './types.ts';

/** Evidence texts in the appendix; the place leads to the whole line. */
const APPENDIX_TEXT = 1000;
const MAX_LISTED = 40;
/** Places named with a finding; the appendix has every one with its line. */
const PLACES = 3;

/** Makes bundle text inert in Markdown: no markup, no HTML, no table cell or line break. */
export function escapeMarkdown(text: string): string {
  return printable(text)
    .replace(/[\\`*_{}[\]#|~$]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}

/** A code span that holds any text, backticks included. */
export function codeSpan(text: string): string {
  const body = printable(text);
  const fence = '`'.repeat(longestRun(body) + 1);
  const pad = body.startsWith('`') || body.endsWith('`') || body === '' ? ' ' : '';
  return `${fence}${pad}${body}${pad}${fence}`;
}

/** A code span in a table cell, where a bar would end the cell. */
function codeCell(text: string): string {
  return codeSpan(text).replaceAll('|', '\\|');
}

function codeBlock(text: string, kind = ''): string[] {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return [`${fence}${kind}`, text, fence];
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map((m) => m[0].length));
}

/** A postmortem draft: what the evidence proves is filled in, what only people know is left as a prompt. */
export function renderMarkdown(report: Report, options: { readonly lang?: Lang } = {}): string {
  const say = sayIn(options.lang ?? 'en');
  const e = escapeMarkdown;
  const { incident } = report;
  const title = incident.title === null ? say('cleanTitle') : incident.title;
  const out = [
    `# ${say('postmortem')}: ${e(title)}`,
    '',
    `_inquest ${e(report.generator.version)} · ${report.bundles.map((b) => codeSpan(b.path)).join(', ')}_`,
    '',
  ];
  out.push(`## ${say('summary')}`, '', e(paragraphOf(report, options.lang ?? 'en')), '', ...summary(report, say), '');
  out.push(`## ${say('impact')}`, '', ...impact(report, say), '');
  out.push(`## ${say('timeline')}`, '', say('correctedNote'), '', ...timelineTable(report, say), '');
  out.push(`## ${say('rootCauseChain')}`, '', ...chain(report, say), '');
  out.push(`## ${say('findings')}`, '', ...report.findings.flatMap((f) => findingSection(f, say)));
  if (report.notes.length > 0) out.push(`## ${say('notes')}`, '', ...notes(report, say), '');
  out.push(`## ${say('leadership')}`, '', ...leadership(report, say), '');
  out.push(`## ${say('clocks')}`, '', ...clocks(report, say), '');
  for (const key of ['wentWell', 'wentBadly'] as const) out.push(`## ${say(key)}`, '', `- _(${say('fillIn')})_`, '');
  out.push(`## ${say('actionItems')}`, '', ...actionItems(report, say), '');
  out.push(`## ${say('openQuestions')}`, '', ...questions(report, say), '');
  out.push(`## ${say('coverage')}`, '', ...coverage(report, say), '');
  out.push(`## ${say('appendix')}`, '', ...report.findings.flatMap((f) => appendix(f, say)));
  return `${out.join('\n').trimEnd()}\n`;
}

function summary(report: Report, say: Say): string[] {
  const { incident } = report;
  const worst = report.findings.find((f) => f.id === incident.finding);
  if (worst === undefined) return [];
  const rows = [
    escapeMarkdown(worst.summary),
    '',
    `- **${say('severity')}:** ${say(worst.severity)}`,
    `- **${say('since')}:** ${clockTime(worst.start, null)} UTC`,
    `- **${say('until')}:** ${worst.end === null ? say('ongoing') : `${clockTime(worst.end, null)} UTC`}`,
    `- **${say('on')}:** ${worst.nodes.length === 0 ? DASH : worst.nodes.map(escapeMarkdown).join(', ')}`,
  ];
  const root = rootCauseOf(report);
  const named = (one: ReportFinding): string => `${escapeMarkdown(namedTitle(one))} (${codeSpan(one.id)})`;
  if (root !== null) rows.push(`- **${say('rootCause')}:** ${named(root)}. ${escapeMarkdown(root.summary)}`);
  const also = alsoUpstream(report);
  if (also.length > 0) rows.push(`- **${say('alsoUpstream')}:** ${also.map(named).join('; ')}`);
  return rows;
}

function impact(report: Report, say: Say): string[] {
  const { stretches, totalMs } = report.unavailability;
  const minutes = stretches.length === 0 ? '' : `, ${inMinutes(totalMs, say)}`;
  const rows = [`- **${say('unavailable')}:** ${unavailableText(report, say)}${minutes}`];
  for (const s of stretches) {
    const end = s.to === null ? say('ongoing') : `${clockTime(s.to, s.from)} UTC`;
    rows.push(`  - ${clockTime(s.from, null)} → ${end}: ${formatDuration(s.ms * 1000)}${s.planned ? ` (${say('planned')})` : ''}. ${escapeMarkdown(s.why)}`);
  }
  rows.push(`- _(${say('fillIn')})_`);
  return rows;
}

function timelineTable(report: Report, say: Say): string[] {
  const moments = momentsOf(report, say);
  if (moments.length === 0) return [say('noEvents')];
  return table(
    [`${say('time')} (UTC)`, say('node'), say('event'), say('place')],
    moments.map((m) => [
      `${clockTime(m.time, null)}${m.written === undefined ? '' : ` (${say('written')} ${clockTime(m.written, m.time)})`}`,
      escapeMarkdown(m.node),
      escapeMarkdown(m.what),
      m.place === '' ? '' : codeCell(m.place),
    ]),
  );
}

function chain(report: Report, say: Say): string[] {
  const ids = report.incident.chain;
  if (ids.length === 0) return [say('none')];
  return ids.map((id, i) => {
    const finding = report.findings.find((f) => f.id === id);
    const link = finding?.causesDetail.find((c) => c.finding === ids[i - 1]);
    const lag = lagText(link?.lagMs ?? null, say);
    const why = link === undefined ? '' : ` ${DASH} ${escapeMarkdown(link.why)}${lag === null ? '' : ` (${lag})`}`;
    return `${i + 1}. **${escapeMarkdown(finding === undefined ? id : namedTitle(finding))}** (${codeSpan(id)}, ${clockTime(finding?.start ?? null, null)})${why}`;
  });
}

function findingSection(f: ReportFinding, say: Say): string[] {
  const span = durationOf(f.start, f.end);
  const rows = [`### ${say(f.severity)}: ${escapeMarkdown(f.title)}`, '', escapeMarkdown(f.summary), ''];
  rows.push(
    `- ${codeSpan(f.id)} · ${clockTime(f.start, null)} → ${f.end === null ? DASH : clockTime(f.end, f.start)}${span === null ? '' : ` (${span})`} · ${f.nodes.map(escapeMarkdown).join(', ') || DASH}`,
  );
  const places = f.evidence.slice(0, PLACES).map((item) => codeSpan(placeOf(item)));
  if (f.evidence.length > PLACES) places.push(say('moreInAppendix', { n: f.evidence.length - PLACES }));
  rows.push(`- ${say('evidence')}: ${places.join(', ')}`);
  for (const item of f.counterEvidence) rows.push(`- ${say('counterEvidence')}: ${escapeMarkdown(item.why)} (${codeSpan(placeOf(item))})`);
  return [...rows, ''];
}

function notes(report: Report, say: Say): string[] {
  return report.notes.flatMap((note) => {
    const place = note.path === null ? '' : ` ${DASH} ${codeSpan(placeOf({ path: note.path, line: note.line, offset: note.offset ?? 0 }))}`;
    const row = `- **${clockTime(note.time, null)}** ${escapeMarkdown(noteText(note, say))}${place}`;
    return note.quote === '' ? [row] : [row, '', ...codeBlock(printable(note.quote), 'text').map((line) => `  ${line}`)];
  });
}

function leadership(report: Report, say: Say): string[] {
  if (report.leadership.length === 0) return [say('noLeaderships')];
  const several = severalClusters(report);
  return table(
    [...(several ? [say('cluster')] : []), say('term'), say('leader'), say('from'), say('to'), say('duration'), say('endReason')],
    report.leadership.map((l) => [
      ...(several ? [l.clusterId ?? DASH] : []),
      String(l.term),
      escapeMarkdown(l.leader),
      clockTime(l.from, null),
      clockTime(l.to, null),
      durationOf(l.from, l.to) ?? DASH,
      endText(l.endReason, say),
    ]),
  );
}

function clocks(report: Report, say: Say): string[] {
  if (report.clock.length === 0) return [say('noClocks')];
  return table(
    [say('node'), say('offset'), say('bounds'), say('basis')],
    report.clock.map((c) => [
      escapeMarkdown(c.node) + (c.reference ? ` (${say('reference')})` : ''),
      signedMillis(c.offsetMs),
      `${signedMillis(c.lowMs)} … ${signedMillis(c.highMs)}`,
      c.basis.join(', '),
    ]),
  );
}

/** A step that several findings advise stands once, with all their ids. */
function actionItems(report: Report, say: Say): string[] {
  const steps = new Map<string, { readonly item: ReportFinding['remediation'][number]; readonly ids: string[] }>();
  for (const f of report.findings) {
    if (f.severity === 'info') continue;
    for (const item of f.remediation) {
      const key = JSON.stringify(item);
      const known = steps.get(key);
      if (known === undefined) steps.set(key, { item, ids: [f.id] });
      else known.ids.push(f.id);
    }
  }
  const rows = [...steps.values()].map(({ item, ids }) => [
    escapeMarkdown(item.step),
    item.command === null ? '' : item.command.split('\n').map(codeCell).join('<br>'),
    `${say(RISK[item.risk])}${item.riskNote === null ? '' : ` ${DASH} ${escapeMarkdown(item.riskNote)}`}`,
    ids.map(codeCell).join(', '),
    '',
  ]);
  if (rows.length === 0) return [`- _(${say('fillIn')})_`];
  return table([say('step'), say('command'), say('risk'), say('finding'), say('owner')], rows);
}

/** What the evidence could not tell, what people asked in their notes, and what was damaged and may hide an answer. */
function questions(report: Report, say: Say): string[] {
  const rows = [
    ...report.undecided.map(
      (u) => `- **${escapeMarkdown(u.about)}**${u.nodes.length === 0 ? '' : ` (${u.nodes.map(escapeMarkdown).join(', ')})`}: ${escapeMarkdown(u.because)}`,
    ),
    ...report.notes.filter((n) => n.tag === 'question').map((n) => `- ${escapeMarkdown(noteText(n, say))}`),
    ...report.coverage.damaged.map((d) => `- ${say('damaged')}: ${codeSpan(d.path)} ${DASH} ${escapeMarkdown(d.reason)}`),
  ];
  return rows.length === 0 ? [`- ${say('none')}`] : rows;
}

/** Where every line went, and what was not read. */
function coverage(report: Report, say: Say): string[] {
  const { entries, lines, events, continuations, unparsed, damaged, skipped, remarks } = report.coverage;
  return [
    `- ${say('entries')}: ${entries}`,
    `- ${say('lines')}: ${lines} = ${events} ${say('events').toLowerCase()} + ${continuations} ${say('continuations').toLowerCase()} + ${unparsed} ${say('unparsed').toLowerCase()}`,
    `- ${say('damaged')}: ${damaged.length}`,
    ...listed(skipped, say, (s) => `- ${say('skipped')}: ${codeSpan(s.path)} ${DASH} ${escapeMarkdown(s.reason)}`),
    ...listed(remarks, say, (r) => `- ${say('remarks')}: ${codeSpan(r.path)} ${DASH} ${escapeMarkdown(remarkText(r))}`),
  ];
}

/** The first of a list that may be long; the other forms of the report hold all of it. */
function listed<T>(rows: readonly T[], say: Say, line: (row: T) => string): string[] {
  const more = rows.length - MAX_LISTED;
  return [...rows.slice(0, MAX_LISTED).map(line), ...(more > 0 ? [`- ${say('showLines', { n: more })}`] : [])];
}

function appendix(f: ReportFinding, say: Say): string[] {
  const show = (item: ReportEvidence): string[] => {
    const text = item.text === '' ? say('textNotKept') : printable(unwrapped(item.text));
    const shown = text.length > APPENDIX_TEXT ? `${text.slice(0, APPENDIX_TEXT)}…` : text;
    return [`${codeSpan(placeOf(item))} ${DASH} ${escapeMarkdown(item.why)}`, '', ...codeBlock(shown, 'text'), ''];
  };
  return [`### ${codeSpan(f.id)}`, '', ...f.evidence.flatMap(show), ...f.counterEvidence.flatMap(show)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
