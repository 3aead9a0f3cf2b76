import type { ClockBasis } from '../model/history.ts';
import type { LeadershipEnd } from '../model/derived.ts';
import type { NoteTag } from '../model/note.ts';
import type { Risk, Severity } from '../model/finding.ts';

/** RFC 3339 in UTC with up to six decimals, corrected by the clock model unless its field says otherwise. */
export type Timestamp = string;

/**
 * The published document `schema/report.schema.json` describes; keys beyond the schema's are additions that readers may ignore.
 * Durations and clock offsets are milliseconds and may have fractions.
 */
export interface Report {
  readonly schema: 'inquest.report/v1';
  readonly generator: { readonly name: 'inquest'; readonly version: string };
  readonly bundles: readonly ReportBundle[];
  readonly incident: Incident;
  readonly members: readonly ReportMember[];
  readonly clock: readonly ReportClock[];
  readonly leadership: readonly ReportLeadership[];
  readonly unavailability: Unavailability;
  readonly findings: readonly ReportFinding[];
  readonly undecided: readonly ReportUndecided[];
  readonly coverage: ReportCoverage;
  /** what people wrote down in the case */
  readonly notes: readonly ReportNote[];
  /** the entries that evidence leads to, with their hashes, by path */
  readonly cited: readonly { readonly path: string; readonly sha256: string; readonly bytes: number }[];
}

export interface ReportBundle {
  readonly path: string;
  readonly sha256: string | null;
  readonly bytes: number;
  readonly layout: string;
  readonly collectedAt: Timestamp | null;
}

/** The case in one glance: the worst finding and what it rests on. */
export interface Incident {
  /** severity of the worst finding; `clean` when there is none above info */
  readonly verdict: 'critical' | 'warning' | 'clean';
  /** id of the worst finding; null when clean */
  readonly finding: string | null;
  readonly title: string | null;
  readonly since: Timestamp | null;
  readonly until: Timestamp | null;
  readonly nodes: readonly string[];
  /** ids from the most upstream finding down to the worst one; one id when nothing is upstream of it */
  readonly chain: readonly string[];
  /** ids of all findings upstream of the worst one that nothing is upstream of: first the chain's, then the others in the order they began */
  readonly rootCauses: readonly string[];
  /** when the evidence begins and ends */
  readonly from: Timestamp | null;
  readonly to: Timestamp | null;
  /** "now" for certificates, leases and backups */
  readonly collectedAt: Timestamp | null;
  /** findings above info in the order they began */
  readonly narrative: readonly { readonly time: Timestamp | null; readonly text: string; readonly finding: string }[];
}

export interface ReportMember {
  readonly id: string | null;
  readonly clusterId: string | null;
  readonly name: string;
  readonly node: string | null;
  readonly version: string | null;
}

export interface ReportClock {
  readonly node: string;
  readonly reference: boolean;
  readonly offsetMs: number | null;
  readonly lowMs: number | null;
  readonly highMs: number | null;
  readonly basis: readonly ClockBasis[];
}

export interface ReportLeadership {
  readonly term: number;
  readonly clusterId: string | null;
  readonly leader: string;
  readonly from: Timestamp | null;
  readonly to: Timestamp | null;
  readonly endReason: LeadershipEnd | null;
  /** lines that show it, the first of them how it began */
  readonly evidence: readonly ReportEvidence[];
}

/** How long the cluster had no leader; overlapping stretches count once. */
export interface Unavailability {
  readonly totalMs: number;
  readonly plannedMs: number;
  /** proved bounds of the total; null where stretches overlap and the bounds cannot be added */
  readonly lowMs: number | null;
  readonly highMs: number | null;
  readonly stretches: readonly Stretch[];
}

export interface Stretch {
  readonly from: Timestamp | null;
  /** null = still so at collection */
  readonly to: Timestamp | null;
  readonly ms: number;
  readonly planned: boolean;
  readonly members: readonly string[];
  readonly why: string;
}

export interface ReportFinding {
  readonly id: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  readonly summary: string;
  readonly nodes: readonly string[];
  readonly start: Timestamp | null;
  readonly end: Timestamp | null;
  readonly causes: readonly string[];
  readonly causesDetail: readonly { readonly finding: string; readonly lagMs: number | null; readonly why: string }[];
  readonly evidence: readonly ReportEvidence[];
  readonly counterEvidence: readonly ReportEvidence[];
  readonly remediation: readonly { readonly step: string; readonly command: string | null; readonly risk: Risk; readonly riskNote: string | null }[];
}

export interface ReportEvidence {
  readonly path: string;
  readonly line: number | null;
  readonly time: Timestamp | null;
  /** as the node's clock wrote it; only where correction changed it */
  readonly writtenTime?: Timestamp;
  readonly text: string;
  readonly why: string;
  readonly node: string | null;
  /** bytes from the start of the decompressed entry */
  readonly offset: number;
}

export interface ReportNote {
  readonly tag: NoteTag | null;
  readonly text: string;
  readonly time: Timestamp | null;
  readonly node: string | null;
  /** null for a note on the whole case */
  readonly path: string | null;
  readonly line: number | null;
  readonly offset: number | null;
  /** the line as it stands in the bundle */
  readonly quote: string;
  readonly created: Timestamp | null;
}

export interface ReportUndecided {
  /** rule id, or what the timeline could not tell */
  readonly about: string;
  readonly because: string;
  readonly nodes: readonly string[];
}

export interface ReportCoverage {
  readonly entries: number;
  readonly bytes: number;
  readonly lines: number;
  readonly events: number;
  readonly continuations: number;
  readonly unparsed: number;
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  readonly damaged: readonly { readonly path: string; readonly reason: string }[];
  /** what was read with something to say about it: times inferred, lines cut, paths that climb out … */
  readonly remarks: readonly { readonly path: string; readonly code: string; readonly reason: string; readonly count: number }[];
}
