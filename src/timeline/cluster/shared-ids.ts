import type { Derived } from '../../model/derived.ts';
import { defineDerivation } from '../derivation.ts';

/** One member id on two machines at once: a data directory was copied, and the copy started. */
export const sharedIdsDerivation = defineDerivation({
  id: 'shared-ids',
  reads: ['raft.commit-out-of-range'],
  gives: ['member.id-shared'],
  *derive(context): Iterable<Derived<'member.id-shared'>> {
    for (const { id, node, copy, since, overlap, first, start, lost } of context.twins) {
      const name = context.nameOf(id);
      const ended = [...context.facts(['raft.commit-out-of-range'])].find((f) => f.node === copy && f.when !== null && f.when >= since);
      yield {
        type: 'member.id-shared',
        from: since,
        to: null,
        nodes: [node, copy].toSorted(),
        data: { member: name, id, machines: [node, copy].toSorted(), copy, overlap },
        evidence: [
          context.cite(first, `${name} runs on ${node}`),
          context.cite(start, `a process with the same member id starts on ${copy}`),
          ...lost.flatMap((l, i) => l.slice(0, 2).map((fact) => context.cite(fact, `the one on ${i === 0 ? node : copy} loses its streams to the other`))),
          ...(ended === undefined ? [] : [context.cite(ended, `the one on ${copy} ends: its copy is older than what the leader knows of this id`)]),
        ],
      };
    }
  },
});
