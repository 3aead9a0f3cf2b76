import type { Derived, DerivedMap } from '../../model/derived.ts';
import type { PlacedFact } from '../../model/fact.ts';
import { phrase, type Phrase } from '../../model/phrases.ts';
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
  detail: Phrase,
  at: EpochMicros | null,
  facts: readonly { readonly fact: PlacedFact; readonly why: Phrase }[],
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
      yield broken(voice.member, 'term-fell', phrase('term {term} after term {before}', { term: role.raftTerm, before: highest }), role.at, [
        { fact: role.fact, why: phrase('{member} is at term {raftTerm}', { member: voice.member.name, raftTerm: role.raftTerm }) },
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
      yield broken(
        voice.member,
        'voted-twice',
        phrase('term {term}: for {one} and for {other}', { term: raftTerm, one: before.candidate, other: candidate }),
        fact.when,
        [
          { fact: before.fact, why: phrase('{member} votes for {candidate}', { member: voice.member.name, candidate: before.candidate }) },
          { fact, why: phrase('{member} votes for {candidate} in the same term', { member: voice.member.name, candidate }) },
        ],
      );
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
      yield broken(
        voice.member,
        'commit-fell',
        phrase('commit index {index} after {before}', { index: fact.data.commitIndex, before: before.data.commitIndex }),
        fact.when,
        [
          { fact: before, why: phrase('{member} starts with commit index {commitIndex}', { member: voice.member.name, commitIndex: before.data.commitIndex }) },
          { fact, why: phrase('{member} starts with the lower commit index {commitIndex}', { member: voice.member.name, commitIndex: fact.data.commitIndex }) },
        ],
      );
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
    const pair = (what: Phrase): readonly { readonly fact: PlacedFact; readonly why: Phrase }[] => [
      { fact: before, why: phrase('{member} has stored this {what}', { member: member.name, what }) },
      { fact: state, why: phrase('and this {what} behind it', { what }) },
    ];
    if (raftTerm < old.raftTerm)
      yield broken(
        member,
        'term-fell',
        phrase('term {term} after term {before} in its write-ahead log', { term: raftTerm, before: old.raftTerm }),
        null,
        pair(phrase('term')),
      );
    else if (commitIndex < old.commitIndex)
      yield broken(
        member,
        'commit-fell',
        phrase('commit index {index} after {before} in its write-ahead log', { index: commitIndex, before: old.commitIndex }),
        null,
        pair(phrase('commit index')),
      );
    else if (raftTerm === old.raftTerm && vote !== null && old.vote !== null && vote !== old.vote)
      yield broken(
        member,
        'voted-twice',
        phrase('term {term}: for {one} and for {other} in its write-ahead log', { term: raftTerm, one: old.vote, other: vote }),
        null,
        pair(phrase('vote')),
      );
  }
}
