import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import { phrase } from '../../model/phrases.ts';
import type { Member } from '../../model/history.ts';
import type { EpochMicros } from '../../model/time.ts';
import { epochMicros, formatDuration } from '../../model/time.ts';
import { defineDerivation, type DerivationContext } from '../derivation.ts';
import { groupBy } from '../group.ts';

type Leaderless = Derived<'cluster.leaderless'>;

interface Sight {
  readonly member: Member;
  readonly leader: boolean;
  readonly raftTerm: number | null;
  readonly when: EpochMicros | null;
  readonly citation: Citation;
}

/**
 * A cluster without a leader as its members' status and metrics show it, where no etcd log tells: a majority knew no leader each
 * time it was asked, and nobody knew one since. Proved is only the time between the first and the last of these answers.
 */
export const leaderSeenDerivation = defineDerivation({
  id: 'leader-seen',
  reads: ['endpoint.status', 'etcd.metrics'],
  gives: ['cluster.leaderless'],
  *derive(context): Iterable<Leaderless> {
    leadersByMetrics(context);
    for (const [cluster, sights] of groupBy(gatherSights(context), (s) => s.member.clusterId)) {
      const members = context.members.filter((m) => m.clusterId === cluster && m.removedAt === null);
      if (members.some((m) => m.node !== null && context.coverage(m.node).length > 0)) continue;
      const latest = latestOf(sights);
      const without = [...latest.values()].filter((s) => !s.leader);
      if (without.length * 2 <= members.length || [...latest.values()].some((s) => s.leader)) continue;
      // Answers older than the last sight of a leader belong to another time.
      const sawLeader = Math.max(-Infinity, ...sights.filter((s) => s.leader).map((s) => s.when ?? -Infinity));
      const proof = sights.filter((s) => !s.leader && (s.when ?? Infinity) > sawLeader);
      const times = proof.map((s) => s.when).filter((w) => w !== null);
      const from = times.length === 0 ? null : epochMicros(Math.min(...times));
      const duration = from === null ? 0 : Math.max(...times) - from;
      const names = without.map((s) => s.member.name).toSorted();
      yield {
        type: 'cluster.leaderless',
        from,
        to: null,
        nodes: context.nodesOf(names),
        data: {
          cluster,
          scope: 'cluster',
          planned: false,
          orderly: false,
          duration,
          low: duration,
          high: from !== null && Number.isFinite(sawLeader) ? from + duration - sawLeader : Infinity,
          raftTerm: null,
          nextTerm: null,
          members: names,
          why: phrase('{names} knew no leader when asked', { names }),
        },
        evidence: proof.slice(0, 8).map((s) => s.citation),
      };
      const asked = { without: without.length, members: members.length };
      context.undecided(
        'no-leader',
        duration === 0
          ? phrase('when asked, {without} of {members} members knew no leader; for how long cannot be told without their logs', asked)
          : phrase(
              'when asked, {without} of {members} members knew no leader; it lasted at least {duration}, and how much longer cannot be told without their logs',
              { ...asked, duration: formatDuration(duration) },
            ),
        context.nodesOf(names),
      );
    }
  },
});

/** Metrics say who leads but not in which term: no leadership can be told from them alone. */
function leadersByMetrics(context: DerivationContext): void {
  if (context.leadership.length > 0) return;
  for (const fact of context.facts(['etcd.metrics'])) {
    const member = context.memberOf(fact);
    if (member === null || fact.data.isLeader !== true) continue;
    const changes = fact.data.leaderChanges;
    context.undecided(
      'leadership',
      changes === null
        ? phrase('{member} led when its metrics were read; in which term, and since when, metrics do not say', { member: member.name })
        : phrase(
            '{member} led when its metrics were read and had seen {changes} change(s) of leader since it started; in which term, and since when, metrics do not say',
            { member: member.name, changes },
          ),
      context.nodesOf([member.name]),
    );
  }
}

function gatherSights(context: DerivationContext): readonly Sight[] {
  const sights: Sight[] = [];
  for (const fact of context.facts(['endpoint.status', 'etcd.metrics'])) {
    const member = context.memberOf(fact);
    if (member === null || member.removedAt !== null) continue;
    if (fact.type === 'endpoint.status') {
      if (fact.data.learner) continue;
      const leader = fact.data.leader !== null;
      sights.push({
        member,
        leader,
        raftTerm: fact.data.raftTerm,
        when: fact.when,
        citation: context.cite(
          fact,
          leader
            ? phrase('{member} has a leader, by its status', { member: member.name })
            : phrase('{member} has no leader, by its status', { member: member.name }),
        ),
      });
    } else if (fact.data.hasLeader !== null) {
      sights.push({
        member,
        leader: fact.data.hasLeader,
        raftTerm: null,
        when: fact.when,
        citation: context.cite(
          fact,
          fact.data.hasLeader
            ? phrase('{member} has a leader, by its metrics', { member: member.name })
            : phrase('{member} has no leader, by its metrics', { member: member.name }),
        ),
      });
    }
  }
  return sights;
}

/** Each member's last answer; where times are missing, one that knew a leader outweighs one that did not. */
function latestOf(sights: readonly Sight[]): ReadonlyMap<Member, Sight> {
  const latest = new Map<Member, Sight>();
  for (const sight of sights) {
    const known = latest.get(sight.member);
    const timed = sight.when !== null && known?.when != null;
    if (known === undefined || (timed ? (sight.when ?? 0) >= (known.when ?? 0) : sight.leader)) latest.set(sight.member, sight);
  }
  return latest;
}
