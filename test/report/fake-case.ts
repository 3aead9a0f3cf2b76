import type { Entry, Source } from '../../src/model/bundle.ts';
import type { Citation, EvidenceRef } from '../../src/model/evidence.ts';
import type { FactType, PlacedFact } from '../../src/model/fact.ts';
import type { Finding, Undecided } from '../../src/model/finding.ts';
import type { History, RoleStretch } from '../../src/model/history.ts';
import { bundleId, clusterIdFromHex, entryId, memberIdFromHex, sourceId } from '../../src/model/ids.ts';
import type { CaseReader, Coverage, DensityBin, TimelineRow } from '../../src/model/ports.ts';
import { stepsOf } from './steps.ts';
import { type EpochMicros, epochMicros, parseRfc3339 } from '../../src/model/time.ts';
export function at(time: string): EpochMicros {
  const parsed = parseRfc3339(time.includes('T') ? time : `2026-11-22T${time}Z`);
  if (parsed === null) throw new Error(`bad time ${time}`);
  return parsed;
}

export interface FakeFile {
  readonly path: string;
  readonly node: string | null;
  readonly lines: readonly string[];
}
export interface FakeParts {
  readonly bundlePath?: string;
  readonly files: readonly FakeFile[];
  readonly history?: Partial<History>;
  readonly findings?: readonly Finding[];
  readonly undecided?: readonly Undecided[];
  readonly facts?: readonly PlacedFact[];
  readonly coverage?: Partial<Coverage>;
  readonly density?: readonly DensityBin[];
}

const EMPTY_HISTORY: History = {
  collectedAt: null,
  from: null,
  to: null,
  members: [],
  nodes: [],
  clocks: [],
  leadership: [],
  roles: [],
  derived: [],
  undecided: [],
};

/** A reference to a line of a fake file, both counted from 1. */
export function ref(file: number, line: number): EvidenceRef {
  return { entry: entryId(file), line, offset: (line - 1) * 100, length: 99 };
}

/** A case that lives in memory. */
export function fakeCase(parts: FakeParts): CaseReader {
  const entries: Entry[] = parts.files.map((file, i) => ({
    id: entryId(i + 1),
    bundle: bundleId(1),
    path: file.path,
    sha256: String(i + 1)
      .repeat(64)
      .slice(0, 64),
    bytes: file.lines.join('\n').length,
    modifiedAt: null,
    parser: 'etcd-log',
    skipped: null,
    lines: file.lines.length,
    events: file.lines.length,
    continuations: 0,
    unparsed: 0,
  }));
  const sources: Source[] = parts.files.map((file, i) => ({
    id: sourceId(i + 1),
    entry: entryId(i + 1),
    host: file.node,
    node: file.node,
    component: 'etcd',
    pod: null,
    container: null,
    generation: 'current',
    from: null,
    to: null,
  }));
  const lines = entries.reduce((n, e) => n + e.lines, 0);
  const history: History = { ...EMPTY_HISTORY, ...parts.history };
  const lineOf = (place: EvidenceRef): string | null => (place.line === null ? null : (parts.files[place.entry - 1]?.lines[place.line - 1] ?? null));
  return {
    path: '/tmp/any.inquest',
    lang: 'en',
    facts: <Type extends FactType>(types: readonly Type[]) =>
      (parts.facts ?? []).filter((f): f is PlacedFact & PlacedFact<Type> => types.some((t) => t === f.type)),
    sources: () => sources,
    entries: () => entries,
    bundles: () => [
      {
        id: bundleId(1),
        path: parts.bundlePath ?? 'incident.tar.gz',
        sha256: 'ab'.repeat(32),
        bytes: 12_345,
        layout: 'generic',
        collectedAt: history.collectedAt,
      },
    ],
    text: lineOf,
    surroundings: (place, before, after) => {
      const file = parts.files[place.entry - 1];
      if (file === undefined || place.line === null) return [];
      const first = Math.max(1, place.line - before);
      return file.lines.slice(first - 1, place.line + after).map((text, i) => ({ line: first + i, text }));
    },
    entry: (id) => entries[id - 1] ?? null,
    history: () => history,
    findings: () => parts.findings ?? [],
    undecided: () => parts.undecided ?? [],
    coverage: () => ({
      entries: entries.length,
      bytes: 12_345,
      lines,
      events: lines,
      continuations: 0,
      unparsed: 0,
      skipped: [],
      damaged: [],
      remarks: [],
      ...parts.coverage,
    }),
    diagnostics: () => [],
    timeline: () => [],
    density: () => parts.density ?? [],
    ...stepsOf(parts.density ?? []),
    eventCount: () => lines,
    query: () => ({ columns: [], rows: [] }),
    close: () => undefined,
  };
}

export function cite(file: number, line: number, time: string | null, why: string): Citation {
  return { ref: ref(file, line), at: time === null ? null : at(time), why };
}

const zap = (time: string, level: string, msg: string, rest = ''): string =>
  `{"level":"${level}","ts":"2026-11-22T${time}Z","caller":"etcdserver/server.go:1","msg":"${msg}"${rest}}`;

const MEMBERS = ['e52be56e66a9a71e', '401062423d2f269e', '819aa54b61876eb8'].map((id, i) => ({
  id: memberIdFromHex(id),
  clusterId: clusterIdFromHex('1c3c079179c0f490'),
  name: `etcd-${i}`,
  node: `cp-${i}`,
  version: '3.5.16',
  peerUrls: [],
  clientUrls: [],
  removedAt: null,
  aliases: [],
}));

function role(member: number, name: RoleStretch['role'], raftTerm: number | null, from: string, to: string | null): RoleStretch {
  return { member: `etcd-${member}`, node: `cp-${member}`, role: name, raftTerm, from: at(from), to: to === null ? null : at(to) };
}

/** Two of three members are killed; the third has no leader until they come back. `cp-1`'s clock is 2 s ahead. */
export function noLeaderParts(): FakeParts {
  const files: FakeFile[] = [
    {
      path: 'incident/cp-0/etcd.log',
      node: 'cp-0',
      lines: [
        zap('09:00:31.570', 'info', 'raft.node: elected leader'),
        zap('09:00:40.598', 'info', 'compacted'),
        zap('09:01:46.003', 'info', 'starting an etcd server'),
      ],
    },
    { path: 'incident/cp-1/etcd.log', node: 'cp-1', lines: [zap('09:00:33.570', 'info', 'raft.node: elected leader'), zap('09:00:43.174', 'info', 'applied')] },
    {
      path: 'incident/cp-2/etcd.log',
      node: 'cp-2',
      lines: [
        zap('09:00:31.600', 'info', 'became follower'),
        zap('09:00:40.790', 'warn', 'lost TCP streaming connection with remote peer', ',"remote-peer-id":"e52be56e66a9a71e"'),
        zap('09:00:41.180', 'info', '819aa54b61876eb8 lost leader e52be56e66a9a71e at term 2'),
        zap('09:00:43.001', 'info', '819aa54b61876eb8 is starting a new election at term 2'),
        zap('09:00:48.600', 'warn', 'prober detected unhealthy status'),
        zap('09:01:46.839', 'info', '819aa54b61876eb8 became leader at term 3'),
        zap('09:01:50.016', 'info', 'ready to serve client requests'),
      ],
    },
  ];
  const remediation = [
    {
      step: 'Start the members that are down; two of three are enough for a quorum.',
      command: 'systemctl start etcd\njournalctl -u etcd -n 50',
      risk: 'low',
      riskNote: 'watch the disk while they catch up',
    },
    { step: 'Only if they can never return, restore from the newest good backup.', command: null, risk: 'high', riskNote: null },
  ] as const;
  const findings: Finding[] = [
    {
      id: 'member-down-1',
      rule: 'member-down',
      severity: 'warning',
      title: 'etcd-0 was gone for 65.2 s',
      summary: 'Its log stops without a shutdown line and begins again with a start; its peers lost their connections at the same moment.',
      nodes: ['cp-0'],
      start: at('09:00:40.766'),
      end: at('09:01:46.003'),
      evidence: [
        cite(1, 2, '09:00:40.598', 'the last line before the process was gone'),
        cite(3, 2, '09:00:40.790', 'a peer lost its stream'),
        cite(1, 3, '09:01:46.003', 'it starts again'),
      ],
      counterEvidence: [],
      remediation: [remediation[0]],
      causes: [],
    },
    {
      id: 'no-leader-1',
      rule: 'no-leader',
      severity: 'critical',
      title: 'No leader for 65.7 s',
      summary: 'Two of three members were down, so that the third could not win an election. No write and no linearizable read was possible.',
      nodes: ['cp-2'],
      start: at('09:00:41.180'),
      end: at('09:01:46.839'),
      evidence: [
        cite(3, 3, '09:00:41.180', 'the survivor lost its leader'),
        cite(3, 4, '09:00:43.001', 'it cannot win'),
        cite(3, 6, '09:01:46.839', 'a leader again'),
        cite(2, 2, '09:00:43.174', "the other member's last line"),
      ],
      counterEvidence: [cite(3, 7, '09:01:50.016', 'clients were served again within four seconds')],
      remediation: [...remediation],
      causes: [{ finding: 'member-down-1', lag: 414_000, why: 'quorum needs two of three members' }],
    },
    {
      id: 'clock-skew-1',
      rule: 'clock-skew',
      severity: 'info',
      title: 'The clock of cp-1 is 2.0 s ahead',
      summary: 'Below what Raft minds; it misleads readers of logs.',
      nodes: ['cp-1'],
      start: null,
      end: null,
      evidence: [cite(2, 1, '09:00:33.570', 'the same election, two seconds later')],
      counterEvidence: [],
      remediation: [],
      causes: [],
    },
  ];
  const bins: DensityBin[] = Array.from({ length: 40 }, (_, i) => ({
    from: epochMicros(at('09:00:30') + i * 2_350_000),
    node: `cp-${i % 3}`,
    total: 1 + ((i * 7) % 40),
    warnings: i % 4 === 0 ? 3 : 0,
    errors: i % 9 === 0 ? 2 : 0,
  }));
  const history: Partial<History> = {
    collectedAt: at('09:02:04.154'),
    from: at('09:00:30'),
    to: at('09:02:04'),
    members: MEMBERS,
    nodes: ['cp-0', 'cp-1', 'cp-2'],
    clocks: [0, 2_000_000, 0].map((offset, i) => ({
      node: `cp-${i}`,
      reference: i === 0,
      offset,
      low: offset - 1500,
      high: offset + 1500.5,
      basis: ['raft-causality', 'prober'] as const,
      segments: [{ from: null, offset, low: null, high: null }],
      evidence: [],
    })),
    leadership: [
      { clusterId: null, raftTerm: 2, leader: null, name: 'etcd-0', from: at('09:00:31.570'), to: at('09:00:40.766'), endReason: 'crash', evidence: [] },
      { clusterId: null, raftTerm: 3, leader: null, name: 'etcd-2', from: at('09:01:46.839'), to: null, endReason: null, evidence: [] },
    ],
    roles: [
      role(0, 'leader', 2, '09:00:31.570', '09:00:40.766'),
      role(0, 'down', null, '09:00:40.766', '09:01:46.003'),
      role(0, 'follower', 3, '09:01:46.9', null),
      role(1, 'follower', 2, '09:00:31.570', '09:00:41.174'),
      role(1, 'down', null, '09:00:41.174', '09:01:48.013'),
      role(1, 'follower', 3, '09:01:48.013', null),
      role(2, 'follower', 2, '09:00:31.600', '09:00:43.001'),
      role(2, 'pre-candidate', 2, '09:00:43.001', '09:01:46.5'),
      role(2, 'candidate', 3, '09:01:46.5', '09:01:46.839'),
      role(2, 'leader', 3, '09:01:46.839', null),
    ],
    derived: [
      {
        type: 'cluster.leaderless',
        from: at('09:00:41.180'),
        to: at('09:01:46.839'),
        nodes: ['cp-2'],
        data: {
          cluster: null,
          scope: 'cluster',
          planned: false,
          orderly: false,
          duration: 65_659_000,
          low: 65_300_000,
          high: 66_100_000,
          raftTerm: 2,
          nextTerm: 3,
          members: ['etcd-2'],
          why: 'two of three members were down',
        },
        evidence: [cite(3, 3, '09:00:41.180', 'lost leader')],
      },
    ],
    undecided: [{ about: 'disk latency', because: 'no metrics in the bundle', nodes: ['cp-0'] }],
  };
  const facts: PlacedFact[] = [
    {
      type: 'etcd.crashed',
      at: at('09:00:40.700'),
      meaning: 'written',
      source: sourceId(1),
      ref: { entry: entryId(1), line: 2, offset: 150, length: 9 },
      data: { reason: 'signal 9', kind: 'fatal' },
      node: 'cp-0',
      component: 'etcd',
    },
  ];
  const leader = MEMBERS[2]?.id;
  const observer = MEMBERS[0]?.id;
  if (leader && observer)
    facts.push({
      type: 'raft.leader-elected',
      at: at('09:00:33.570'),
      meaning: 'written',
      source: sourceId(2),
      ref: { entry: entryId(2), line: 1, offset: 7, length: 9 },
      data: { member: observer, leader, raftTerm: 2 },
      node: 'cp-1',
      component: 'etcd',
    });
  return {
    files,
    findings,
    history,
    facts,
    density: bins,
    undecided: [{ rule: 'slow-disk', because: 'no fsync timing in the evidence', nodes: [] }],
    coverage: {
      unparsed: 0,
      skipped: [{ path: 'incident/cp-0/core.bin', reason: 'not a kind of evidence that is read' }],
      damaged: [{ path: 'incident/cp-1/etcd.log.1.gz', reason: 'the compressed data ends early; what came before is kept' }],
      remarks: [{ path: 'incident/cp-2/etcd.log', code: 'TIME_INFERRED', reason: 'times without a year were put into a year', count: 3 }],
    },
  };
}
/** Everything a bundle could use to harm its reader. */
export const HOSTILE =
  '\u001b[31mred\u001b[0m</script></style><script>alert(1)</script><img src=x onerror=alert(1)>" onload="x\' \u202egnp.exe =HYPERLINK("http://evil") `rm` | [x](javascript:alert(1)) \u2028 \ud800';

export function hostileParts(): FakeParts {
  const finding: Finding = {
    id: `no-leader-1"><script>`,
    rule: 'no-leader',
    severity: 'critical',
    title: HOSTILE,
    summary: HOSTILE,
    nodes: [HOSTILE],
    start: at('09:00:41'),
    end: at('09:00:42'),
    evidence: [cite(1, 1, '09:00:41', HOSTILE), { ref: { entry: entryId(1), line: null, offset: 4096, length: 10 }, at: null, why: HOSTILE, text: HOSTILE }],
    counterEvidence: [cite(1, 2, null, HOSTILE)],
    remediation: [{ step: HOSTILE, command: HOSTILE, risk: 'high', riskNote: HOSTILE }],
    causes: [{ finding: HOSTILE, lag: 1, why: HOSTILE }],
  };
  return {
    bundlePath: HOSTILE,
    files: [{ path: HOSTILE, node: HOSTILE, lines: [HOSTILE, HOSTILE] }],
    findings: [finding],
    undecided: [{ rule: HOSTILE, because: HOSTILE, nodes: [HOSTILE] }],
    history: {
      from: at('09:00:40'),
      to: at('09:00:50'),
      nodes: [HOSTILE],
      members: [{ id: null, clusterId: null, name: HOSTILE, node: HOSTILE, version: HOSTILE, peerUrls: [], clientUrls: [], removedAt: null, aliases: [] }],
      roles: [{ member: HOSTILE, node: HOSTILE, role: 'leader', raftTerm: 2, from: at('09:00:40'), to: null }],
      leadership: [{ clusterId: null, raftTerm: 2, leader: null, name: HOSTILE, from: null, to: null, endReason: null, evidence: [] }],
    },
    coverage: { damaged: [{ path: HOSTILE, reason: HOSTILE }], remarks: [{ path: HOSTILE, code: 'PATH_ESCAPES', reason: HOSTILE, count: 2 }] },
    density: [{ from: at('09:00:41'), node: HOSTILE, total: 5, warnings: 1, errors: 1 }],
  };
}

const NOWHERE = { host: null, component: 'etcd', pod: null, container: null, generation: 'current', from: null, to: null } as const;

export function timelineRow(text: string, node: string, time: EpochMicros | null, written: EpochMicros | null = time): TimelineRow {
  return {
    event: { id: 1, source: sourceId(1), line: 3, offset: 200, time: written, level: 'warn', message: null },
    source: {
      id: sourceId(1),
      entry: entryId(1),
      ...NOWHERE,
      node,
    },
    path: 'incident/cp-0/etcd.log',
    at: time,
    text,
  };
}
