import { describe, expect, it } from 'vitest';
import { buildHistory } from '../../src/timeline/build-history.ts';
import { at } from './support/case-of-facts.ts';
import { of } from './support/derived-of.ts';
import { Logs } from './support/logs.ts';
import { three, type Three } from './support/scenes.ts';
import { STARTED } from './support/sentences.ts';

const REFUSED = 'dial tcp 127.0.0.1:2379: connect: connection refused';
const TIMED_OUT = 'etcdserver: request timed out';

describe('an API server that gets nothing from its etcd', () => {
  it('as its log begins may just have been started with it', () => {
    const logs = (begins: number): Logs => {
      const log = new Logs(400).say('cp-1', 'kube-apiserver', 'apiserver.slow-request', begins, { took: 1, what: 'list' });
      for (const t of [300, 308, 316]) log.say('cp-1', 'kube-apiserver', 'apiserver.etcd-error', t, { error: TIMED_OUT, kind: 'timeout' });
      return log;
    };
    expect(of(logs(299).history(), 'apiserver.unavailable')).toEqual([]);
    expect(logs(299).undecided('apiserver-unavailable')).toBe(true);
    // a log that goes back before it knows of no start
    expect(of(logs(200).history(), 'apiserver.unavailable')).toMatchObject([{ from: at(300), nodes: ['cp-1'] }]);
  });

  /** The member of the first node is told to stop and comes back half a minute later; the API server beside it fails in between and a while after. */
  function restarted(failures: readonly number[], how: 'stopped' | 'killed'): Three {
    const scene = three();
    const { sim, a, b, c } = scene;
    sim.elect(b, 10);
    if (how === 'stopped') sim.say(a, 300, 'etcd.signal-received', { signal: 'terminated' });
    for (const m of [b, c]) sim.say(m, 300.1, 'peer.became-inactive', { peer: a.id, error: how === 'stopped' ? 'EOF' : 'unexpected EOF' });
    sim.say(a, 330, 'etcd.started', { ...STARTED, name: a.name });
    sim.say(a, 331, 'raft.leader-elected', { member: a.id, leader: b.id, raftTerm: 2 });
    for (const m of [b, c]) sim.say(m, 330.5, 'peer.became-active', { peer: a.id });
    const api = sim.case.addSource({ node: a.name, component: 'kube-apiserver' });
    sim.case.fact(api, 'apiserver.slow-request', at(20), { took: 1, what: 'list' });
    for (const t of failures) sim.case.fact(api, 'apiserver.etcd-error', at(t), { error: REFUSED, kind: 'unreachable' });
    sim.case.collected = at(600);
    return scene;
  }

  it('while that was restarted, and in the retries after it, is under maintenance', () => {
    const failures = [302, 308, 316, 324, 332, 340];
    expect(of(buildHistory(restarted(failures, 'stopped').sim.case).history, 'apiserver.unavailable')).toEqual([]);
    expect(of(buildHistory(restarted(failures, 'killed').sim.case).history, 'apiserver.unavailable')).toMatchObject([{ from: at(302), to: at(340) }]);
    // long after it was back
    expect(of(buildHistory(restarted([...failures, 348], 'stopped').sim.case).history, 'apiserver.unavailable')).toMatchObject([
      { from: at(302), to: at(348) },
    ]);
  });
});
