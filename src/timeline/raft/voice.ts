import type { RaftRole } from '../../model/facts/raft.ts';
import type { Member } from '../../model/history.ts';
import type { MemberId } from '../../model/ids.ts';
import type { EpochMicros } from '../../model/time.ts';
import { anyBetween, firstAtOrAfter } from '../search.ts';
import type { VoiceFact } from './voice-fact.ts';

/** One life of the process, from its start (or the beginning of the log) to its last sign. */
export interface Run {
  readonly from: EpochMicros;
  /** the start line; null when the log begins in the middle of a life */
  readonly start: VoiceFact | null;
  /** last sign of life */
  last: EpochMicros;
  lastFact: VoiceFact;
  ready: VoiceFact | null;
  signal: VoiceFact | null;
  crash: VoiceFact | null;
  failed: VoiceFact | null;
  removed: VoiceFact | null;
  /** it read a log that it had written before: not its first life */
  again: boolean;
  /** the election timeout it was started with, microseconds; null where that is not told */
  election: number | null;
  /** the process manager saw the process end */
  exited: VoiceFact | null;
}

export interface RoleChange {
  readonly at: EpochMicros;
  readonly role: RaftRole;
  readonly raftTerm: number;
  readonly fact: VoiceFact;
}

/** What the member knew of its leader from then on; null = none. */
export interface LeaderChange {
  readonly at: EpochMicros;
  readonly leader: Member | null;
  readonly raftTerm: number | null;
  readonly fact: VoiceFact;
}

/** A request for a vote or pre-vote: sent to this member, or come from it. */
export interface Asked {
  readonly at: EpochMicros;
  readonly of: MemberId;
  readonly fact: VoiceFact;
}

/** One member's own account, from its log. Times are corrected. */
export interface Voice {
  readonly member: Member;
  /** the election timeout that its configuration sets, microseconds; 0 where none is known */
  election: number;
  /** when it said anything, ascending */
  readonly signs: number[];
  readonly runs: Run[];
  readonly roles: RoleChange[];
  readonly leaders: LeaderChange[];
  /** when it said that it has no leader, each time it did, and when it said anything of where it stands in raft; ascending */
  readonly claims: EpochMicros[];
  readonly stands: EpochMicros[];
  readonly configurations: { readonly at: EpochMicros; readonly voters: readonly MemberId[]; readonly learners: readonly MemberId[] }[];
  /** votes cast in elections (not in pre-votes) */
  readonly votes: (VoiceFact & { readonly type: 'raft.vote-cast' })[];
  /** votes and pre-votes it asked others for */
  readonly asked: Asked[];
  /** such requests of others that reached it, whatever it made of them */
  readonly considered: Asked[];
  /** what each start read from disk */
  readonly restarts: (VoiceFact & { readonly type: 'raft.restarted' })[];
  /** sentences the derivations look up by type */
  readonly notes: VoiceFact[];
  /** when it was restarted by force into a cluster of its own */
  forced: VoiceFact | null;
}
export function newVoice(member: Member): Voice {
  return {
    member,
    election: 0,
    signs: [],
    runs: [],
    roles: [],
    leaders: [],
    claims: [],
    stands: [],
    configurations: [],
    votes: [],
    asked: [],
    considered: [],
    restarts: [],
    notes: [],
    forced: null,
  };
}

/** True when the member said anything in the stretch, ends included. */
export function spoke(voice: Voice, from: number, to: number): boolean {
  return anyBetween(voice.signs, from, to);
}
/** The longest silence that touches the stretch: the last sign at or before `to` and the next one after it. */
export function silenceAround(voice: Voice, at: number): { readonly from: number; readonly to: number } {
  const next = firstAtOrAfter(voice.signs, at);
  return { from: voice.signs[next - 1] ?? -Infinity, to: voice.signs[next] ?? Infinity };
}
