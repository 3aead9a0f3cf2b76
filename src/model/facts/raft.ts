import type { MemberId } from '../ids.ts';
import type { Micros } from '../time.ts';

/** What one member logs of raft, or its write-ahead log holds. */
export interface RaftFacts {
  'raft.became': { member: MemberId; role: RaftRole; raftTerm: number };
  'raft.election-started': { member: MemberId; raftTerm: number };
  'raft.leader-elected': { member: MemberId; leader: MemberId; raftTerm: number };
  'raft.leader-changed': { member: MemberId; from: MemberId; leader: MemberId; raftTerm: number };
  'raft.leader-lost': { member: MemberId; leader: MemberId; raftTerm: number };
  'raft.vote-requested': { member: MemberId; to: MemberId; raftTerm: number; preVote: boolean };
  'raft.vote-cast': { member: MemberId; candidate: MemberId; raftTerm: number; preVote: boolean; outcome: 'granted' | 'rejected' | 'ignored-lease' };
  'raft.vote-received': { member: MemberId; from: MemberId; raftTerm: number; preVote: boolean; granted: boolean };
  'raft.higher-term-seen': { member: MemberId; from: MemberId; message: string; ownTerm: number; raftTerm: number };
  'raft.lower-term-ignored': { member: MemberId; from: MemberId; message: string; ownTerm: number; raftTerm: number };
  'raft.quorum-inactive': { member: MemberId };
  'raft.transfer-started': { member: MemberId; to: MemberId; raftTerm: number | null };
  'raft.timeout-now-sent': { member: MemberId; to: MemberId };
  'raft.timeout-now-received': { member: MemberId; from: MemberId; raftTerm: number };
  'raft.proposal-dropped': { member: MemberId; raftTerm: number };
  'raft.tick-missed': { member: MemberId };
  'raft.heartbeat-late': { to: MemberId | null; exceeded: Micros };
  'raft.configuration': { member: MemberId; voters: readonly MemberId[]; learners: readonly MemberId[] };
  'raft.restarted': { member: MemberId; raftTerm: number; commitIndex: number; appliedIndex: number; lastIndex: number };
  'raft.commit-out-of-range': { member: MemberId | null; commitIndex: number; lastIndex: number };
  'raft.state': { member: MemberId; raftTerm: number; vote: MemberId | null; commitIndex: number };
  'raft.term-began': { member: MemberId; raftTerm: number; raftIndex: number };
  'raft.configuration-changed': { member: MemberId; change: 'add' | 'remove' | 'update' | 'add-learner' | 'promote'; subject: MemberId };
}

export type RaftRole = 'follower' | 'pre-candidate' | 'candidate' | 'leader';
