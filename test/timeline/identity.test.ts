import { wordsIn } from '../../src/model/phrases.ts';
import { describe, expect, it } from 'vitest';
import { buildHistory } from '../../src/timeline/build-history.ts';
import { matchRounded } from '../../src/timeline/identity/rounded.ts';
import { whois } from '../../src/timeline/identity/whois.ts';
import { memberIdFromDecimal } from '../../src/model/ids.ts';
import { CaseOfFacts, at, cluster, member } from './support/case-of-facts.ts';
import { STARTED, STATUS } from './support/sentences.ts';

describe('identity', () => {
  it('joins member name, host, urls and decimal id', () => {
    const kase = new CaseOfFacts();
    const log = kase.addSource({ host: 'db1', path: 'case/db1-journal-etcd.log' });
    const id = member('7aa34d7a4c8348f9');
    kase.fact(log, 'etcd.identified', at(0), {
      member: id,
      cluster: cluster('465582396b8ec115'),
      name: 'infra0',
      version: '3.5.30',
      peerUrls: ['https://10.0.0.1:2380'],
      clientUrls: ['https://10.0.0.1:2379'],
    });
    kase.addSource({ path: 'case/db1-endpoint-status.json', component: 'etcdctl' });
    kase.addSource({ path: 'case/infra0_metrics.txt', component: 'etcdctl' });
    const { history, nodeChanges } = buildHistory(kase);
    expect(history.members).toMatchObject([{ name: 'infra0', node: 'db1', id }]);
    expect(nodeChanges.map((c) => c.node)).toEqual(['db1', 'db1', 'db1']);
    for (const text of ['infra0', 'db1', '0x7AA34D7A4C8348F9', BigInt(`0x${id}`).toString(), '10.0.0.1', 'https://10.0.0.1:2380']) {
      expect(whois(history, text).members.map((m) => m.member.name)).toEqual(['infra0']);
    }
    expect(whois(history, 'nobody').members).toEqual([]);
  });

  it.each(['2411722597597598700', '2411722597597598720'])('matches %s, as tools print the double nearest to a true id', (printed) => {
    const known = member('217828ecb69654bc');
    const rounded = memberIdFromDecimal(printed);
    if (rounded === null) throw new Error('not an id');
    expect(matchRounded([known, rounded])).toEqual([{ rounded, known }]);
  });

  it('keeps two ids apart that differ in the last digit, and matches one a tool rounded', () => {
    const kase = new CaseOfFacts();
    const log = kase.addSource({ node: 'a' });
    const exact = member('f2e47ae047a56745');
    const neighbour = member('f2e47ae047a56746');
    for (const [i, id] of [exact, member('146e974d9a20f516')].entries()) {
      kase.fact(log, 'member.listed', at(i), {
        member: id,
        cluster: null,
        name: `m${i}`,
        peerUrls: [`http://m${i}:2380`],
        clientUrls: [],
        learner: false,
        started: true,
      });
    }
    const rounded = memberIdFromDecimal(String(Number(BigInt(`0x${exact}`))).replace(/e\+\d+$/, ''));
    if (rounded === null) throw new Error('not an id');
    kase.fact(kase.addSource({ node: 'a', component: 'etcdctl' }), 'endpoint.status', at(5), {
      ...STATUS,
      endpoint: 'http://m0:2379',
      member: rounded,
      cluster: null,
      leader: rounded,
    });
    const { history } = buildHistory(kase);
    expect(history.members.map((m) => m.name)).toEqual(['m0', 'm1']);
    expect(history.undecided.some((u) => wordsIn('en', u.because).includes(exact))).toBe(true);
    expect(history.leadership).toMatchObject([{ name: 'm0', from: null }]);

    kase.fact(log, 'member.listed', at(9), {
      member: neighbour,
      cluster: null,
      name: 'm2',
      peerUrls: ['http://m2:2380'],
      clientUrls: [],
      learner: false,
      started: true,
    });
    expect(buildHistory(kase).history.members.filter((m) => m.id === exact || m.id === neighbour)).toHaveLength(2);
  });

  it('takes the name that capnslog publishes without the id for that of the log’s member', () => {
    const kase = new CaseOfFacts();
    const log = kase.addSource({ path: 'case/some.log' });
    const id = member('aa');
    kase.fact(log, 'etcd.restarted-from-wal', at(0), { member: id, cluster: null, commitIndex: 12, forced: false });
    kase.fact(log, 'raft.became', at(1), { member: id, role: 'leader', raftTerm: 3 });
    kase.fact(log, 'etcd.ready', at(2), { member: null, name: 'solo' });
    expect(buildHistory(kase).history.members).toMatchObject([{ id, name: 'solo' }]);
  });

  it('names the node of a log after its member where nothing else does', () => {
    const kase = new CaseOfFacts();
    const log = kase.addSource({ path: 'case/some.log' });
    kase.fact(log, 'etcd.identified', at(0), { member: member('aa'), cluster: null, name: 'etcd-0', version: null, peerUrls: [], clientUrls: [] });
    const { history } = buildHistory(kase);
    expect(history.nodes).toEqual(['etcd-0']);
    expect(history.members).toMatchObject([{ name: 'etcd-0', node: 'etcd-0' }]);
  });

  it('calls a machine by the name its journal gives it, where the path has but an address', () => {
    const kase = new CaseOfFacts();
    const log = kase.addSource({ node: '10.0.0.1', host: 'cp-1', path: '10_0_0_1/journalctl_etcd.txt' });
    kase.addSource({ node: '10.0.0.1', path: '10_0_0_1/date.txt', component: 'other' });
    kase.fact(log, 'etcd.identified', at(0), {
      member: member('7aa34d7a4c8348f9'),
      cluster: cluster('465582396b8ec115'),
      name: 'cp-1',
      version: '3.5.30',
      peerUrls: ['https://10.0.0.1:2380'],
      clientUrls: ['https://10.0.0.1:2379'],
    });
    const { history, nodeChanges } = buildHistory(kase);
    expect(history.members).toMatchObject([{ name: 'cp-1', node: 'cp-1' }]);
    expect(nodeChanges.map((c) => c.node)).toEqual(['cp-1', 'cp-1']);
  });

  it('does not take a folder that holds several members’ files for a machine', () => {
    const kase = new CaseOfFacts();
    for (const name of ['x1', 'x2']) {
      const log = kase.addSource({ node: 'logs', host: name });
      kase.fact(log, 'etcd.identified', at(0), {
        member: member(name === 'x1' ? 'a1' : 'a2'),
        cluster: null,
        name,
        version: null,
        peerUrls: [],
        clientUrls: [],
      });
    }
    expect(buildHistory(kase).history.nodes).toEqual(['x1', 'x2']);
  });

  it('tells apart two members whose logs follow each other in one file', () => {
    const kase = new CaseOfFacts();
    const log = kase.addSource({ node: 'a' });
    const started = { ...STARTED, name: 'a', version: null };
    for (const [i, id] of [member('a1'), member('a2')].entries()) {
      kase.fact(log, 'etcd.started', at(i * 100), started);
      kase.fact(log, 'raft.became', at(i * 100 + 1), { member: id, role: 'follower', raftTerm: 5 });
    }
    const { history } = buildHistory(kase);
    expect(history.members.map((m) => m.id)).toEqual(['a1', 'a2']);
    expect(history.members.every((m) => m.node === 'a' && m.name === 'a')).toBe(true);
  });
});
