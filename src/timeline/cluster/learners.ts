import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import { phrase } from '../../model/phrases.ts';
import type { Member } from '../../model/history.ts';
import type { EpochMicros } from '../../model/time.ts';
import { MINUTE } from '../../model/time.ts';
import { defineDerivation } from '../derivation.ts';

/** A learner catches up in seconds to minutes and is then promoted by whoever added it; longer is forgotten, or stuck. */
const PATIENCE = 10 * MINUTE;

interface Learner {
  readonly evidence: Citation[];
  added: EpochMicros | null;
  started: boolean;
  index: number | null;
}

/**
 * Learners that are still learners at collection long after they were added. They do not vote: whoever counts them in thinks the
 * cluster bears more failures than it does. Upstream: etcd `server.go` (`isLearnerReady`: promotion needs 90 % of the leader's index).
 */
export const learnersDerivation = defineDerivation({
  id: 'learners',
  reads: ['member.added', 'member.promoted', 'member.listed', 'endpoint.status'],
  gives: ['member.learner-stuck'],
  *derive(context): Iterable<Derived<'member.learner-stuck'>> {
    const learners = new Map<Member, Learner>();
    const voters = new Set<Member>();
    const leading = { index: 0 };
    for (const fact of context.facts(['member.added', 'member.promoted', 'member.listed', 'endpoint.status'])) {
      const member = context.member(fact.data.member);
      if (member === null || member.removedAt !== null) continue;
      if (fact.type === 'member.promoted') {
        learners.delete(member);
        voters.add(member);
        continue;
      }
      if (fact.type === 'endpoint.status') leading.index = Math.max(leading.index, fact.data.raftIndex ?? 0);
      if (!fact.data.learner) {
        // a list names every member as it is then; the line that added it, as it was
        if (fact.type !== 'member.added') {
          learners.delete(member);
          voters.add(member);
        }
        continue;
      }
      if (voters.has(member)) continue;
      const known = learners.get(member) ?? { evidence: [], added: null, started: context.coverage(member.node ?? member.name).length > 0, index: null };
      learners.set(member, known);
      if (fact.type === 'member.added') known.added ??= fact.when;
      else if (fact.type === 'member.listed') known.started ||= fact.data.started;
      else {
        known.started = true;
        known.index = fact.data.appliedIndex ?? fact.data.raftIndex;
      }
      if (known.evidence.length < 4) known.evidence.push(context.cite(fact, phrase('{member} is a learner', { member: member.name })));
    }
    const now = context.collectedAt;
    for (const [member, { evidence, added, started, index }] of learners) {
      const age = now === null || added === null ? null : now - added;
      const [first] = evidence;
      if (first === undefined) continue;
      if (age === null) {
        context.undecided(
          'quorum-at-risk',
          phrase('{member} is a learner; since when cannot be told', { member: member.name }),
          context.nodesOf([member.name]),
        );
        continue;
      }
      if (age < PATIENCE) continue;
      const behind = index === null ? null : Math.max(0, leading.index - index);
      const state = !started ? 'never-started' : behind !== null && behind * 10 > leading.index ? 'behind' : 'not-promoted';
      yield {
        type: 'member.learner-stuck',
        from: added,
        to: null,
        nodes: context.nodesOf([member.name]),
        data: { member: member.name, age, behind, state },
        evidence,
      };
    }
  },
});
