import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import { phrase } from '../../model/phrases.ts';
import type { Member } from '../../model/history.ts';
import type { EpochMicros } from '../../model/time.ts';
import { SECOND } from '../../model/time.ts';
import { defineDerivation, type DerivationContext } from '../derivation.ts';

/** A removed member learns of it and stops within moments; its peers may turn away a last connection or two. */
const STOPS = 30 * SECOND;

interface Stale {
  from: EpochMicros;
  to: EpochMicros;
  readonly evidence: Citation[];
}

/**
 * Removed members that were started again, or that went on knocking at their peers. Upstream: etcd `rafthttp` answers them with
 * "the member has been permanently removed from the cluster" (`errMemberRemoved`), which stops them once more.
 */
export const staleMembersDerivation = defineDerivation({
  id: 'stale-members',
  reads: ['etcd.started', 'etcd.restarted-from-wal', 'etcd.removed-from-cluster', 'peer.removed-member-rejected'],
  gives: ['etcd.removed-still-running'],
  *derive(context): Iterable<Derived<'etcd.removed-still-running'>> {
    const found = new Map<Member, Stale>();
    /** started with the data it had */
    const old = new Set<Member>();
    const started = new Map<Member, { readonly when: EpochMicros; readonly citation: Citation }>();
    for (const fact of context.facts(['etcd.started', 'etcd.restarted-from-wal', 'etcd.removed-from-cluster', 'peer.removed-member-rejected'])) {
      const member = fact.type === 'peer.removed-member-rejected' ? context.member(fact.data.peer) : context.memberOf(fact);
      if (member === null || fact.when === null) continue;
      const left = member.removedAt;
      if (fact.type === 'etcd.restarted-from-wal') old.add(member);
      else if (fact.type === 'etcd.started') {
        old.delete(member);
        started.set(member, { when: fact.when, citation: context.cite(fact, phrase('{member} is started', { member: member.name })) });
      } else if (fact.type === 'etcd.removed-from-cluster') {
        const start = started.get(member);
        // told so right after a start: it had been removed before that
        const again = start !== undefined && (left === null ? old.has(member) && fact.when - start.when < STOPS : start.when > left);
        if (again)
          note(found, member, start.when, fact.when, [
            start.citation,
            context.cite(fact, phrase('{member} is told that it was removed', { member: member.name })),
          ]);
      } else if (left !== null && fact.when > left + STOPS) {
        note(found, member, fact.when, fact.when, [context.cite(fact, phrase('{member}, which was removed, is turned away', { member: member.name }))]);
      }
    }
    for (const [member, { from, to, evidence }] of found) {
      yield { type: 'etcd.removed-still-running', from, to, nodes: nodesOf(member, context), data: { member: member.name }, evidence };
    }
  },
});

function note(found: Map<Member, Stale>, member: Member, from: EpochMicros, to: EpochMicros, evidence: readonly Citation[]): void {
  const known = found.get(member);
  if (known === undefined) {
    found.set(member, { from, to, evidence: [...evidence] });
    return;
  }
  known.to = to;
  if (known.evidence.length < 6) known.evidence.push(...evidence);
}

function nodesOf(member: Member, context: DerivationContext): readonly string[] {
  return member.node === null ? context.nodesOf([member.name]) : [member.node];
}
