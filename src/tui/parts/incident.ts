import type { Finding } from '../../model/finding.ts';
import { formatDuration, SECOND } from '../../model/time.ts';
import type { CaseData } from '../case-data.ts';
import { counted, wrapCells } from '../cells.ts';
import { clickable, cutLine, span, spread } from '../line.ts';
import type { Line, Span } from '../line.ts';
import type { Story } from '../../timeline/story.ts';
import { formatClock, formatDateTime, formatSpan, sameDay } from '../when.ts';

const OPENS = { kind: 'key', key: 'r' } as const;

/** `all 5 nodes`, `cp1 cp2`, `4 nodes`. */
export function whereText(finding: Finding, data: CaseData): string {
  const { nodes } = finding;
  if (nodes.length > 1 && nodes.length === data.history.nodes.length) return `all ${nodes.length} nodes`;
  return nodes.length > 3 ? `${nodes.length} nodes` : nodes.join(' ');
}

function withoutLeader(data: CaseData, narrow: boolean): Span {
  const { leaderless } = data;
  if (leaderless.count === 0) return span(data.history.leadership.length === 0 ? 'who led is not known' : 'never without a leader', 'dim');
  const total = formatDuration(leaderless.total);
  // an election of milliseconds is no outage
  const tone = leaderless.total < SECOND ? 'dim' : 'critical';
  if (narrow) return span(`${total} leaderless`, tone);
  return span(
    `no leader for ${total}${leaderless.count > 1 ? ` in ${leaderless.count} stretches` : ''}${leaderless.ongoing ? ', still so at the end' : ''}`,
    tone,
  );
}

function whenLine({ broke }: Story, data: CaseData, width: number): Line {
  const narrow = width < 64;
  if (narrow)
    return [
      span(' When ', 'heading'),
      span(broke.start === null ? 'time unknown' : formatDateTime(broke.start).slice(5)),
      span(' · ', 'faint'),
      withoutLeader(data, true),
    ];
  const lasted = broke.start === null || broke.end === null || broke.end === broke.start ? '' : ` (${formatDuration(broke.end - broke.start)})`;
  const zone = broke.start === null && broke.end === null ? '' : ' UTC';
  return [
    span(' When        ', 'heading'),
    span(`${formatSpan(broke.start, broke.end)}${zone}${lasted}`),
    span(' · ', 'faint'),
    withoutLeader(data, width < 100),
  ];
}

function rootLine(story: Story, data: CaseData, width: number): Line {
  const narrow = width < 64;
  const label = span(narrow ? ' Root ' : ' ROOT CAUSE  ', 'heading');
  const { root, also, alike, broke } = story;
  if (root === null) return [label, span(narrow ? 'nothing upstream was found' : 'nothing upstream of it was found; it stands for itself', 'dim')];
  const others = alike.filter((one) => one !== root && one.start !== null).flatMap((one) => one.nodes);
  const then = [...new Set(others)].filter((node) => !root.nodes.includes(node));
  // those of the root's own rule are told by their nodes
  const otherTitles = [...new Set(also.filter((one) => one.rule !== root.rule).map((one) => one.title))];
  const base = broke.start !== null && root.start !== null && sameDay(broke.start, root.start);
  const since = root.start === null ? '' : `since ${base ? formatClock(root.start) : formatDateTime(root.start)}`;
  const left: Line = [
    label,
    span(root.title, 'critical'),
    span(root.nodes.length === 0 ? '' : ` · ${whereText(root, data)}${then.length === 0 ? '' : narrow ? ' …' : `, then ${then.join(', ')}`}`, 'accent'),
    span(narrow || since === '' ? '' : ` · ${since}`, 'dim'),
    span(narrow || otherTitles.length === 0 ? '' : ` · also upstream: ${otherTitles.join(', ')}`, 'dim'),
  ];
  return width < 100 ? cutLine(left, width) : spread(left, [clickable(span(' r', 'key'), OPENS), clickable(span(' opens it ', 'faint'), OPENS)], width);
}

/** How the root became what people noticed, as titles. */
function chainLine({ chain }: Story, data: CaseData, width: number): Line {
  return cutLine(
    [
      span(' Chain       ', 'heading'),
      ...chain.flatMap((one, i): readonly Span[] => [
        span(i === 0 ? '' : ' → ', 'accent'),
        span(one.title),
        span(one.nodes.length === 0 ? '' : ` (${whereText(one, data)})`, 'dim'),
      ]),
    ],
    width,
  );
}

/** A finding's own sentence below its line, as far as rows are left. */
function summaryLines({ summary }: Finding, width: number, rows: number): readonly Line[] {
  const indent = ' '.repeat(width < 64 ? 1 : 13);
  return rows <= 0 ? [] : wrapCells(summary, width - indent.length - 1, Math.min(2, rows)).map((one) => [span(indent), span(one, 'dim')]);
}

/** The incident: what broke, when and how long without a leader, the root cause; with room, how one led to the other and what each finding says. */
export function incidentLines(data: CaseData, width: number, most: number): readonly Line[] {
  const { story } = data;
  if (story === null && data.eventCount === 0 && data.findings.length === 0) {
    return [
      [span(' '), span('Nothing to judge by', 'warning'), span(': not one event could be read', 'dim')],
      [span(' '), span('See view 7 for what was in the bundle and why it was not read.', 'dim')],
    ];
  }
  if (story === null) {
    const doubt = data.undecided.length + data.history.undecided.length;
    const caution = doubt === 0 ? '' : ` · ${counted(doubt, 'question')} the evidence could not answer (view 7)`;
    const seen: readonly Line[] = data.timed && most > 1 ? [[span(` The evidence runs from ${formatSpan(data.from, data.to)} UTC.`, 'dim')]] : [];
    return [[span(' '), span('No incident found', 'good'), span(`: nothing critical, nothing to warn of${caution}`, 'dim')], ...seen];
  }
  const narrow = width < 64;
  const { broke, root, chain } = story;
  const where = whereText(broke, data);
  const what: Line = [span(narrow ? ' What ' : ' What broke  ', 'heading'), span(broke.title, 'strong'), span(where === '' ? '' : ` · ${where}`, 'accent')];
  const led = most > 3 && chain.length > 1 ? [chainLine(story, data, width)] : [];
  const told = summaryLines(broke, width, most - 3 - led.length);
  const why = root === null ? [] : summaryLines(root, width, most - 3 - led.length - told.length);
  return [what, ...told, whenLine(story, data, width), rootLine(story, data, width), ...why, ...led];
}
