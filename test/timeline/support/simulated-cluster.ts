import type { FactMap, FactType } from '../../../src/model/fact.ts';
import type { MemberId, SourceId } from '../../../src/model/ids.ts';
import { epochMicros, SECOND } from '../../../src/model/time.ts';
import { CaseOfFacts, START, cluster, member } from './case-of-facts.ts';

export interface SimulatedMember {
  readonly name: string;
  readonly id: MemberId;
  /** how far its clock runs ahead of true time, microseconds */
  readonly offset: number;
  readonly source: SourceId;
}

export interface SimulationOptions {
  readonly offsets: readonly number[];
  /** a number in [0, 1) from the test's own generator */
  readonly random: () => number;
  /** share of log lines that are missing */
  readonly lost?: number;
}

const CLUSTER = cluster('c1c1c1c1c1c1c1c1');

/** A cluster whose members log as etcd does, each by its own clock; messages take 0.2–5 ms. */
export class SimulatedCluster {
  readonly case = new CaseOfFacts();
  readonly members: readonly SimulatedMember[];
  private readonly random: () => number;
  private readonly lost: number;
  private term = 1;

  constructor({ offsets, random, lost = 0 }: SimulationOptions) {
    this.random = random;
    this.lost = lost;
    this.members = offsets.map((offset, i) => {
      const name = `n${i + 1}`;
      return { name, id: member(`${(i + 1).toString(16).repeat(8)}ab`), offset, source: this.case.addSource({ node: name }) };
    });
    for (const m of this.members) {
      this.say(
        m,
        0,
        'etcd.identified',
        { member: m.id, cluster: CLUSTER, name: m.name, version: '3.5.16', peerUrls: [`http://10.0.0.${m.name.slice(1)}:2380`], clientUrls: [] },
        true,
      );
      this.say(m, 0, 'raft.configuration', { member: m.id, voters: this.members.map((x) => x.id), learners: [] }, true);
    }
  }

  /** `when` in true seconds */
  say<Type extends FactType>(m: SimulatedMember, when: number, type: Type, data: FactMap[Type], certain = false): void {
    if (!certain && this.random() < this.lost) return;
    this.case.fact(m.source, type, epochMicros(START + when * SECOND + m.offset), data);
  }

  private delay(): number {
    return 0.0002 + this.random() * 0.0048;
  }

  /** An election won by `leader`; returns the true second it became leader. */
  elect(leader: SimulatedMember, when: number, voters: readonly SimulatedMember[] = this.members): number {
    const raftTerm = (this.term += 1);
    const own = leader.id;
    let now = when;
    this.say(leader, now, 'raft.became', { member: own, role: 'candidate', raftTerm });
    let majority = now;
    for (const voter of voters) {
      if (voter === leader) continue;
      now += 0.00001;
      this.say(leader, now, 'raft.vote-requested', { member: own, to: voter.id, raftTerm, preVote: false });
      const heard = now + this.delay();
      this.say(voter, heard, 'raft.higher-term-seen', { member: voter.id, from: own, message: 'MsgVote', ownTerm: raftTerm - 1, raftTerm });
      this.say(voter, heard + 0.00001, 'raft.became', { member: voter.id, role: 'follower', raftTerm });
      this.say(voter, heard + 0.00002, 'raft.vote-cast', { member: voter.id, candidate: own, raftTerm, preVote: false, outcome: 'granted' });
      const answered = heard + 0.00002 + this.delay();
      this.say(leader, answered, 'raft.vote-received', { member: own, from: voter.id, raftTerm, preVote: false, granted: true });
      majority = Math.max(majority, answered);
    }
    const led = majority + 0.00001;
    this.say(leader, led, 'raft.became', { member: own, role: 'leader', raftTerm }, true);
    this.say(leader, led + 0.00001, 'raft.leader-elected', { member: own, leader: own, raftTerm });
    for (const voter of voters) {
      if (voter !== leader) this.say(voter, led + this.delay(), 'raft.leader-elected', { member: voter.id, leader: own, raftTerm }, true);
    }
    return led;
  }

  loseLeader(leader: SimulatedMember, when: number, by: readonly SimulatedMember[]): void {
    for (const m of by) this.say(m, when + this.delay(), 'raft.leader-lost', { member: m.id, leader: leader.id, raftTerm: this.term }, true);
  }

  get raftTerm(): number {
    return this.term;
  }
}

/** A small generator so that a failing property can be replayed from its seed. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
