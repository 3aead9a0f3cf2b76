import type { Citation } from './evidence.ts';
import type { EpochMicros } from './time.ts';

/** `critical`: cannot serve, or data at risk; `warning`: degrades or soon will; `info`: worth knowing, normal in a healthy bundle. */
export type Severity = 'critical' | 'warning' | 'info';
export const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'info'];

export type Risk = 'none' | 'low' | 'medium' | 'high';

/** One thing to do next. `command` is filled in with this bundle's own endpoints and ids. */
export interface Remediation {
  readonly step: string;
  readonly command: string | null;
  readonly risk: Risk;
  readonly riskNote: string | null;
}

/** What a rule concluded. `start` and `end` are corrected times; `end` null = still so at collection, or a single moment unknown. */
export interface Finding {
  /** stable within a case: `<rule>-<n>` */
  readonly id: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  readonly summary: string;
  readonly nodes: readonly string[];
  readonly start: EpochMicros | null;
  readonly end: EpochMicros | null;
  readonly evidence: readonly Citation[];
  /** what speaks against it, or limits it */
  readonly counterEvidence: readonly Citation[];
  readonly remediation: readonly Remediation[];
  /** ids of findings held to be upstream of this one */
  readonly causes: readonly CauseLink[];
}

export interface CauseLink {
  readonly finding: string;
  readonly lag: number | null;
  readonly why: string;
}

/** A rule that could not be decided, and why. */
export interface Undecided {
  readonly rule: string;
  readonly because: string;
  readonly nodes: readonly string[];
}
