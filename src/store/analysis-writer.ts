import { isPhrase, wordsIn } from '../model/phrases.ts';
import type { Lang } from '../model/lang.ts';
import type Database from 'better-sqlite3';
import type { Entry } from '../model/bundle.ts';
import type { Citation, EvidenceRef } from '../model/evidence.ts';
import type { Finding, Undecided } from '../model/finding.ts';
import type { History } from '../model/history.ts';
import type { EntryId } from '../model/ids.ts';
import type { TextReader } from './text-reader.ts';
import { bulkInsert } from './bulk-insert.ts';
import type { Value } from './bulk-insert.ts';
import { ANALYSIS_TABLES } from './schema.ts';

/** Where the lines are that findings cite. */
export interface CitedLines extends Pick<TextReader, 'texts'> {
  entry(id: EntryId): Entry | null;
}

/** Stores an analysis twice: as documents, to be had back exactly, and as rows for people who ask in SQL. Replaces an earlier one. */
export async function storeAnalysis(
  db: Database.Database,
  lines: CitedLines,
  history: History,
  findings: readonly Finding[],
  undecided: readonly Undecided[],
  lang: Lang,
): Promise<void> {
  for (const table of ANALYSIS_TABLES) db.exec(`DELETE FROM ${table}`);
  const rows = (table: string, columns: readonly string[], values: readonly (readonly Value[])[]): void => {
    bulkInsert(db, table, columns).all(values.flat());
  };
  rows(
    'documents',
    ['name', 'data'],
    [
      ['history', JSON.stringify(history)],
      ['findings', JSON.stringify(findings)],
      ['undecided', JSON.stringify(undecided)],
    ],
  );
  rows(
    'undecided',
    ['rule', 'because', 'nodes'],
    undecided.map((u) => [u.rule, u.because, JSON.stringify(u.nodes)]),
  );
  storeHistory(rows, history, lang);
  await storeFindings(rows, lines, findings, lang);
}

type Rows = (table: string, columns: readonly string[], values: readonly (readonly Value[])[]) => void;

function storeHistory(rows: Rows, history: History, lang: Lang): void {
  rows(
    'clock',
    ['node', 'segment', 'reference', 'since', 'offset', 'low', 'high', 'basis'],
    history.clocks.flatMap((c) => {
      const segments = c.segments.length > 0 ? c.segments : [{ from: null, offset: c.offset ?? 0, low: c.low, high: c.high }];
      return segments.map((s, i) => [c.node, i, c.reference ? 1 : 0, s.from, Math.round(s.offset), whole(s.low), whole(s.high), JSON.stringify(c.basis)]);
    }),
  );
  rows(
    'members',
    ['position', 'id', 'cluster', 'name', 'node', 'version', 'peer_urls', 'client_urls', 'removed_at'],
    history.members.map((m, i) => [i + 1, m.id, m.clusterId, m.name, m.node, m.version, JSON.stringify(m.peerUrls), JSON.stringify(m.clientUrls), m.removedAt]),
  );
  rows(
    'aliases',
    ['member', 'name', 'text', 'kind', 'why'],
    history.members.flatMap((m, i) => m.aliases.map((a) => [i + 1, m.name, a.text, a.kind, a.because === null ? null : wordsIn(lang, a.because.why)])),
  );
  rows(
    'leadership',
    ['cluster', 'raft_term', 'leader', 'name', 'from_time', 'to_time', 'end_reason'],
    history.leadership.map((l) => [l.clusterId, l.raftTerm, l.leader, l.name, l.from, l.to, l.endReason]),
  );
  rows(
    'roles',
    ['member', 'node', 'role', 'raft_term', 'from_time', 'to_time'],
    history.roles.map((r) => [r.member, r.node, r.role, r.raftTerm, r.from, r.to]),
  );
  rows(
    'derived',
    ['position', 'type', 'from_time', 'to_time', 'nodes', 'data'],
    history.derived.map((d, i) => [
      i + 1,
      d.type,
      d.from,
      d.to,
      JSON.stringify(d.nodes),
      JSON.stringify(d.data, (_key, value: unknown) => (isPhrase(value) ? wordsIn(lang, value) : value)),
    ]),
  );
}

async function storeFindings(rows: Rows, lines: CitedLines, findings: readonly Finding[], lang: Lang): Promise<void> {
  rows(
    'findings',
    ['id', 'position', 'rule', 'severity', 'title', 'summary', 'nodes', 'start_time', 'end_time'],
    findings.map((f, i) => [f.id, i + 1, f.rule, f.severity, f.title, f.summary, JSON.stringify(f.nodes), f.start, f.end]),
  );
  rows(
    'causes',
    ['finding', 'cause', 'lag', 'why'],
    findings.flatMap((f) => f.causes.map((c) => [f.id, c.finding, whole(c.lag), c.why])),
  );
  rows(
    'remediations',
    ['finding', 'position', 'step', 'command', 'risk', 'risk_note'],
    findings.flatMap((f) => f.remediation.map((r, i) => [f.id, i + 1, r.step, r.command, r.risk, r.riskNote])),
  );
  const texts = await textsOf(lines, findings);
  const cited = (f: Finding, speaks: string, citations: readonly Citation[]): Value[][] =>
    citations.map((c, i) => {
      const entry = lines.entry(c.ref.entry);
      return [
        f.id,
        i + 1,
        speaks,
        c.ref.entry,
        entry?.path ?? '',
        entry?.sha256 ?? '',
        c.ref.line,
        c.ref.offset,
        c.ref.length,
        c.at,
        wordsIn(lang, c.why),
        c.text ?? texts.get(placeOf(c.ref)) ?? null,
      ];
    });
  rows(
    'evidence',
    ['finding', 'position', 'speaks', 'entry', 'path', 'sha256', 'line', 'offset', 'length', 'at', 'why', 'text'],
    findings.flatMap((f) => [...cited(f, 'for', f.evidence), ...cited(f, 'against', f.counterEvidence)]),
  );
}

async function textsOf(lines: CitedLines, findings: readonly Finding[]): Promise<ReadonlyMap<string, string | null>> {
  const refs = findings.flatMap((f) => [...f.evidence, ...f.counterEvidence].filter((c) => c.text === undefined).map((c) => c.ref));
  const texts = new Map<string, string | null>();
  await lines.texts(new Map(refs.map((ref) => [placeOf(ref), ref])).values(), (ref, text) => texts.set(placeOf(ref), text));
  return texts;
}

/** a place in text has a line, one in a binary file has none: they are read apart */
function placeOf({ entry, line, offset }: EvidenceRef): string {
  return `${entry} ${offset} ${line === null ? '' : 'line'}`;
}

function whole(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}
