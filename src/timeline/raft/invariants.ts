import type { Derived, DerivedMap } from '../../model/derived.ts';
import type { PlacedFact } from '../../model/fact.ts';
import type { Member } from '../../model/history.ts';
import type { MemberId } from '../../model/ids.ts';
import type { EpochMicros } from '../../model/time.ts';
import { MINUTE } from '../../model/time.ts';
import { cite } from '../cite.ts';
import { firstOf, within } from '../search.ts';
import { nodesOf } from './nodes-of.ts';
import type { VoiceFact } from './voice-fact.ts';
import type { Voice } from './voice.ts';
import type { Voices } from './voices.ts';
import type { WalLog } from './wal-logs.ts';

type Broken = Derived<'raft.invariant-broken'>;

/**
 * What raft never does within one data directory: terms fall, a member votes for two in a term, the commit index falls. Each is
 * proof of a directory that was put back to an older state, or of two histories under one id. A member that begins anew (term
 * 0 or 1) begins a new history, and is not held to the old one.
 */
export function* brokenInvariants(voices: Voices, logs: readonly WalLog[]): Iterable<Broken> {
  for (const voice of voices.all) {
    yield* fallenTerms(voice);
    yield* votedTwice(voice);
    yield* fallenCommits(voice);
  }
  for (const log of logs) if (log.sound) yield* ofWal(log);
}

function broken(
  member: Member,
  invariant: DerivedMap['raft.invariant-broken']['invariant'],
  detail: string,
  at: EpochMicros | null,
  facts: readonly { readonly fact: PlacedFact; readonly why: string }[],
): Broken {
  return {
    type: 'raft.invariant-broken',
    from: at,
    to: at,
    nodes: nodesOf([member]),
    data: { invariant, member: member.name, detail },
    evidence: facts.map(({ fact, why }) => cite(fact, why)),
  };
}

function* fallenTerms(voice: Voice): Iterable<Broken> {
  let highest = 0;
  for (const role of voice.roles) {
    if (role.raftTerm <= 1 && highest > 1) {
      // Start-up also prints term 0 before the stored one.
      const next = firstOf(
        within(voice.roles, role.at, role.at + MINUTE, (r) => r.at),
        (r) => r.raftTerm > 1,
      );
      if (next !== undefined && next.at - role.at < MINUTE && next.raftTerm >= highest) continue;
      highest = 0;
    }
    if (role.raftTerm < highest) {
      yield broken(voice.member, 'term-fell', `term ${role.raftTerm} after term ${highest}`, role.at, [
        { fact: role.fact, why: `${voice.member.name} is at term ${role.raftTerm}` },
      ]);
    }
    highest = Math.max(highest, role.raftTerm);
  }
}

function* votedTwice(voice: Voice): Iterable<Broken> {
  let births = voice.roles.filter((r) => r.raftTerm <= 1).map((r) => r.at);
  let votes = new Map<number, { readonly candidate: MemberId; readonly fact: VoiceFact }>();
  for (const fact of voice.votes) {
    if (births[0] !== undefined && births[0] <= fact.when) {
      births = births.filter((at) => at > fact.when);
      votes = new Map();
    }
    const { raftTerm, candidate } = fact.data;
    const before = votes.get(raftTerm);
    if (before === undefined) votes.set(raftTerm, { candidate, fact });
    else if (before.candidate !== candidate) {
      yield broken(voice.member, 'voted-twice', `term ${raftTerm}: for ${before.candidate} and for ${candidate}`, fact.when, [
        { fact: before.fact, why: `${voice.member.name} votes for ${before.candidate}` },
        { fact, why: `${voice.member.name} votes for ${candidate} in the same term` },
      ]);
      return;
    }
  }
}

/** By what each start of the process read from disk. */
function* fallenCommits(voice: Voice): Iterable<Broken> {
  let before: (typeof voice.restarts)[number] | null = null;
  for (const fact of voice.restarts) {
    if (fact.data.raftTerm <= 1) before = null;
    else if (before !== null && fact.data.commitIndex < before.data.commitIndex) {
      yield broken(voice.member, 'commit-fell', `commit index ${fact.data.commitIndex} after ${before.data.commitIndex}`, fact.when, [
        { fact: before, why: `${voice.member.name} starts with commit index ${before.data.commitIndex}` },
        { fact, why: `${voice.member.name} starts with the lower commit index ${fact.data.commitIndex}` },
      ]);
      before = fact;
    } else before = fact;
  }
}

/** The order of records in the file stands for time. */
function* ofWal({ member, states }: WalLog): Iterable<Broken> {
  for (const [i, state] of states.entries()) {
    const before = states[i - 1];
    if (before === undefined) continue;
    const { raftTerm, vote, commitIndex } = state.data;
    const old = before.data;
    const pair = (what: string): readonly { readonly fact: PlacedFact; readonly why: string }[] => [
      { fact: before, why: `${member.name} has stored this ${what}` },
      { fact: state, why: `and this ${what} behind it` },
    ];
    if (raftTerm < old.raftTerm) yield broken(member, 'term-fell', `term ${raftTerm} after term ${old.raftTerm} in its write-ahead log`, null, pair('term'));
    else if (commitIndex < old.commitIndex)
      yield broken(member, 'commit-fell', `commit index ${commitIndex} after ${old.commitIndex} in its write-ahead log`, null, pair('commit index'));
    else if (raftTerm === old.raftTerm && vote !== null && old.vote !== null && vote !== old.vote)
      yield broken(member, 'voted-twice', `term ${raftTerm}: for ${old.vote} and for ${vote} in its write-ahead log`, null, pair('vote'));
  }
}
