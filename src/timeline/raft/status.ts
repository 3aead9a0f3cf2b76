import { phrase } from '../../model/phrases.ts';
import type { FactType } from '../../model/fact.ts';
import { cite } from '../cite.ts';
import type { TimedFact } from '../derivation.ts';
import type { Identity } from '../identity/identify.ts';
import type { Reign } from './leadership.ts';

/** Leaderships known only from `endpoint status`: who leads and in which term, but not since when. */
export function reignsFromStatus(
  timed: <Type extends FactType>(types: readonly Type[]) => Iterable<TimedFact<Type>>,
  identity: Identity,
  known: readonly Reign[],
): readonly Reign[] {
  const reigns = new Map<string, Reign>();
  for (const fact of timed(['endpoint.status'])) {
    const { leader: leaderId, raftTerm, cluster } = fact.data;
    const leader = leaderId === null ? null : identity.member(leaderId);
    if (leader === null || raftTerm === 0) continue;
    const clusterId = cluster === null ? leader.clusterId : identity.canonicalCluster(cluster);
    // A status taken during an election pairs the new leader with the old term for a moment: logs know better.
    if (known.some((r) => r.raftTerm === raftTerm && (r.clusterId === clusterId || r.clusterId === null))) continue;
    if (known.some((r) => r.leader === leader && Math.abs(r.raftTerm - raftTerm) <= 1 && r.to === null)) continue;
    const key = `${clusterId ?? ''} ${raftTerm} ${leader.id ?? ''}`;
    if (reigns.has(key)) continue;
    reigns.set(key, {
      leader,
      clusterId,
      raftTerm,
      from: null,
      to: null,
      endReason: null,
      evidence: [cite(fact, phrase('an endpoint names {leader} leader of term {raftTerm}', { leader: leader.name, raftTerm }))],
      own: false,
    });
  }
  return [...reigns.values()];
}
