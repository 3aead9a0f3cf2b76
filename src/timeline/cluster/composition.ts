import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import { phrase } from '../../model/phrases.ts';
import type { ClusterId, EntryId, MemberId } from '../../model/ids.ts';
import type { Member } from '../../model/history.ts';
import type { EpochMicros } from '../../model/time.ts';
import { defineDerivation, type DerivationContext } from '../derivation.ts';
import { groupBy } from '../group.ts';
import { sizeByEndpoints } from './endpoints.ts';

/** How many members a cluster has, which versions run where they differ, and members that belong to another one. */
export const compositionDerivation = defineDerivation({
  id: 'composition',
  reads: [
    'member.listed',
    'raft.configuration',
    'etcd.removed-from-cluster',
    'etcd.identified',
    'etcd.started',
    'endpoint.status',
    'endpoint.health',
    'endpoint.status-failed',
    'peer.cluster-id-mismatch',
  ],
  gives: ['cluster.size', 'cluster.versions', 'cluster.id-mismatch'],
  *derive(context): Iterable<Derived<'cluster.size' | 'cluster.versions' | 'cluster.id-mismatch'>> {
    yield* sizes(context);
    yield* versions(context);
    yield* mismatches(context);
  },
});

interface Composition {
  readonly voters: ReadonlySet<MemberId>;
  readonly learners: ReadonlySet<MemberId>;
  readonly evidence: Citation;
}

interface Configured extends Composition {
  readonly at: number;
}

function* sizes(context: DerivationContext): Iterable<Derived<'cluster.size'>> {
  const known = configured(context);
  const latest = new Map<ClusterId | null, Composition>(known);
  const listed = new Map<ClusterId | null, { voters: Set<MemberId>; learners: Set<MemberId>; evidence: Citation }>();
  for (const fact of context.facts(['member.listed'])) {
    const { member, learner } = fact.data;
    const cluster = context.member(member)?.clusterId ?? fact.data.cluster;
    const list = listed.get(cluster) ?? { voters: new Set(), learners: new Set(), evidence: context.cite(fact, phrase('a member list')) };
    listed.set(cluster, list);
    if (context.member(member)?.removedAt == null) (learner ? list.learners : list.voters).add(context.member(member)?.id ?? member);
  }
  for (const [cluster, composition] of listed) if (!latest.has(cluster)) latest.set(cluster, composition);
  for (const [cluster, asked] of askedLists(context)) if (asked.at > (known.get(cluster)?.at ?? Infinity)) latest.set(cluster, asked);
  if (latest.size === 0) yield* sizeByEndpoints(context);
  const gone = awayAtTheEnd(context);
  for (const [cluster, { voters, learners, evidence }] of latest) {
    // a cluster that gave way to another one has no size any more
    if ([...voters].every((v) => context.member(v)?.removedAt != null)) continue;
    yield {
      type: 'cluster.size',
      from: null,
      to: null,
      nodes: [...new Set([...voters, ...learners].map((id) => context.nodeOf(id) ?? context.nameOf(id)))],
      data: {
        cluster,
        voters: voters.size,
        learners: learners.size,
        healthy: [...voters].filter((v) => !gone.has(v)).length,
        quorum: Math.floor(voters.size / 2) + 1,
      },
      evidence: [evidence],
    };
  }
}

/**
 * What each cluster answered when asked for its members: younger than the last configuration in logs that end early. Lists that
 * differ from each other prove nothing, and those inside databases and write-ahead logs are of any age.
 */
function askedLists(context: DerivationContext): Map<ClusterId | null, Configured> {
  interface Asked {
    readonly cluster: ClusterId | null;
    readonly at: number;
    readonly voters: Set<MemberId>;
    readonly learners: Set<MemberId>;
    readonly evidence: Citation;
  }
  const lists = new Map<EntryId, Asked>();
  for (const fact of context.facts(['member.listed'])) {
    if (fact.component === 'etcd') continue;
    const member = context.member(fact.data.member);
    const list = lists.get(fact.ref.entry) ?? {
      cluster: member?.clusterId ?? fact.data.cluster,
      at: fact.when ?? context.collectedAt ?? -Infinity,
      voters: new Set<MemberId>(),
      learners: new Set<MemberId>(),
      evidence: context.cite(fact, phrase('the members as listed at collection')),
    };
    lists.set(fact.ref.entry, list);
    (fact.data.learner ? list.learners : list.voters).add(member?.id ?? fact.data.member);
  }
  const agreed = new Map<ClusterId | null, Configured>();
  for (const [cluster, all] of groupBy([...lists.values()], (l) => l.cluster)) {
    const [first] = all;
    if (first !== undefined && first.voters.size > 0 && new Set(all.map(keyOf)).size === 1) agreed.set(cluster, first);
  }
  return agreed;
}

function keyOf({ voters, learners }: { readonly voters: Iterable<MemberId>; readonly learners: Iterable<MemberId> }): string {
  return `${[...voters].toSorted().join(' ')};${[...learners].toSorted().join(' ')}`;
}

/**
 * Members that were away when the evidence ends. Of one alone that had just been told to stop nobody knows: a rolling restart
 * looks like that for a second or two, and takes one member at a time.
 */
function awayAtTheEnd(context: DerivationContext): ReadonlySet<MemberId | null> {
  const away = context.downs.filter((d) => d.data.ongoing);
  const [only, second] = away;
  if (only === undefined || second !== undefined || !only.data.planned || only.data.how !== 'stopped') return new Set(away.map((d) => d.data.id));
  context.undecided(
    'quorum-at-risk',
    phrase('{member} was told to stop just before the evidence ends; whether it came back is not seen', { member: only.data.member }),
    only.nodes,
  );
  return new Set();
}

/**
 * Each cluster's raft configuration, as most of its members last knew it, the later one of two that as many knew. A removed member's
 * word does not count, and one that starts again first goes through the configurations of the past.
 */
function configured(context: DerivationContext): Map<ClusterId | null, Configured> {
  const byMember = new Map<string, { readonly cluster: ClusterId | null; readonly key: string; readonly at: number; readonly composition: Composition }>();
  const told = new Set<Member | null>();
  for (const fact of context.facts(['etcd.removed-from-cluster'])) told.add(context.memberOf(fact));
  for (const fact of context.facts(['raft.configuration'])) {
    const owner = context.member(fact.data.member);
    if (fact.data.voters.length === 0 || owner?.removedAt != null || told.has(owner)) continue;
    const ids = (list: readonly MemberId[]): readonly MemberId[] => list.map((id) => context.member(id)?.id ?? id).toSorted();
    const voters = ids(fact.data.voters);
    const learners = ids(fact.data.learners);
    byMember.set(fact.data.member, {
      cluster: owner?.clusterId ?? null,
      key: keyOf({ voters, learners }),
      at: fact.when ?? -Infinity,
      composition: { voters: new Set(voters), learners: new Set(learners), evidence: context.cite(fact, phrase('the members of the raft configuration')) },
    });
  }
  const chosen = new Map<ClusterId | null, Configured>();
  for (const [cluster, known] of groupBy([...byMember.values()], (k) => k.cluster)) {
    const votes = new Map<string, { count: number; last: (typeof known)[number] }>();
    for (const one of known) {
      const vote = votes.get(one.key) ?? { count: 0, last: one };
      votes.set(one.key, vote);
      vote.count += 1;
      if (one.at >= vote.last.at) vote.last = one;
    }
    const [best] = [...votes.values()].toSorted((x, y) => y.count - x.count || y.last.at - x.last.at);
    if (best !== undefined) chosen.set(cluster, { ...best.last.composition, at: best.last.at });
  }
  return chosen;
}

function* versions(context: DerivationContext): Iterable<Derived<'cluster.versions'>> {
  const byMember = new Map<string, { readonly version: string; readonly evidence: Citation }>();
  for (const fact of context.facts(['etcd.started', 'etcd.identified', 'endpoint.status'])) {
    const { version } = fact.data;
    const member = context.memberOf(fact);
    if (version === null || member === null || member.removedAt !== null) continue;
    byMember.set(member.name, { version, evidence: context.cite(fact, phrase('{member} runs etcd {version}', { member: member.name, version })) });
  }
  const found = [...new Set([...byMember.values()].map((v) => v.version))].toSorted();
  if (found.length < 2) return;
  yield {
    type: 'cluster.versions',
    from: null,
    to: null,
    nodes: context.nodesOf([...byMember.keys()]),
    data: { versions: found },
    evidence: found.flatMap((version) =>
      [...byMember.values()]
        .filter((v) => v.version === version)
        .slice(0, 1)
        .map((v) => v.evidence),
    ),
  };
}

interface Mismatch {
  readonly local: ClusterId | null;
  readonly remote: ClusterId | null;
  readonly from: EpochMicros | null;
  readonly members: Set<string>;
  readonly evidence: Citation[];
}

/** Both sides of one quarrel are one: each logs the other's cluster id as the remote one. */
function* mismatches(context: DerivationContext): Iterable<Derived<'cluster.id-mismatch'>> {
  const byPair = new Map<string, Mismatch>();
  for (const fact of context.facts(['peer.cluster-id-mismatch'])) {
    const { local, remote, peer, peerName } = fact.data;
    const key = [local ?? '', remote ?? ''].toSorted().join(' ');
    const known = byPair.get(key) ?? { local, remote, from: fact.when, members: new Set<string>(), evidence: [] };
    byPair.set(key, known);
    const own = context.memberOf(fact);
    if (own !== null) known.members.add(own.name);
    if (peer !== null) known.members.add(context.nameOf(peer));
    else if (peerName !== null && peerName !== '') known.members.add(peerName);
    if (known.evidence.length < 6) known.evidence.push(context.cite(fact, phrase('a member of another cluster talks to this one')));
  }
  for (const { local, remote, from, members, evidence } of byPair.values()) {
    yield {
      type: 'cluster.id-mismatch',
      from,
      to: null,
      nodes: context.nodesOf([...members]),
      data: { local, remote, members: [...members].toSorted() },
      evidence,
    };
  }
}
