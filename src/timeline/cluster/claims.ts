import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import { phrase } from '../../model/phrases.ts';
import type { Member } from '../../model/history.ts';
import type { ClusterId, EntryId } from '../../model/ids.ts';
import type { EpochMicros } from '../../model/time.ts';
import { SECOND, epochMicros } from '../../model/time.ts';
import { defineDerivation, type DerivationContext } from '../derivation.ts';
import { groupBy } from '../group.ts';

type Given = Derived<'raft.two-leaders-one-term' | 'raft.stale-leader' | 'cluster.forked'>;

/** A member's own word, in its status, that it leads. */
interface Claim {
  readonly member: Member;
  readonly raftTerm: number;
  /** highest commit index and applied index it named in that term */
  committed: number | null;
  applied: number | null;
  /** first and last time it said so; null where the status carries no time */
  first: EpochMicros | null;
  last: EpochMicros | null;
  readonly evidence: Citation;
}

/** A leader that checks its quorum steps down within an election timeout of losing it; removed members stop. */
const LINGERS = 10 * SECOND;

/**
 * What members say of themselves by `endpoint status`: two that lead in one term, one that still leads an older term, and sides
 * that cannot be one history. A newer leader holds everything an older one had committed (raft's leader completeness), so an
 * older term's leader that is further ahead, or still leads later, belongs to another history where also the member lists or
 * the data contradict each other.
 */
export const claimsDerivation = defineDerivation({
  id: 'claims',
  reads: ['endpoint.status', 'member.listed'],
  gives: ['raft.two-leaders-one-term', 'raft.stale-leader', 'cluster.forked'],
  *derive(context): Iterable<Given> {
    for (const [cluster, claims] of groupBy(gatherClaims(context), (c) => c.member.clusterId)) {
      for (const [i, older] of claims.entries()) {
        for (const newer of claims.slice(i + 1)) if (newer.member !== older.member) yield* pair(older, newer, cluster, context);
      }
    }
  },
});

/** In order of term. */
function gatherClaims(context: DerivationContext): readonly Claim[] {
  const claims = new Map<string, Claim>();
  for (const fact of context.facts(['endpoint.status'])) {
    const { member: id, raftTerm, isLeader, raftIndex, appliedIndex } = fact.data;
    const member = context.member(id);
    if (isLeader !== true || member === null || raftTerm === 0) continue;
    const key = `${member.id ?? member.name} ${raftTerm}`;
    const known = claims.get(key);
    if (known === undefined) {
      claims.set(key, {
        member,
        raftTerm,
        committed: raftIndex,
        applied: appliedIndex,
        first: fact.when,
        last: fact.when,
        evidence: context.cite(fact, phrase('{member} says that it leads term {raftTerm}', { member: member.name, raftTerm })),
      });
      continue;
    }
    known.committed = larger(known.committed, raftIndex);
    known.applied = larger(known.applied, appliedIndex);
    known.last = fact.when ?? known.last;
  }
  return [...claims.values()].toSorted((a, b) => a.raftTerm - b.raftTerm || (a.member.name < b.member.name ? -1 : 1));
}

function larger(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

function* pair(older: Claim, newer: Claim, cluster: ClusterId | null, context: DerivationContext): Iterable<Given> {
  const names = [older.member.name, newer.member.name];
  const nodes = context.nodesOf(names);
  const evidence = [older.evidence, newer.evidence];
  const same = older.raftTerm === newer.raftTerm;
  const lingers = older.last !== null && newer.first !== null && older.last > newer.first;
  if (same) {
    // For a moment after an election a status pairs the new leader with the old term; logs that know the term decide.
    if (loggedOtherwise(older, newer, context)) return;
    yield {
      type: 'raft.two-leaders-one-term',
      from: laterOf(older.first, newer.first),
      to: null,
      nodes,
      data: { raftTerm: older.raftTerm, leaders: names.toSorted(), cluster, basis: 'endpoint-status' },
      evidence,
    };
  }
  const ahead = !same && older.applied !== null && newer.committed !== null && older.applied > newer.committed;
  const long = lingers && (older.last ?? 0) - (newer.first ?? 0) > LINGERS;
  if (!forkKnown(context, names)) {
    const lists = same || ahead || long ? contradictingLists(older.member, newer.member, context) : null;
    const hashes = lists === null && (same || ahead || long) ? divergedBetween(names, context) : null;
    if (lists !== null || hashes !== null) {
      yield {
        type: 'cluster.forked',
        from: laterOf(older.first, newer.first),
        to: null,
        nodes,
        data: { sides: lists?.sides ?? [[older.member.name], [newer.member.name]], how: lists === null ? 'data' : 'membership' },
        evidence: [...evidence, ...(lists?.evidence ?? hashes ?? [])],
      };
      return;
    }
  }
  if (!same && lingers && !context.leadership.some((l) => l.raftTerm === older.raftTerm && l.from !== null)) {
    yield { type: 'raft.stale-leader', from: newer.first, to: older.last, nodes, data: { leaders: names, terms: [older.raftTerm, newer.raftTerm] }, evidence };
  }
}

function loggedOtherwise(a: Claim, b: Claim, context: DerivationContext): boolean {
  const term = a.raftTerm;
  return context.leadership.some(
    (l) =>
      l.from !== null &&
      ((l.raftTerm === term && (l.name === a.member.name || l.name === b.member.name)) ||
        (l.raftTerm === term + 1 && (l.name === a.member.name || l.name === b.member.name))),
  );
}

const laterOf = (a: EpochMicros | null, b: EpochMicros | null): EpochMicros | null => (a === null ? b : b === null ? a : epochMicros(Math.max(a, b)));

function forkKnown(context: DerivationContext, names: readonly string[]): boolean {
  return context.derived.some((d) => d.type === 'cluster.forked' && names.every((n) => d.data.sides.some((side) => side.includes(n))));
}

/** A member list that holds one leader and not the other, beside one that holds the other and not the first. */
function contradictingLists(
  a: Member,
  b: Member,
  context: DerivationContext,
): { readonly sides: readonly (readonly string[])[]; readonly evidence: readonly Citation[] } | null {
  const lists = new Map<EntryId, { readonly names: Set<string>; readonly first: Citation }>();
  for (const fact of context.facts(['member.listed'])) {
    // Lists inside databases and write-ahead logs are of any age.
    if (fact.component === 'etcd' || context.member(fact.data.member)?.clusterId !== a.clusterId) continue;
    const list = lists.get(fact.ref.entry) ?? { names: new Set<string>(), first: context.cite(fact, phrase('a member list of this side')) };
    lists.set(fact.ref.entry, list);
    list.names.add(context.nameOf(fact.data.member));
  }
  const own = [...lists.values()].find((l) => l.names.has(a.name) && !l.names.has(b.name));
  const others = [...lists.values()].find((l) => l.names.has(b.name) && !l.names.has(a.name));
  if (own === undefined || others === undefined) return null;
  return { sides: [[...own.names].toSorted(), [...others.names].toSorted()], evidence: [own.first, others.first] };
}

function divergedBetween(names: readonly string[], context: DerivationContext): readonly Citation[] | null {
  const found = context.derived.find((d) => d.type === 'hashkv.diverged' && d.data.basis !== 'corrupt-check' && names.every((n) => d.data.members.includes(n)));
  return found === undefined ? null : found.evidence.slice(0, 4);
}
