import { describe, expect, it } from 'vitest';
import { buildHistory } from '../../src/timeline/build-history.ts';
import { SECOND } from '../../src/model/time.ts';
import { at } from './support/case-of-facts.ts';
import { of } from './support/derived-of.ts';
import { three, type Three } from './support/scenes.ts';
import { STARTED } from './support/sentences.ts';
import type { SimulatedMember } from './support/simulated-cluster.ts';

function stopped({ sim }: Three, m: SimulatedMember, when: number): void {
  sim.say(m, when, 'etcd.signal-received', { signal: 'terminated' }, true);
}

/** A start of `m` that finds `leader`. */
function back({ sim }: Three, m: SimulatedMember, when: number, leader: SimulatedMember): void {
  sim.say(m, when, 'etcd.started', { ...STARTED, name: m.name }, true);
  sim.say(m, when + 1, 'raft.leader-elected', { member: m.id, leader: leader.id, raftTerm: sim.raftTerm }, true);
}

function alive({ sim }: Three, m: SimulatedMember, from: number, to: number): void {
  for (let second = from; second <= to; second += 2) sim.say(m, second, 'etcd.request-slow', { took: 200_000, method: null }, true);
}

describe('a stop in order that takes longer than a restart', () => {
  const down = (all: Three) => of(buildHistory(all.sim.case).history, 'member.down').map(({ data }) => [data.member, data.how, data.planned, data.orderly]);
  const maintained = (end: (all: Three) => void): Three => {
    const all = three();
    const { sim, a, b, c } = all;
    sim.case.collected = at(700);
    sim.elect(a, 5);
    alive(all, a, 6, 699);
    alive(all, b, 6, 699);
    alive(all, c, 6, 98);
    end(all);
    return all;
  };

  it('is maintenance where the member came back at its first start and the others kept a quorum', () => {
    const all = maintained((one) => {
      stopped(one, one.c, 100);
      back(one, one.c, 400, one.a);
      alive(one, one.c, 402, 699);
    });
    expect(down(all)).toEqual([['n3', 'stopped', false, true]]);
  });

  it('is none where the member is still away, or its start failed', () => {
    expect(down(maintained((one) => stopped(one, one.c, 100)))).toEqual([['n3', 'stopped', false, false]]);
    const failed = maintained((one) => {
      stopped(one, one.c, 100);
      one.sim.say(one.c, 200, 'etcd.started', { ...STARTED, name: 'n3' }, true);
      one.sim.say(one.c, 201, 'etcd.start-failed', { reason: 'bind: address already in use' }, true);
      back(one, one.c, 400, one.a);
      alive(one, one.c, 402, 699);
    });
    expect(down(failed).map((d) => d[3])).toEqual([false]);
  });
});

describe('a cluster shut down in order', () => {
  const shutDown = (elects: number) => {
    const all = three();
    const { sim, a, b, c } = all;
    sim.case.collected = at(900);
    sim.elect(a, 5);
    for (const m of [a, b, c]) alive(all, m, 6, 98);
    for (const [i, m] of [c, b, a].entries()) stopped(all, m, 100 + i);
    for (const m of [a, b, c]) sim.say(m, 500, 'etcd.started', { ...STARTED, name: m.name }, true);
    for (let second = 501; second < elects; second += 2)
      for (const m of [a, b, c]) sim.say(m, second, 'raft.became', { member: m.id, role: 'pre-candidate', raftTerm: sim.raftTerm }, true);
    sim.elect(a, elects);
    for (const m of [a, b, c]) alive(all, m, elects + 1, 899);
    const { history } = buildHistory(sim.case);
    return {
      leaderless: of(history, 'cluster.leaderless').map(({ data }) => [data.planned, data.orderly]),
      downs: of(history, 'member.down').map(({ data }) => data.orderly),
    };
  };

  it('was stopped on purpose, however long it was away, and its members were missed meanwhile', () => {
    expect(shutDown(503)).toEqual({ leaderless: [[false, true]], downs: [false, false, false] });
  });

  it('is at fault where it finds no leader when all are back', () => {
    expect(shutDown(560).leaderless).toEqual([[false, false]]);
  });
});

it('a candidate that peers follow in the term it stood in leads, whichever second its lines were put in', () => {
  const { sim, a, b, c } = three();
  sim.elect(a, 5);
  const raftTerm = 3;
  for (const m of [b, c]) {
    sim.say(m, 20, 'raft.leader-lost', { member: m.id, leader: a.id, raftTerm }, true);
    sim.say(m, 20.001, 'raft.leader-elected', { member: m.id, leader: a.id, raftTerm }, true);
  }
  sim.say(a, 20.5, 'raft.became', { member: a.id, role: 'candidate', raftTerm }, true);
  for (const m of [b, c]) for (let second = 21; second < 60; second += 1) sim.say(m, second, 'etcd.request-slow', { took: 200_000, method: null }, true);
  for (let second = 21; second < 60; second += 3)
    sim.say(a, second, 'raft.higher-term-seen', { member: a.id, from: c.id, message: 'MsgVote', ownTerm: 3, raftTerm: 3 }, true);
  expect(of(buildHistory(sim.case).history, 'cluster.leaderless').filter((l) => l.data.duration > SECOND)).toEqual([]);
});

it('a member that says it became leader needs no line more to have one', () => {
  const { sim, a, b, c } = three();
  sim.elect(a, 5);
  sim.say(b, 20, 'raft.became', { member: b.id, role: 'candidate', raftTerm: 3 }, true);
  sim.say(b, 20.1, 'raft.became', { member: b.id, role: 'leader', raftTerm: 3 }, true);
  for (const m of [a, c]) sim.say(m, 20.05, 'raft.leader-lost', { member: m.id, leader: a.id, raftTerm: 3 }, true);
  for (const m of [a, b, c]) for (let second = 21; second < 40; second += 1) sim.say(m, second, 'etcd.request-slow', { took: 200_000, method: null }, true);
  expect(of(buildHistory(sim.case).history, 'cluster.leaderless').filter((l) => l.data.scope === 'cluster' && l.data.duration > SECOND)).toEqual([]);
});

describe('the standing of members', () => {
  const outages = ({ sim }: Three) => of(buildHistory(sim.case).history, 'cluster.leaderless').filter((l) => l.data.duration > SECOND);

  it('outlives a stop that took no time', () => {
    const all = three();
    const { sim, a, b, c } = all;
    sim.elect(a, 5);
    alive(all, a, 6, 90);
    alive(all, b, 6, 38);
    stopped(all, c, 20);
    // the first words of the next life, before the line by which it is known as one
    sim.say(c, 22, 'raft.became', { member: c.id, role: 'follower', raftTerm: sim.raftTerm }, true);
    sim.say(c, 22, 'raft.restarted', { member: c.id, raftTerm: sim.raftTerm, commitIndex: 9, appliedIndex: 0, lastIndex: 9 }, true);
    sim.say(c, 23, 'raft.leader-elected', { member: c.id, leader: a.id, raftTerm: sim.raftTerm }, true);
    alive(all, c, 24, 90);
    stopped(all, b, 40);
    back(all, b, 50, a);
    alive(all, b, 52, 90);
    expect(outages(all)).toEqual([]);
  });

  it('is what its last words of a moment say, though a hole ends in that moment', () => {
    const all = three();
    const { sim, a, b, c } = all;
    for (const m of [a, b]) sim.say(m, 1, 'etcd.started', { ...STARTED, name: m.name }, true);
    for (const m of [a, b]) {
      sim.say(m, 60, 'raft.leader-lost', { member: m.id, leader: c.id, raftTerm: 3 }, true);
      sim.say(m, 60, 'raft.leader-elected', { member: m.id, leader: a.id, raftTerm: 3 }, true);
      alive(all, m, 61, 90);
    }
    sim.say(c, 60.1, 'etcd.signal-received', { signal: 'terminated' }, true);
    back(all, c, 75, a);
    alive(all, c, 77, 90);
    expect(outages(all)).toEqual([]);
  });

  it('counts for nothing in a term that others have left', () => {
    const all = three();
    const { sim, a, b, c } = all;
    sim.elect(b, 5);
    alive(all, a, 6, 12);
    sim.elect(c, 20, [b, c]);
    sim.say(c, 30, 'raft.leader-lost', { member: c.id, leader: c.id, raftTerm: 4 }, true);
    sim.say(c, 30.01, 'raft.leader-elected', { member: c.id, leader: a.id, raftTerm: 4 }, true);
    stopped(all, c, 30.1);
    back(all, c, 40, a);
    expect(outages(all)).toEqual([]);
  });
});
