import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import { phrase } from '../../model/phrases.ts';
import type { SourceId } from '../../model/ids.ts';
import type { EpochMicros } from '../../model/time.ts';
import { defineDerivation } from '../derivation.ts';

interface Attempt {
  readonly name: string;
  readonly node: string | null;
  readonly from: EpochMicros | null;
  to: EpochMicros | null;
  reason: string;
  readonly evidence: Citation[];
}

/** Servers that never came so far as to have a member id: their start fails on the arguments they were given. */
export const failedStartsDerivation = defineDerivation({
  id: 'failed-starts',
  reads: ['etcd.started', 'etcd.start-failed', 'etcd.ready'],
  gives: ['member.down'],
  *derive(context): Iterable<Derived<'member.down'>> {
    const names = new Map<SourceId, string>();
    const failed = new Map<SourceId, Attempt>();
    for (const fact of context.facts(['etcd.started', 'etcd.start-failed', 'etcd.ready'])) {
      // a copy of a member that does not come up takes nothing away
      if (context.memberOf(fact) !== null || context.twins.some((t) => t.copy === fact.node)) continue;
      if (fact.type === 'etcd.started') {
        if (fact.data.name !== null) names.set(fact.source, fact.data.name);
        continue;
      }
      const known = failed.get(fact.source);
      if (fact.type === 'etcd.ready') {
        if (known !== undefined) known.to ??= fact.when;
        continue;
      }
      const citation = context.cite(fact, phrase('this start failed'));
      const name = names.get(fact.source) ?? fact.node;
      if (known !== undefined) {
        known.reason = fact.data.reason;
        if (known.evidence.length < 6) known.evidence.push(citation);
      } else if (name !== null) failed.set(fact.source, { name, node: fact.node, from: fact.when, to: null, reason: fact.data.reason, evidence: [citation] });
    }
    const end = context.collectedAt;
    for (const { name, node, from, to, reason, evidence } of failed.values()) {
      if (context.memberByText(name) !== null && node === null) continue;
      const until = to ?? end;
      yield {
        type: 'member.down',
        from,
        to,
        nodes: [node ?? name],
        data: {
          member: name,
          id: null,
          how: 'start-failing',
          planned: false,
          orderly: false,
          duration: from === null || until === null ? null : until - from,
          ongoing: to === null,
          failure: reason,
        },
        evidence,
      };
    }
  },
});
