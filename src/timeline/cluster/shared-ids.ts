import { phrase } from '../../model/phrases.ts';
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
          context.cite(first, phrase('{name} runs on {node}', { name, node })),
          context.cite(start, phrase('a process with the same member id starts on {copy}', { copy })),
          ...lost.flatMap((l, i) =>
            l.slice(0, 2).map((fact) => context.cite(fact, phrase('the one on {node} loses its streams to the other', { node: i === 0 ? node : copy }))),
          ),
          ...(ended === undefined
            ? []
            : [context.cite(ended, phrase('the one on {copy} ends: its copy is older than what the leader knows of this id', { copy }))]),
        ],
      };
    }
  },
});
