import { DASH, formatDuration } from './format.ts';
import type { Say, StringKey } from './strings.ts';
import type { LeadershipEnd } from '../model/derived.ts';
import type { NoteTag } from '../model/note.ts';
import type { Report, ReportFinding, ReportNote, ReportCoverage } from './types.ts';

export const RISK = { none: 'riskNone', low: 'riskLow', medium: 'riskMedium', high: 'riskHigh' } as const satisfies Record<string, StringKey>;

/** `path:line`, or `path@byte` in a binary entry. */
export function placeOf(item: { readonly path: string; readonly line: number | null; readonly offset: number }): string {
  return item.line === null ? `${item.path}@${item.offset}` : `${item.path}:${item.line}`;
}

/** How long before its effect a cause began, in words; null when that is not known. */
export function lagText(lagMs: number | null, say: Say): string | null {
  if (lagMs === null) return null;
  if (Math.abs(lagMs) < 1) return say('sameTime');
  return say(lagMs > 0 ? 'earlier' : 'later', { n: formatDuration(Math.abs(lagMs) * 1000) });
}

/** A finding's title with the nodes it is about. */
export function namedTitle(finding: ReportFinding): string {
  return finding.nodes.length === 0 ? finding.title : `${finding.title}: ${finding.nodes.join(', ')}`;
}

/** `1 min 08 s (2 stretches)` with its bounds where they are known. */
export function unavailableText(report: Report, say: Say): string {
  const { totalMs, stretches } = report.unavailability;
  if (stretches.length === 0) return say('noStretches');
  if (onlyPlanned(report)) return say('onlyPlanned', { n: formatDuration(totalMs * 1000), detail: countText(report, say) });
  return `${formatDuration(totalMs * 1000)} (${unavailableDetail(report, say)})`;
}

/** True where a leader was missing only while one took over from another as it was told to. */
export function onlyPlanned({ unavailability: { stretches } }: Report): boolean {
  return stretches.length > 0 && stretches.every((one) => one.planned);
}

function countText({ unavailability: { stretches } }: Report, say: Say): string {
  return stretches.length === 1 ? say('inOne') : say('inAll', { n: stretches.length });
}

/** Number of stretches, bounds, planned part; a dash when there are none. */
export function unavailableDetail(report: Report, say: Say): string {
  const { plannedMs, lowMs, highMs, stretches } = report.unavailability;
  if (stretches.length === 0) return DASH;
  const parts = [countText(report, say)];
  if (lowMs !== null && highMs !== null && highMs > lowMs)
    parts.push(say('between', { low: formatDuration(lowMs * 1000), high: formatDuration(highMs * 1000) }));
  if (plannedMs > 0) parts.push(`${say('planned')}: ${formatDuration(plannedMs * 1000)}`);
  if (stretches.some((s) => s.to === null)) parts.push(say('ongoing'));
  return parts.join('; ');
}

/** The finding the headline follows from, most upstream on the chain; null when nothing is upstream of it. */
export function rootCauseOf(report: Report): ReportFinding | null {
  const [id] = report.incident.rootCauses;
  return report.incident.chain.length < 2 ? null : (report.findings.find((f) => f.id === id) ?? null);
}

/** Other findings upstream of the headline that nothing is upstream of. */
export function alsoUpstream(report: Report): readonly ReportFinding[] {
  if (report.incident.chain.length < 2) return [];
  return report.incident.rootCauses.slice(1).flatMap((id) => report.findings.filter((f) => f.id === id));
}

const TAG = { trigger: 'trigger', impact: 'impactTag', fix: 'fix', question: 'question' } as const satisfies Record<NoteTag, StringKey>;

/** A note's tag in words; null when it has none. */
export function tagText(tag: ReportNote['tag'], say: Say): string | null {
  return tag === null ? null : say(TAG[tag]);
}

/** `Note (trigger): the disk was replaced` */
export function noteText({ tag, text }: ReportNote, say: Say): string {
  const name = tagText(tag, say);
  return `${say('note')}${name === null ? '' : ` (${name})`}${text === '' ? '' : `: ${text}`}`;
}

const ENDS = {
  transfer: 'endTransfer',
  stopped: 'endStopped',
  crash: 'endCrash',
  'quorum-lost': 'endQuorumLost',
  'higher-term': 'endHigherTerm',
  forced: 'endForced',
  unknown: 'unknown',
} as const satisfies Record<LeadershipEnd, StringKey>;

/** Why a leadership ended, in words; a dash while it lasts. */
export function endText(end: LeadershipEnd | null, say: Say): string {
  return end === null ? DASH : say(ENDS[end]);
}

/** Whether leaderships of more than one cluster stand in one table. */
export function severalClusters(report: Report): boolean {
  return new Set(report.leadership.map((l) => l.clusterId)).size > 1;
}

/** `26.1 s` as minutes with two decimals. */
export function inMinutes(ms: number, say: Say): string {
  return say('minutes', { n: (ms / 60_000).toFixed(2) });
}

/** A remark's reason and how often it holds. */
export function remarkText({ reason, count }: ReportCoverage['remarks'][number]): string {
  return count > 1 ? `${reason} (${count}×)` : reason;
}
