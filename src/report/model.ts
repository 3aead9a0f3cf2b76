import { wordsIn } from '../model/phrases.ts';
import type { Citation } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import type { History } from '../model/history.ts';
import type { Note } from '../model/note.ts';
import type { CaseReader } from '../model/ports.ts';
import { cut } from '../model/text.ts';
import { correction } from '../timeline/clock/correct.ts';
import { forReading } from '../timeline/story.ts';
import { buildNotes } from './notes.ts';
import { nodeOfEntries } from './placement.ts';
import { millis, timestamp } from './format.ts';
import { buildIncident } from './incident.ts';
import type { Lang } from '../model/lang.ts';
import type { Report, ReportEvidence, ReportFinding, ReportUndecided } from './types.ts';
import { buildUnavailability } from './unavailability.ts';

export interface ReportOptions {
  readonly version: string;
  readonly lang: Lang;
  readonly notes?: readonly Note[];
}

/** Longest evidence text the document carries, in UTF-16 units. */
const TEXT_LIMIT = 4000;

/** The report of a finished case: what broke first, then the other findings, worst first. Depends on the case's content alone, never on where it lies or when it is read. */
export function buildReport(reader: CaseReader, options: ReportOptions): Report {
  const { lang } = options;
  const history = reader.history();
  const ordered = forReading(reader.findings());
  const cite = citer(reader, history, lang);
  const findings = ordered.map((finding) => reportFinding(finding, cite));
  const coverage = reader.coverage();
  return {
    schema: 'inquest.report/v1',
    generator: { name: 'inquest', version: options.version },
    bundles: reader.bundles().map((b) => ({ path: b.path, sha256: b.sha256, bytes: b.bytes, layout: b.layout, collectedAt: timestamp(b.collectedAt) })),
    incident: buildIncident(ordered, history),
    members: history.members.map((m) => ({ id: m.id, clusterId: m.clusterId, name: m.name, node: m.node, version: m.version })),
    clock: history.clocks.map((c) => ({
      node: c.node,
      reference: c.reference,
      offsetMs: millis(c.offset),
      lowMs: millis(c.low),
      highMs: millis(c.high),
      basis: [...c.basis],
    })),
    leadership: history.leadership.map((l) => ({
      term: l.raftTerm,
      clusterId: l.clusterId,
      leader: l.name === '' ? (l.leader ?? 'unknown') : l.name,
      from: timestamp(l.from),
      to: timestamp(l.to),
      endReason: l.endReason,
      evidence: l.evidence.map(cite),
    })),
    unavailability: buildUnavailability(history, lang),
    findings,
    undecided: allUndecided(reader, history, lang),
    coverage: {
      entries: coverage.entries,
      bytes: coverage.bytes,
      lines: coverage.lines,
      events: coverage.events,
      continuations: coverage.continuations,
      unparsed: coverage.unparsed,
      skipped: coverage.skipped.map(({ path, reason }) => ({ path, reason: wordsIn(lang, reason) })),
      damaged: coverage.damaged.map(({ path, reason }) => ({ path, reason: wordsIn(lang, reason) })),
      remarks: coverage.remarks.map(({ path, code, reason, count }) => ({ path, code, reason: wordsIn(lang, reason), count })),
    },
    notes: buildNotes(reader, options.notes ?? []),
    cited: citedEntries(reader, ordered),
  };
}

/** Turns a citation into evidence: its text read back, its written time corrected by the clock of the node it came from. */
export type Cite = (citation: Citation) => ReportEvidence;

export function citer(reader: CaseReader, history: History, lang: Lang): Cite {
  const correct = correction(history.clocks);
  const nodeOf = nodeOfEntries(reader);
  return (citation) => {
    const node = nodeOf(citation.ref);
    const written = timestamp(citation.at);
    const time = citation.at === null ? null : timestamp(correct(node, citation.at));
    return {
      path: reader.entry(citation.ref.entry)?.path ?? 'unknown',
      line: citation.ref.line,
      time,
      ...(written !== null && written !== time ? { writtenTime: written } : {}),
      text: cut(reader.text(citation.ref) ?? citation.text ?? '', TEXT_LIMIT),
      why: wordsIn(lang, citation.why),
      node,
      offset: citation.ref.offset,
    };
  };
}

function reportFinding(finding: Finding, cite: Cite): ReportFinding {
  return {
    id: finding.id,
    rule: finding.rule,
    severity: finding.severity,
    title: finding.title,
    summary: finding.summary,
    nodes: [...finding.nodes],
    start: timestamp(finding.start),
    end: timestamp(finding.end),
    causes: finding.causes.map((c) => c.finding),
    causesDetail: finding.causes.map((c) => ({ finding: c.finding, lagMs: millis(c.lag), why: c.why })),
    evidence: finding.evidence.map(cite),
    counterEvidence: finding.counterEvidence.map(cite),
    remediation: finding.remediation.map(({ step, command, risk, riskNote }) => ({ step, command, risk, riskNote })),
  };
}

function allUndecided(reader: CaseReader, history: History, lang: Lang): ReportUndecided[] {
  const rows = [
    ...reader.undecided().map((u) => ({ about: u.rule, because: u.because, nodes: [...u.nodes] })),
    ...history.undecided.map((u) => ({ about: u.about, because: wordsIn(lang, u.because), nodes: u.nodes.toSorted() })),
  ];
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = JSON.stringify(row);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function citedEntries(reader: CaseReader, findings: readonly Finding[]): Report['cited'] {
  const ids = new Set(findings.flatMap((f) => [...f.evidence, ...f.counterEvidence].map((c) => c.ref.entry)));
  return [...ids]
    .map((id) => reader.entry(id))
    .filter((entry) => entry !== null)
    .map(({ path, sha256, bytes }) => ({ path, sha256, bytes }))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
