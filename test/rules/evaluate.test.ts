import { fill } from '../../src/rules/template.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Derived, DerivedMap } from '../../src/model/derived.ts';
import type { Citation } from '../../src/model/evidence.ts';
import type { History, Member } from '../../src/model/history.ts';
import { entryId, memberIdFromHex, sourceId } from '../../src/model/ids.ts';
import type { FactSource } from '../../src/model/ports.ts';
import { epochMicros, MINUTE, SECOND } from '../../src/model/time.ts';
import { shellWord } from '../../src/rules/commands.ts';
import { makeRuleContext } from '../../src/rules/context.ts';
import { evaluateRules } from '../../src/rules/evaluate.ts';
import type { Source } from '../../src/model/bundle.ts';
import type { Lang } from '../../src/model/lang.ts';
import { parseRules } from '../../src/rules/parse.ts';
import { ruleText } from './world.ts';

const DIR = join(import.meta.dirname, '../../src/rules/catalogue');
const catalogue = parseRules(readdirSync(DIR).map((path) => ({ path, text: readFileSync(join(DIR, path), 'utf8') }))).rules;
const T0 = 1_700_000_000 * SECOND;
const at = (offset: number) => epochMicros(T0 + offset);
let place = 0;
const cite = (time: number): Citation => ({ ref: { entry: entryId(1), line: (place += 1), offset: place * 10, length: 9 }, at: at(time), why: 'seen' });

const member = (name: string, id: string, url: string): Member => ({
  id: memberIdFromHex(id),
  clusterId: null,
  name,
  node: `node-${name}`,
  version: null,
  peerUrls: [],
  clientUrls: [url],
  removedAt: null,
  aliases: [],
});

function down(name: string, from: number, duration: number, evidence = [cite(from)]): Derived<'member.down'> {
  return {
    type: 'member.down',
    from: at(from),
    to: at(from + duration),
    nodes: [`node-${name}`],
    data: { member: name, id: null, how: 'killed', planned: false, orderly: false, duration, ongoing: false, failure: null },
    evidence,
  };
}
/** It had not come back when the bundle was collected. */
function gone(name: string, from: number, how: DerivedMap['member.down']['how'] = 'killed'): Derived<'member.down'> {
  const whole = down(name, from, 20 * SECOND);
  return { ...whole, to: null, data: { ...whole.data, how, ongoing: true } };
}
function leaderless(from: number, duration: number): Derived<'cluster.leaderless'> {
  return {
    type: 'cluster.leaderless',
    from: at(from),
    to: at(from + duration),
    nodes: ['node-a', 'node-b', 'node-c'],
    evidence: [cite(from)],
    data: {
      cluster: null,
      scope: 'cluster',
      planned: false,
      orderly: false,
      duration,
      low: duration,
      high: duration,
      raftTerm: 2,
      nextTerm: 5,
      members: ['a', 'b', 'c'],
      why: 'quorum was lost',
    },
  };
}

function historyOf(derived: readonly Derived[], members = [member('a', '1a', 'https://10.0.0.1:2379'), member('b', '2b', 'https://10.0.0.2:2379')]): History {
  return {
    collectedAt: at(MINUTE),
    from: at(0),
    to: at(MINUTE),
    members,
    nodes: ['node-a', 'node-b', 'node-c'],
    clocks: [],
    leadership: [],
    roles: [],
    derived,
    undecided: [
      { about: 'clock-skew', because: 'no message both ways', nodes: ['node-a'] },
      { about: 'something else', because: 'x', nodes: [] },
    ],
  };
}

const source: FactSource = { *facts() {}, sources: () => [], entries: () => [], bundles: () => [] };

/** The rules that these tests are about: another one in the catalogue must not change what they see. */
const ABOUT: ReadonlySet<string> = new Set([
  'no-leader',
  'member-down',
  'quorum-at-risk',
  'clock-skew',
  'member-id-conflict',
  'restore-advice',
  'db-bloat',
  'data-inconsistency',
  'restart-loop',
  'slow-apply',
  'slow-disk',
]);
const few = catalogue.filter((rule) => ABOUT.has(rule.id));

function run(derived: readonly Derived[], lang: Lang = 'en', members?: readonly Member[]) {
  const history = members === undefined ? historyOf(derived) : historyOf(derived, [...members]);
  return { history, ...evaluateRules(few, makeRuleContext({ source, history, correct: (_, time) => time, lang })) };
}

describe('findings', () => {
  const derived = [leaderless(11 * SECOND, 30 * SECOND), down('b', 10.5 * SECOND, 20 * SECOND), down('a', 10 * SECOND, 20 * SECOND)];

  test('come by severity, start and rule, with ids by rule', () => {
    expect(run(derived).findings.map((one) => one.id)).toEqual(['no-leader-1', 'member-down-1', 'member-down-2']);
    expect(run(derived.toReversed()).findings).toEqual(run(derived).findings);
  });
  test('are linked to what came before them', () => {
    const [first] = run(derived).findings;
    expect(first?.causes.map((link) => [link.finding, link.lag])).toEqual([
      ['member-down-2', SECOND / 2],
      ['member-down-1', SECOND],
    ]);
  });
  test('are linked however long the chain is that they form', () => {
    const follows = (id: string, member: string, cause: string): { readonly path: string; readonly text: string } => ({
      path: `${id}.yaml`,
      text: ruleText(
        `fact: { type: member.down, where: { member: ${member} } }`,
        `causes: [{ rule: ${cause}, within: 1m, why: { en: it came before } }]\n`,
      ).replace('id: probe', `id: ${id}`),
    });
    const { rules, mistakes } = parseRules([follows('ping', 'a', 'pong'), follows('pong', 'b', 'ping')]);
    expect(mistakes).toEqual([]);
    const length = 12_000;
    const chain = Array.from({ length }, (_, i) => down(i % 2 === 0 ? 'a' : 'b', i * MINUTE, SECOND));
    const context = makeRuleContext({ source, history: historyOf(chain), correct: (_, time) => time });
    const { findings } = evaluateRules(rules, context);
    expect(findings).toHaveLength(length);
    expect(findings.filter((one) => one.causes.length === 0).map((one) => one.id)).toEqual(['ping-1']);
  });
  test('never follow from what came later', () => {
    const { findings } = run([leaderless(0, 5 * SECOND), down('a', 20 * SECOND, 20 * SECOND)]);
    expect(findings.flatMap((one) => one.causes)).toEqual([]);
  });
  test('commands carry the endpoints and ids of this case', () => {
    const steps = run([gone('a', 10 * SECOND)]).findings.flatMap((one) => one.remediation.flatMap((step) => step.command ?? []));
    expect(steps).toContain('etcdctl --endpoints=https://10.0.0.1:2379,https://10.0.0.2:2379 --cacert=<CA> --cert=<CERT> --key=<KEY> member remove 1a');
    const unknown = run([gone('a', 10 * SECOND)], 'en', []).findings.flatMap((one) => one.remediation.flatMap((step) => step.command ?? []));
    expect(unknown.some((command) => command.includes('--endpoints=<ENDPOINTS>') && command.endsWith('member remove <MEMBER_ID>'))).toBe(true);
  });
  test('a member that came back, or whose process runs, is not started or removed', () => {
    const commands = (fact: Derived<'member.down'>): readonly string[] =>
      run([fact]).findings.flatMap((one) => one.remediation.flatMap((step) => step.command ?? []));
    for (const fact of [down('a', 10 * SECOND, 20 * SECOND), gone('a', 10 * SECOND, 'unreachable')]) {
      expect(commands(fact).length).toBeGreaterThan(0);
      expect(commands(fact).filter((command) => /systemctl start|member remove/.test(command))).toEqual([]);
    }
  });
  test('where several members differ, none is named for removal', () => {
    const differ = (minority: readonly string[]): string => {
      const fact: Derived<'hashkv.diverged'> = {
        type: 'hashkv.diverged',
        from: at(SECOND),
        to: null,
        nodes: [],
        data: { revision: 9, compactRevision: null, members: ['a', 'b'], minority, basis: 'endpoint' },
        evidence: [cite(1)],
      };
      const [step] = run([fact]).findings.flatMap((one) => one.remediation.filter(({ risk }) => risk === 'high'));
      return `${step?.step ?? ''} ${step?.command ?? ''}`;
    };
    expect(differ(['a'])).toMatch(/differs \(a\) out.* member remove 1a$/);
    expect(differ([])).toMatch(/differs out.* member remove <MEMBER_ID>$/);
  });
  test('a member is told with its machine where its name does not say', () => {
    const named = (name: string, node: string): string =>
      run([{ ...gone(name, SECOND), nodes: [node] }], 'en', [{ ...member(name, '1a', 'https://10.0.0.1:2379'), node }]).findings[0]?.summary ?? '';
    expect(named('infra0', 'db1')).toMatch(/^infra0 \(db1\) was killed/);
    expect(named('etcd-cp-1', 'cp-1')).toMatch(/^etcd-cp-1 was killed/);
  });
  test('a number settles the ending of the word behind it', () => {
    const restarts = (unplanned: number): string => {
      const fact: Derived<'member.restarts'> = {
        type: 'member.restarts',
        from: at(SECOND),
        to: null,
        nodes: [],
        data: { member: 'a', count: 5, unplanned, within: 60 * SECOND },
        evidence: [cite(1)],
      };
      return run([fact]).findings[0]?.summary ?? '';
    };
    expect(restarts(5)).toContain('restarted 5 times unasked');
    expect(fill('{n} backup(s) failed', () => '1', '')).toBe('1 backup failed');
  });
  test('what began after a symptom was over is not told as its cause', () => {
    const slow = (node: string, from: number, until: number): Derived<'disk.slow'> => ({
      type: 'disk.slow',
      from: at(from),
      to: at(until),
      nodes: [node],
      data: { member: node, worst: 3 * SECOND, count: 9, kind: 'fsync', leader: true },
      evidence: [cite(from)],
    });
    const applied: Derived<'etcd.slow-apply'> = {
      type: 'etcd.slow-apply',
      from: at(10 * SECOND),
      to: at(12 * SECOND),
      nodes: ['x'],
      data: { member: 'x', worst: 6 * SECOND, count: 4 },
      evidence: [cite(10)],
    };
    const { findings } = run([slow('x', 9 * SECOND, 13 * SECOND), slow('y', 60 * SECOND, 65 * SECOND), applied]);
    const own = findings.find((one) => one.rule === 'slow-apply');
    expect(own?.severity).toBe('info');
    expect(own?.causes.map((cause) => cause.finding)).toEqual(['slow-disk-1']);
  });
  test('commands carry the certificate files that a server names, whole however many endpoints there are', () => {
    const files = { cert: '/etc/etcd/pki/server.crt', key: '/etc/etcd/pki/server.key', trustedCa: '/etc/etcd/pki/ca.crt' };
    const many = Array.from({ length: 9 }, (_, i) => member(`m${i}`, `${i + 1}a`, `https://etcd-${i}.very-long-name.example.internal:2379`));
    const history = historyOf([down('m1', 10 * SECOND, 20 * SECOND)], many);
    const context = makeRuleContext({ source, history, correct: (_, time) => time, lang: 'en' });
    const told = {
      type: 'etcd.client-tls',
      at: null,
      until: null,
      node: null,
      nodes: [],
      component: null,
      data: files,
      evidence: [],
      counterEvidence: [],
    } as const;
    const facts = (type: string): ReturnType<typeof context.facts> => (type === 'etcd.client-tls' ? [told] : context.facts(type));
    const commands = evaluateRules(few, { ...context, facts }).findings.flatMap((one) => one.remediation.flatMap((step) => step.command ?? []));
    const urls = many.map((one) => one.clientUrls[0]).join(',');
    expect(commands).toContain(
      `etcdctl --endpoints=${urls} --cacert=/etc/etcd/pki/ca.crt --cert=/etc/etcd/pki/server.crt --key=/etc/etcd/pki/server.key endpoint health`,
    );
  });
  test('commands are those of the oldest version in the cluster', () => {
    const commands = (version: string): readonly string[] =>
      run([leaderless(0, 60 * SECOND)], 'en', [
        { ...member('a', '1a', 'http://10.0.0.1:2379'), version, peerUrls: ['http://10.0.0.1:2380'] },
        { ...member('b', '2b', 'http://10.0.0.2:2379'), version: '3.5.16', peerUrls: ['http://10.0.0.2:2380'] },
      ]).findings.flatMap((one) => one.remediation.flatMap((step) => step.command ?? []));
    const restore =
      'snapshot restore <SNAPSHOT> --name <NAME> --initial-cluster a=http://10.0.0.1:2380,b=http://10.0.0.2:2380 --initial-advertise-peer-urls <PEER_URL> --data-dir <NEW_DATA_DIR>';
    const status = '--endpoints=http://10.0.0.1:2379,http://10.0.0.2:2379 endpoint status --cluster -w table';
    expect(commands('3.5.30')).toEqual(expect.arrayContaining([`etcdctl ${status}`, `etcdutl ${restore}`]));
    expect(commands('3.4.23')).toEqual(expect.arrayContaining([`etcdctl ${status}`, `etcdctl ${restore}`]));
    expect(commands('3.3.10')).toEqual(expect.arrayContaining([`ETCDCTL_API=3 etcdctl ${status}`, `ETCDCTL_API=3 etcdctl ${restore}`]));
  });
  test('commands are those of how etcd runs on the node', () => {
    const commands = (sources: readonly Source[]): readonly string[] => {
      const from = { ...source, sources: () => sources };
      const context = makeRuleContext({ source: from, history: historyOf([gone('b', 10 * SECOND)]), correct: (_, time) => time, lang: 'en' });
      return evaluateRules(few, context).findings.flatMap((one) => one.remediation.flatMap((step) => step.command ?? []));
    };
    const etcdOn = (node: string, change: Partial<Source>): Source => ({
      id: sourceId(1),
      entry: entryId(1),
      host: node,
      node: `node-${node}`,
      component: 'etcd',
      pod: null,
      container: null,
      generation: 'current',
      from: null,
      to: null,
      ...change,
    });
    expect(commands([])).toContain('systemctl start etcd');
    expect(commands([etcdOn('b', { pod: 'etcd-b' })])).toContain('ls /etc/kubernetes/manifests/etcd.yaml && systemctl restart kubelet');
    expect(commands([etcdOn('b', { component: 'rke2' })])).toContain('journalctl -u rke2-server --no-pager | tail -n 200');
    expect(commands([etcdOn('a', { pod: 'etcd-a' }), etcdOn('b', { component: 'k3s' })])).toContain('systemctl start k3s');
  });
  test('Chinese', () => {
    const { findings } = run(derived, 'zh');
    expect(findings[0]?.title).toBe('etcd 没有 leader');
    expect(findings[1]?.summary).toContain('被杀死');
  });
  test('what the history could not tell is told', () => {
    const { undecided } = run(derived);
    expect(undecided).toContainEqual({ rule: 'clock-skew', because: 'no message both ways', nodes: ['node-a'] });
    expect(undecided.map((one) => one.rule)).toContain('db-bloat');
    expect(undecided.map((one) => one.rule)).not.toContain('something else');
  });
});

describe('joining', () => {
  test('at the edge of the join time, and just beyond', () => {
    const two = (gap: number) => run([down('a', 0, 6 * SECOND), down('a', 6 * SECOND + gap, 6 * SECOND)]).findings;
    expect(two(60 * SECOND)).toHaveLength(1);
    expect(two(60 * SECOND)[0]).toMatchObject({ start: at(0), end: at(72 * SECOND) });
    expect(two(60 * SECOND + 1)).toHaveLength(2);
  });
  test('each place is cited once; of many, the first, the last and the worst stay', () => {
    const shared = cite(0);
    expect(run([down('a', 0, 6 * SECOND, [shared]), down('a', 10 * SECOND, 6 * SECOND, [shared])]).findings[0]?.evidence).toHaveLength(1);
    const many = Array.from({ length: 100 }, (_, i) => cite(i));
    const worst = cite(200.5);
    const last = cite(300);
    const [finding] = run([down('a', 0, 6 * SECOND, many), down('a', 10 * SECOND, 40 * SECOND, [worst]), down('a', 60 * SECOND, 6 * SECOND, [last])]).findings;
    expect(finding?.evidence).toHaveLength(20);
    expect(finding?.evidence[0]).toEqual(many[0]);
    expect(finding?.evidence.at(-1)).toEqual(last);
    expect(finding?.evidence).toContainEqual(worst);
  });
});

describe('symptoms', () => {
  const size: Derived<'cluster.size'> = {
    type: 'cluster.size',
    from: at(30 * SECOND),
    to: null,
    nodes: ['node-a'],
    data: { cluster: null, voters: 3, learners: 0, healthy: 2, quorum: 2 },
    evidence: [cite(30)],
  };
  test('weigh info beside the finding that explains them, and point to it', () => {
    const found = run([size, down('a', 10 * SECOND, 40 * SECOND)]).findings.find((one) => one.rule === 'quorum-at-risk');
    expect(found?.severity).toBe('info');
    expect(found?.causes.map((link) => link.finding)).toContain('member-down-1');
    expect(run([size]).findings).toMatchObject([{ rule: 'quorum-at-risk', severity: 'warning' }]);
  });
});

describe('hostile names', () => {
  test.each([
    ['$(rm -rf /)', `'$(rm -rf /)'`],
    ["a'b", `'a'\\''b'`],
    ['--force', null],
    ['', null],
    ['a\u001b[2Jb', `'a\\u{1b}[2Jb'`],
    ['https://10.0.0.1:2379', 'https://10.0.0.1:2379'],
  ])('%j becomes %s', (text, word) => {
    expect(shellWord(text)).toBe(word);
  });
  test('no control character reaches a summary', () => {
    const { findings } = run([down('a\u001b[2J', 0, 9 * SECOND)], 'en', []);
    expect(findings[0]?.summary).not.toContain('\u001b');
  });
});

test('a copied data directory: the copy is stopped first, and no member is taken out', () => {
  const id = memberIdFromHex('aa');
  if (id === null) throw new Error('id');
  const shared: Derived<'member.id-shared'> = {
    type: 'member.id-shared',
    from: at(0),
    to: null,
    nodes: ['node-a', 'spare'],
    data: { member: 'a', id, machines: ['node-a', 'spare'], copy: 'spare', overlap: 7 * SECOND },
    evidence: [cite(0)],
  };
  for (const [lang, first] of [
    ['en', 'Stop the copy on spare'],
    ['zh', '停止 spare 上的副本'],
  ] as const) {
    const found = run([shared], lang).findings.find((one) => one.rule === 'member-id-conflict');
    expect(found?.severity).toBe('critical');
    expect(found?.remediation[0]?.step).toContain(first);
    expect(found?.remediation.at(-1)?.command).toContain('endpoint hashkv --cluster');
    expect(JSON.stringify(found?.remediation)).not.toContain('member remove');
  }
});

test('a restore that loses nothing says so', () => {
  const candidate = (lostRevisions: number, lostTime: number): Derived<'restore.candidate'> => ({
    type: 'restore.candidate',
    from: at(0),
    to: null,
    nodes: [],
    data: { path: 'a.db', rank: 1, usable: true, reason: 'hash verified', revision: 900, lostRevisions, lostTime },
    evidence: [cite(0)],
  });
  const said = (one: Derived, lang: Lang) => run([one], lang).findings.find(({ rule }) => rule === 'restore-advice')?.summary;
  expect(said(candidate(0, 0), 'en')).toBe('Best to restore from a.db (revision 900); it loses nothing; hash verified.');
  expect(said(candidate(0, 0), 'zh')).toBe('最适合从 a.db 恢复（revision 900）；不会丢失数据；hash verified。');
  expect(said(candidate(4, 9 * SECOND), 'en')).toMatch(/; it loses 4 revisions, the last 9[^;]*; hash/);
});
