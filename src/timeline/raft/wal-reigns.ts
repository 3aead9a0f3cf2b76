import type { Citation } from '../../model/evidence.ts';
import type { PlacedFact } from '../../model/fact.ts';
import { phrase, type Phrase } from '../../model/phrases.ts';
import type { History, Member } from '../../model/history.ts';
import type { ClusterId, MemberId } from '../../model/ids.ts';
import { formatTime, type EpochMicros } from '../../model/time.ts';
import { cite } from '../cite.ts';
import type { FactReader } from '../facts/reader.ts';
import { append, groupBy } from '../group.ts';
import type { Identity } from '../identity/identify.ts';
import type { Reign } from './leadership.ts';
import { nodesOf } from './nodes-of.ts';
import { finiteBounds, type WalLog } from './wal-logs.ts';

export interface WalReigns {
  readonly reigns: readonly Reign[];
  readonly undecided: History['undecided'];
}

interface Vote {
  readonly voter: Member;
  readonly candidate: Member;
  readonly fact: PlacedFact<'raft.state' | 'raft.vote-cast'>;
}

/**
 * Leaderships proved by write-ahead logs: a term has begun there (its leader's empty entry), and a quorum is known to have voted
 * for one member. Whoever got another's vote had voted for itself before (upstream: etcd-io/raft `becomeCandidate`), so that in
 * a cluster of three one vote of another member is proof. A term with votes short of a quorum stays undecided.
 */
export function reignsFromWal(logs: readonly WalLog[], reader: FactReader, identity: Identity, known: readonly Reign[]): WalReigns {
  const reigns: Reign[] = [];
  const undecided: History['undecided'][number][] = [];
  for (const [cluster, own] of groupBy(logs, (l) => l.member.clusterId)) {
    const members = identity.members.filter((m) => m.clusterId === cluster);
    const quorum = Math.floor(Math.max(1, members.length) / 2) + 1;
    const votes = votesByTerm(own, reader, identity, cluster);
    const unknown: number[] = [];
    const terms = [
      ...groupBy(
        own.flatMap((log) => log.terms.map((fact) => ({ log, fact }))),
        (t) => t.fact.data.raftTerm,
      ),
    ].toSorted((a, b) => a[0] - b[0]);
    const last = terms.at(-1)?.[0] ?? 0;
    for (const [raftTerm, began] of terms) {
      if (known.some((r) => r.raftTerm === raftTerm && r.clusterId === cluster)) continue;
      const leader = winner(votes.get(raftTerm) ?? [], quorum);
      if (leader === null) {
        unknown.push(raftTerm);
        continue;
      }
      const bounds = began.map(({ log, fact }) => log.bounds(fact)).reduce((a, b) => ({ low: Math.max(a.low, b.low), high: Math.min(a.high, b.high) }));
      const { low, high } = finiteBounds(bounds);
      const evidence: Citation[] = began
        .slice(0, 2)
        .map(({ log, fact }) => ({ ref: fact.ref, at: null, why: termBegan({ raftTerm, member: log.member.name }, low, high) }));
      for (const vote of votes.get(raftTerm) ?? [])
        if (vote.candidate === leader)
          evidence.push(cite(vote.fact, phrase('{voter} voted for {leader} in term {raftTerm}', { voter: vote.voter.name, leader: leader.name, raftTerm })));
      reigns.push({
        leader,
        clusterId: cluster,
        raftTerm,
        from: null,
        to: null,
        endReason: raftTerm < last ? 'unknown' : null,
        evidence,
        own: false,
        bounds: { low, high },
      });
    }
    if (unknown.length > 0) {
      undecided.push({
        about: `who led raft term${unknown.length === 1 ? '' : 's'} ${list(unknown)}`,
        because: phrase('the write-ahead logs in the case hold too few votes of it to make a quorum, and no log of the members names its leader'),
        nodes: nodesOf(own.map((l) => l.member)),
      });
    }
  }
  return { reigns, undecided };
}

function votesByTerm(logs: readonly WalLog[], reader: FactReader, identity: Identity, cluster: ClusterId | null): ReadonlyMap<number, readonly Vote[]> {
  const votes = new Map<number, Vote[]>();
  const seen = new Set<string>();
  const add = (fact: Vote['fact'], voterId: MemberId, candidateId: MemberId): void => {
    const voter = identity.member(voterId);
    const candidate = identity.member(candidateId);
    const { raftTerm } = fact.data;
    const key = `${voterId} ${candidateId} ${raftTerm}`;
    if (voter === null || candidate === null || voter.clusterId !== cluster || seen.has(key)) return;
    seen.add(key);
    append(votes, raftTerm, { voter, candidate, fact });
  };
  for (const log of logs) for (const fact of log.states) if (fact.data.vote !== null) add(fact, fact.data.member, fact.data.vote);
  for (const fact of reader.facts(['raft.vote-cast']))
    if (!fact.data.preVote && fact.data.outcome === 'granted') add(fact, fact.data.member, fact.data.candidate);
  return votes;
}

function winner(votes: readonly Vote[], quorum: number): Member | null {
  for (const [candidate, own] of groupBy(votes, (v) => v.candidate)) {
    if (new Set([candidate, ...own.map((v) => v.voter)]).size >= quorum) return candidate;
  }
  return null;
}

/** `3, 5–9`. */
function list(terms: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const term of terms) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === term - 1) run[1] = term;
    else runs.push([term, term]);
  }
  return runs.map(([a, b]) => (a === b ? String(a) : `${a}–${b}`)).join(', ');
}

/** Records carry no time: the Lease renewals around one say between which it was written. */
function termBegan(where: { readonly raftTerm: number; readonly member: string }, low: EpochMicros | null, high: EpochMicros | null): Phrase {
  if (low !== null && high !== null)
    return phrase('term {raftTerm} began in the log of {member} after {low} and before {high}, by the Lease renewals around it', {
      ...where,
      low: formatTime(low),
      high: formatTime(high),
    });
  if (low !== null)
    return phrase('term {raftTerm} began in the log of {member} after {low}, by the Lease renewals around it', { ...where, low: formatTime(low) });
  if (high !== null)
    return phrase('term {raftTerm} began in the log of {member} before {high}, by the Lease renewals around it', { ...where, high: formatTime(high) });
  return phrase('term {raftTerm} began in the log of {member}', where);
}
