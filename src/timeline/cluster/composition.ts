import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import type { ClusterId } from '../../model/ids.ts';
import type { EpochMicros } from '../../model/time.ts';
import { defineDerivation, type DerivationContext } from '../derivation.ts';

/** How many members a cluster has, which versions run where they differ, and members that belong to another one. */
export const compositionDerivation = defineDerivation({
  id: 'composition',
  reads: ['member.listed', 'raft.configuration', 'etcd.identified', 'etcd.started', 'endpoint.status', 'peer.cluster-id-mismatch'],
  gives: ['cluster.size', 'cluster.versions', 'cluster.id-mismatch'],
  *derive(context): Iterable<Derived<'cluster.size' | 'cluster.versions' | 'cluster.id-mismatch'>> {
    yield* sizes(context);
    yield* versions(context);
    yield* mismatches(context);
  },
});

interface Composition {
  readonly voters: ReadonlySet<string>;
  readonly learners: ReadonlySet<string>;
  readonly evidence: Citation;
}

function* sizes(context: DerivationContext): Iterable<Derived<'cluster.size'>> {
  const latest = new Map<ClusterId | null, Composition>();
  for (const fact of context.facts(['raft.configuration'])) {
    if (fact.data.voters.length === 0) continue;
    const cluster = context.member(fact.data.member)?.clusterId ?? null;
    latest.set(cluster, {
      voters: new Set(fact.data.voters.map((id) => context.nameOf(id))),
      learners: new Set(fact.data.learners.map((id) => context.nameOf(id))),
      evidence: context.cite(fact, 'the members of the raft configuration'),
    });
  }
  const listed = new Map<ClusterId | null, { voters: Set<string>; learners: Set<string>; evidence: Citation }>();
  for (const fact of context.facts(['member.listed'])) {
    const { member, learner } = fact.data;
    const cluster = context.member(member)?.clusterId ?? fact.data.cluster;
    const known = listed.get(cluster) ?? { voters: new Set<string>(), learners: new Set<string>(), evidence: context.cite(fact, 'a member list') };
    listed.set(cluster, known);
    if (context.member(member)?.removedAt == null) (learner ? known.learners : known.voters).add(context.nameOf(member));
  }
  for (const [cluster, composition] of listed) if (!latest.has(cluster)) latest.set(cluster, composition);
  for (const [cluster, { voters, learners, evidence }] of latest) {
    const gone = new Set(context.downs.filter((d) => d.data.ongoing).map((d) => d.data.member));
    yield {
      type: 'cluster.size',
      from: null,
      to: null,
      nodes: context.nodesOf([...voters, ...learners]),
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

function* versions(context: DerivationContext): Iterable<Derived<'cluster.versions'>> {
  const byMember = new Map<string, { readonly version: string; readonly evidence: Citation }>();
  for (const fact of context.facts(['etcd.started', 'etcd.identified', 'endpoint.status'])) {
    const { version } = fact.data;
    const member = context.memberOf(fact);
    if (version === null || member === null || member.removedAt !== null) continue;
    byMember.set(member.name, { version, evidence: context.cite(fact, `${member.name} runs etcd ${version}`) });
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
    if (known.evidence.length < 6) known.evidence.push(context.cite(fact, 'a member of another cluster talks to this one'));
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
