import type { Lang } from '../model/lang.ts';
import type { Bundle, Entry, Source } from '../model/bundle.ts';
import type { Derived, DerivedType } from '../model/derived.ts';
import type { Citation, EvidenceRef } from '../model/evidence.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Finding, Severity, Undecided } from '../model/finding.ts';
import type { History, RoleStretch } from '../model/history.ts';
import type { CaseReader, Coverage } from '../model/ports.ts';
import type { EpochMicros } from '../model/time.ts';
import { coverageRows } from './coverage-rows.ts';
import type { CoverageRow } from './coverage-rows.ts';
import { slackByNode } from './order-doubt.ts';
import { epochMicros, SECOND } from '../model/time.ts';
import { correction } from '../timeline/clock/correct.ts';
import { sideLanes } from '../timeline/side-lanes.ts';
import type { SideLane } from '../timeline/side-lanes.ts';
import { forReading, storyOf } from '../timeline/story.ts';
import type { Story } from '../timeline/story.ts';
import { leaderlessStretches, leaderlessTotal } from '../timeline/unavailability.ts';

/** What is small enough of a case to be held whole; everything else is read by window. */
export interface CaseData {
  readonly title: string;
  /** what findings are written in, and what is cited is explained in */
  readonly lang: Lang;
  readonly bundles: readonly Bundle[];
  readonly entries: readonly Entry[];
  readonly components: readonly string[];
  readonly history: History;
  /** worst first, then earliest; what the story says broke stands at the top */
  readonly findings: readonly Finding[];
  /** null when nothing is above info */
  readonly story: Story | null;
  readonly undecided: readonly Undecided[];
  readonly coverage: Coverage;
  readonly diagnostics: readonly Diagnostic[];
  readonly coverageRows: readonly CoverageRow[];
  readonly eventCount: number;
  readonly leaderless: Leaderless;
  /** what each member was, members in display order: as listed, then any that only a role stretch names */
  readonly rolesOf: ReadonlyMap<string, readonly RoleStretch[]>;
  /** what went wrong around etcd, for the lanes */
  readonly sideLanes: readonly SideLane[];
  /** how far each node's corrected time may be off, in microseconds */
  readonly slack: ReadonlyMap<string, number>;
  /** the node a place came from; null where an entry holds several nodes' records or none's */
  readonly nodeOf: (ref: EvidenceRef) => string | null;
  /** when a cited line was written, corrected by its node's clock */
  readonly correctedAt: (citation: Citation) => EpochMicros | null;
  /** false when nothing in the case carries a time; `from` and `to` then mean nothing */
  readonly timed: boolean;
  /** first and last moment worth showing */
  readonly from: EpochMicros;
  readonly to: EpochMicros;
}

export interface Leaderless {
  readonly stretches: readonly Derived<'cluster.leaderless'>[];
  /** unplanned, whole cluster; microseconds */
  readonly total: number;
  readonly count: number;
  readonly ongoing: boolean;
}

/** The derived statements of one type. */
export function derivedOf<Type extends DerivedType>(history: History, type: Type): readonly Extract<Derived, { readonly type: Type }>[] {
  return history.derived.filter((one): one is Extract<Derived, { readonly type: Type }> => one.type === type);
}

export function countBySeverity(findings: readonly Finding[], severity: Severity): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

function leaderlessOf(history: History): Leaderless {
  const stretches = leaderlessStretches(history);
  const unplanned = stretches.filter((one) => !one.data.planned);
  return {
    stretches,
    total: leaderlessTotal(unplanned, history),
    count: unplanned.length,
    ongoing: unplanned.some((one) => one.to === null),
  };
}

function spanOf(history: History, findings: readonly Finding[]): readonly [EpochMicros, EpochMicros] {
  const moments = [history.from, history.to, history.collectedAt, ...findings.flatMap((one) => [one.start, one.end])].filter((at) => at !== null);
  const from = history.from ?? (moments.length === 0 ? epochMicros(0) : epochMicros(Math.min(...moments)));
  const to = history.to ?? (moments.length === 0 ? epochMicros(0) : epochMicros(Math.max(...moments)));
  return [from, epochMicros(Math.max(to, from + SECOND))];
}

function rolesByMember({ members, roles }: History): ReadonlyMap<string, readonly RoleStretch[]> {
  const found = new Map<string, RoleStretch[]>(members.map((one) => [one.name, []]));
  for (const stretch of roles) {
    const own = found.get(stretch.member);
    if (own === undefined) found.set(stretch.member, [stretch]);
    else own.push(stretch);
  }
  return found;
}

function nodesOf(sources: readonly Source[]): (ref: EvidenceRef) => string | null {
  const nodes = new Map<number, string | null>();
  for (const { entry, node } of sources) {
    const known = nodes.get(entry);
    nodes.set(entry, known === undefined || known === node ? node : null);
  }
  return (ref) => nodes.get(ref.entry) ?? null;
}

/** Reads what the screens need at once. */
export function loadCaseData(reader: CaseReader, title: string): CaseData {
  const history = reader.history();
  const findings = forReading(reader.findings());
  const story = storyOf(findings);
  const [from, to] = spanOf(history, findings);
  const sources = reader.sources();
  const nodeOf = nodesOf(sources);
  const correct = correction(history.clocks);
  const read = {
    lang: reader.lang,
    history,
    coverage: reader.coverage(),
    undecided: reader.undecided(),
    diagnostics: reader.diagnostics(),
    entries: reader.entries(),
  };
  return {
    ...read,
    coverageRows: coverageRows(read),
    title,
    bundles: reader.bundles(),
    components: [...new Set(sources.map((source) => source.component))].sort(),
    findings,
    story,
    eventCount: reader.eventCount(),
    leaderless: leaderlessOf(history),
    rolesOf: rolesByMember(history),
    sideLanes: sideLanes(history),
    slack: slackByNode(history.clocks),
    nodeOf,
    correctedAt: ({ ref, at }) => (at === null ? null : correct(nodeOf(ref), at)),
    timed: from > 0,
    from,
    to,
  };
}
