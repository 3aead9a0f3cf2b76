// A case made up in memory: three members, a lost leader, a few thousand lines, and text that means harm.
// Plain JavaScript, since the driver that runs in a pseudo-terminal uses it without a compiler.

const SECOND = 1_000_000;
export const START = Date.UTC(2026, 2, 1, 10, 0, 0) * 1000;
export const HOUR = 3600 * SECOND;
const NODES = ['cp1', 'cp2', 'cp3'];
const IDS = { cp1: '8211f1d0f64f3269', cp2: '91bc3c398fb3c146', cp3: 'fd422379fda50e48' };

export const HOSTILE = [
  '\u001b[2J\u001b[31mowned\u001b[0m \u0007 bell \u009b5n',
  'right to left \u202e evil \u2066 isolate \u200d joined',
  '漢字かな交じりの行 '.repeat(12),
  '👩‍👩‍👧‍👦 ⚠️ ❤️ 🇩🇪 emoji of every kind '.repeat(4),
  `z\u0301\u0302\u0303\u0304\u0305\u0306\u0307a\u0301l\u0301g\u0301o ${'x'.repeat(60_000)}`,
  'lone \ud800 surrogate, tab\there, carriage\rreturn, nul\u0000',
  '\u001b]0;title\u0007\u001b]52;c;aGk=\u0007\u001bP1$r\u001b\\',
];

const MESSAGES = [
  ['info', 'compacted Raft logs', '"compact-index":120034'],
  ['info', 'applied snapshot', '"took":"12.4ms"'],
  ['warn', 'apply request took too long', '"took":"412.7ms","expected-duration":"100ms","prefix":"read-only range "'],
  ['info', 'raft.node: elected leader', '"local-member-id":"8211f1d0f64f3269"'],
  ['error', 'lost the TCP streaming connection with remote peer', '"remote-peer-id":"91bc3c398fb3c146","error":"EOF"'],
  ['debug', 'successful auth', '"user":"root"'],
];

function makeRows(count) {
  const rows = [];
  for (let i = 0; i < count; i++) {
    const node = NODES[i % 3];
    // one pile of 900 lines with one and the same time
    const at = START + (i >= 2000 && i < 2900 ? 2000 : i) * Math.floor(HOUR / count);
    const hostile = i % 97 === 5 ? HOSTILE[Math.floor(i / 97) % HOSTILE.length] : null;
    const [level, message, rest] = MESSAGES[i % 11 === 0 ? 2 : i % 53 === 0 ? 4 : i % 7 === 0 ? 1 : i % 17 === 0 ? 5 : 0];
    const stamp = new Date(at / 1000).toISOString();
    const text = hostile ?? `{"level":"${level}","ts":"${stamp}","caller":"etcdserver/raft.go:${i}","msg":"${message}","n":${i},${rest}}`;
    rows.push({
      event: {
        id: i + 1,
        source: (i % 3) + 1,
        line: Math.floor(i / 3) + 1,
        offset: Math.floor(i / 3) * 160,
        time: at + (node === 'cp3' ? 4 * SECOND : 0),
        level: hostile ? 'unknown' : level,
        message: null,
      },
      source: {
        id: (i % 3) + 1,
        entry: (i % 3) + 1,
        host: node,
        node,
        component: i % 5 === 0 ? 'kube-apiserver' : 'etcd',
        pod: null,
        container: null,
        generation: 'current',
        from: START,
        to: START + HOUR,
      },
      path: `support-bundle/${node}/var/log/pods/kube-system_etcd-${node}/etcd/0.log`,
      at,
      text,
    });
  }
  return rows;
}

const at = (minutes) => START + minutes * 60 * SECOND;
const cite = (entry, line, why, when, text) => ({
  ref: { entry, line, offset: line === null ? 4096 : (line - 1) * 160, length: 150 },
  at: when,
  why,
  ...(text === undefined ? {} : { text }),
});

function makeFindings() {
  const step = (text, command, risk, riskNote = null) => ({ step: text, command, risk, riskNote });
  return [
    {
      id: 'cert-expiring-1',
      rule: 'cert-expiring',
      severity: 'info',
      title: 'Two certificates end within 60 days',
      summary: 'The certificates of the API server end on 2026-04-20.',
      nodes: ['cp1'],
      start: at(60),
      end: null,
      evidence: [cite(4, null, 'notAfter is 2026-04-20', null, 'Not After : Apr 20 10:00:00 2026 GMT')],
      counterEvidence: [],
      remediation: [step('Renew them with the next maintenance', 'kubeadm certs renew all', 'low')],
      causes: [],
    },
    {
      id: 'no-leader-1',
      rule: 'no-leader',
      severity: 'critical',
      title: 'etcd had no leader for 4 min 10 s: nothing could be written',
      summary:
        'After the leader cp1 stopped hearing its peers, no member could gather a quorum of votes. Every write and every linearizable read failed until cp2 was elected in term 8. The API servers answered with 504 in that time.',
      nodes: ['cp1', 'cp2', 'cp3'],
      start: at(20),
      end: at(24.17),
      evidence: [
        cite(1, 401, 'cp1 stepped down, since quorum is not active', at(20)),
        cite(2, 402, 'cp2 asked for votes and got none', at(21.2)),
        cite(3, 66, 'the line that means harm', at(22)),
        ...Array.from({ length: 12 }, (_, i) => cite(1, 410 + i * 3, `proposal dropped, no leader (${i + 1})`, at(20.5 + i * 0.2))),
      ],
      counterEvidence: [cite(3, 500, 'cp3 answered health checks in between', at(22.5))],
      remediation: [
        step(
          'Look whether the network between cp1 and the others stands again',
          'etcdctl --endpoints=https://10.0.0.1:2379,https://10.0.0.2:2379,https://10.0.0.3:2379 endpoint status -w table',
          'none',
        ),
        step(
          'Move the leader away from cp1 if its link stays weak',
          'etcdctl --endpoints=https://10.0.0.1:2379 move-leader 91bc3c398fb3c146',
          'medium',
          'Clients see a short pause while the leader moves.',
        ),
        step('Only if quorum cannot come back: restore from the newest good backup', null, 'high', 'Everything written since that backup is lost.'),
      ],
      causes: [{ finding: 'network-partition-1', lag: 8 * SECOND, why: 'cp1 could not hear its peers' }],
    },
    {
      id: 'network-partition-1',
      rule: 'network-partition',
      severity: 'critical',
      title: 'cp1 was cut off from cp2 and cp3',
      summary: 'Both sides were alive and logged that they could not reach the other.',
      nodes: ['cp1'],
      start: at(19.87),
      end: at(24),
      evidence: [cite(1, 398, 'lost the TCP streaming connection', at(19.87))],
      counterEvidence: [],
      remediation: [],
      causes: [],
    },
    {
      id: 'clock-skew-1',
      rule: 'clock-skew',
      severity: 'warning',
      title: 'The clock of cp3 runs 4.0 s ahead',
      summary: 'The prober on cp1 and the raft messages agree.',
      nodes: ['cp3'],
      start: at(0),
      end: null,
      evidence: [cite(1, 12, 'prober found high clock drift', at(1))],
      counterEvidence: [],
      remediation: [step('Start chronyd on cp3', 'systemctl enable --now chronyd', 'low')],
      causes: [],
    },
    {
      id: 'slow-disk-1',
      rule: 'slow-disk',
      severity: 'warning',
      title: `Hostile title \u001b[31m${HOSTILE[2]}`,
      summary: HOSTILE[3],
      nodes: ['cp2'],
      start: at(40),
      end: at(41),
      evidence: [cite(2, 800, HOSTILE[0], at(40))],
      counterEvidence: [],
      remediation: [],
      causes: [{ finding: 'missing-9', lag: null, why: 'points nowhere' }],
    },
    ...Array.from({ length: 22 }, (_, i) => ({
      id: `leader-churn-${i + 1}`,
      rule: 'leader-churn',
      severity: 'info',
      title: `Leader moved on purpose, number ${i + 1}`,
      summary: 'A planned transfer.',
      nodes: ['cp2'],
      start: at(45 + i / 2),
      end: at(45 + i / 2),
      evidence: [cite(2, 900 + i, 'transfer', at(45 + i / 2))],
      counterEvidence: [],
      remediation: [],
      causes: [],
    })),
  ];
}

function makeHistory() {
  const member = (name, i) => ({
    id: IDS[name],
    clusterId: 'cdf818194e3a8c32',
    name,
    node: name,
    version: '3.5.12',
    peerUrls: [`https://10.0.0.${i + 1}:2380`],
    clientUrls: [`https://10.0.0.${i + 1}:2379`],
    removedAt: null,
    aliases: [
      { text: IDS[name], kind: 'id', because: cite(i + 1, 3, 'starting an etcd server', at(0)) },
      { text: `10.0.0.${i + 1}`, kind: 'address', because: null },
      { text: `etcd-${name}`, kind: 'pod', because: cite(i + 1, 4, 'the path of its log', null) },
    ],
  });
  const role = (name, what, raftTerm, from, to) => ({ member: name, node: name, role: what, raftTerm, from: at(from), to: to === null ? null : at(to) });
  const lead = (name, raftTerm, from, to, endReason) => ({
    clusterId: 'cdf818194e3a8c32',
    raftTerm,
    leader: IDS[name],
    name,
    from: at(from),
    to: to === null ? null : at(to),
    endReason,
    evidence: [],
  });
  const cert = (subject, minutes, state, path, authority = false) => ({
    type: 'certificate.validity',
    from: null,
    to: null,
    nodes: ['cp1'],
    data: {
      subject,
      names: [subject],
      path,
      notBefore: at(-9000),
      notAfter: at(minutes),
      left: (minutes - 60) * 60 * SECOND,
      lifetime: null,
      authority,
      state,
      basis: 'certificate',
    },
    evidence: [cite(4, 1, 'the certificate', null, 'Not After')],
  });
  return {
    collectedAt: at(60),
    from: at(0),
    to: at(60),
    nodes: NODES,
    members: NODES.map(member),
    clocks: [
      {
        node: 'cp1',
        reference: true,
        offset: 0,
        low: 0,
        high: 0,
        basis: ['ntp'],
        segments: [{ from: null, offset: 0, low: 0, high: 0 }],
        evidence: [cite(1, 2, 'chronyc tracking', at(0))],
      },
      {
        node: 'cp2',
        reference: false,
        offset: -1200,
        low: -8000,
        high: 6000,
        basis: ['raft-causality'],
        segments: [{ from: null, offset: -1200, low: -8000, high: 6000 }],
        evidence: [],
      },
      {
        node: 'cp3',
        reference: false,
        offset: 4 * SECOND,
        low: 3.9 * SECOND,
        high: 4.1 * SECOND,
        basis: ['prober', 'raft-causality'],
        segments: [
          { from: null, offset: 4 * SECOND, low: null, high: null },
          { from: at(50), offset: 0, low: null, high: null },
        ],
        evidence: [cite(1, 12, 'prober', at(1))],
      },
    ],
    leadership: [lead('cp1', 7, 0, 20, 'quorum-lost'), lead('cp2', 8, 24.17, 45, 'transfer'), lead('cp3', 9, 45, null, null)],
    roles: [
      role('cp1', 'leader', 7, 0, 20),
      role('cp1', 'candidate', 7, 20, 21),
      role('cp1', 'down', null, 21, 30),
      role('cp1', 'follower', 8, 30, 45),
      role('cp1', 'follower', 9, 45, null),
      role('cp2', 'follower', 7, 0, 20.2),
      role('cp2', 'pre-candidate', 7, 20.2, 23),
      role('cp2', 'candidate', 8, 23, 24.17),
      role('cp2', 'leader', 8, 24.17, 45),
      role('cp2', 'follower', 9, 45, null),
      role('cp3', 'unknown', null, 0, 3),
      role('cp3', 'follower', 7, 3, 45),
      role('cp3', 'leader', 9, 45, null),
    ],
    derived: [
      {
        type: 'cluster.leaderless',
        from: at(20),
        to: at(24.17),
        nodes: NODES,
        data: {
          cluster: null,
          scope: 'cluster',
          planned: false,
          duration: 4.17 * 60 * SECOND,
          low: 240 * SECOND,
          high: 260 * SECOND,
          raftTerm: 7,
          nextTerm: 8,
          members: NODES,
          why: 'quorum lost',
        },
        evidence: [cite(1, 401, 'stepped down', at(20))],
      },
      {
        type: 'member.down',
        from: at(21),
        to: at(30),
        nodes: ['cp1'],
        data: { member: 'cp1', id: IDS.cp1, how: 'unreachable', planned: false, duration: 9 * 60 * SECOND, ongoing: false },
        evidence: [cite(1, 401, 'stepped down', at(21))],
      },
      cert('kube-apiserver', 72000, 'valid', 'support-bundle/cp1/etc/kubernetes/pki/apiserver.crt'),
      cert('etcd-server', 30, 'expired', 'support-bundle/cp1/etc/kubernetes/pki/etcd/server.crt'),
      cert('kubernetes-ca', 5e6, 'valid', 'support-bundle/cp1/etc/kubernetes/pki/ca.crt', true),
    ],
    undecided: [{ about: 'backups', because: 'the bundle holds no backup log', nodes: [] }],
  };
}

const LEVELS = ['unknown', 'debug', 'info', 'notice', 'warn', 'error', 'fatal'];

/** @returns {import('../../src/model/ports.ts').CaseReader & { closed: () => boolean, reads: () => number, slow: (ms: number) => void }} */
export function fakeCase({ events = 4000, empty = false } = {}) {
  const rows = empty ? [] : makeRows(events);
  const history = empty
    ? { collectedAt: null, from: null, to: null, members: [], nodes: [], clocks: [], leadership: [], roles: [], derived: [], undecided: [] }
    : makeHistory();
  const findings = empty ? [] : makeFindings();
  const paths = NODES.map((node) => `support-bundle/${node}/var/log/pods/kube-system_etcd-${node}/etcd/0.log`);
  const entry = (id, path, lines, skipped = null) => ({
    id,
    bundle: 1,
    path,
    sha256: `${id}`.repeat(64).slice(0, 64),
    bytes: lines * 160,
    modifiedAt: null,
    parser: skipped === null ? 'etcd-zap' : null,
    skipped,
    lines,
    events: lines,
    continuations: 0,
    unparsed: 0,
  });
  const entries = empty
    ? []
    : [
        ...paths.map((path, i) => entry(i + 1, path, Math.ceil(events / 3))),
        entry(4, 'support-bundle/cp1/etc/kubernetes/pki/apiserver.crt', 30),
        entry(5, `support-bundle/${HOSTILE[1]}/${HOSTILE[2]}.bin`, 0, 'not recognised'),
      ];
  let slow = 0;
  let closed = false;
  let reads = 0;
  const time = (row, raw) => (raw ? row.event.time : row.at);

  function* timeline(query) {
    const raw = query.raw === true;
    const min = query.minLevel === undefined ? -1 : LEVELS.indexOf(query.minLevel);
    const ordered = raw ? rows.toSorted((a, b) => a.event.time - b.event.time || a.event.id - b.event.id) : rows;
    const list = query.direction === 'backward' ? ordered.toReversed() : ordered;
    let left = query.limit ?? Infinity;
    for (const row of list) {
      const t = time(row, raw);
      if (query.from !== undefined && t < query.from) continue;
      if (query.to !== undefined && t >= query.to) continue;
      if (query.nodes !== undefined && !query.nodes.includes(row.source.node)) continue;
      if (query.components !== undefined && !query.components.includes(row.source.component)) continue;
      if (LEVELS.indexOf(row.event.level) < min) continue;
      if (query.grep !== undefined && !query.grep.test(row.text)) continue;
      if (left-- <= 0) return;
      reads += 1;
      yield row;
    }
  }

  const ofEntry = (id) => rows.filter((row) => row.source.entry === id);
  const lineOf = (ref) => ofEntry(ref.entry).find((row) => row.event.line === ref.line);

  return {
    path: '/cases/fake.inquest',
    lang: 'en',
    history: () => history,
    findings: () => findings,
    undecided: () => (empty ? [] : [{ rule: 'slow-network', because: 'no round-trip times in this bundle', nodes: ['cp1'] }]),
    coverage: () => ({
      entries: entries.length,
      bytes: 645_120,
      lines: rows.length + 12,
      events: rows.length,
      continuations: empty ? 12 : 5,
      unparsed: empty ? 0 : 7,
      skipped: entries.filter((one) => one.skipped !== null).map((one) => ({ path: one.path, reason: one.skipped })),
      damaged: empty ? [] : [{ path: 'support-bundle/cp3/logs.tar.gz', reason: 'the archive ends before its last entry does' }],
      remarks: [],
    }),
    diagnostics: () =>
      empty
        ? []
        : [
            { code: 'ARCHIVE_TRUNCATED', entry: null, path: 'support-bundle/cp3/logs.tar.gz', line: null, offset: 70_000, detail: 'after 70 kB', count: 1 },
            { code: 'LINE_UNPARSED', entry: 1, path: paths[0], line: 77, offset: 12_160, detail: HOSTILE[0], count: 7 },
          ],
    sources: () => rows.slice(0, 30).map((row) => row.source),
    entries: () => entries,
    bundles: () => [],
    facts: () => [],
    timeline,
    *timelineSteps(query) {
      // as a large case does: something to be read first
      const until = performance.now() + slow;
      while (performance.now() < until) yield null;
      yield* timeline(query);
    },
    eventAt(entry, line) {
      const row = ofEntry(entry).findLast((one) => one.event.line <= line);
      return row === undefined ? null : { line: row.event.line, offset: row.event.offset, at: row.at };
    },
    slow(ms) {
      slow = ms;
    },
    // oxlint-disable-next-line require-yield
    *densitySteps(from, to, bins) {
      const width = (to - from) / bins;
      const out = new Map();
      for (const row of rows) {
        if (row.at < from || row.at >= to) continue;
        const i = Math.floor((row.at - from) / width);
        const bin = out.get(i) ?? { from: from + i * width, node: null, total: 0, warnings: 0, errors: 0 };
        bin.total += 1;
        if (row.event.level === 'warn') bin.warnings += 1;
        if (row.event.level === 'error') bin.errors += 1;
        out.set(i, bin);
      }
      return [...out.values()];
    },
    eventCount: () => rows.length,
    query: () => ({ columns: [], rows: [] }),
    text: (ref) => lineOf(ref)?.text ?? null,
    surroundings(ref, before, after) {
      if (ref.line === null || ref.entry === 4) return [];
      return ofEntry(ref.entry)
        .filter((row) => row.event.line >= ref.line - before && row.event.line <= ref.line + after)
        .map((row) => ({ line: row.event.line, text: row.text }));
    },
    entry: (id) => entries.find((one) => one.id === id) ?? null,
    close() {
      closed = true;
    },
    closed: () => closed,
    reads: () => reads,
  };
}
