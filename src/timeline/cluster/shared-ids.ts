import type { Derived } from '../../model/derived.ts';
import type { MemberId } from '../../model/ids.ts';
import { SECOND, type EpochMicros } from '../../model/time.ts';
import { defineDerivation, type DerivationContext, type TimedFact } from '../derivation.ts';

const OWN = ['raft.restarted', 'raft.became', 'raft.configuration', 'raft.leader-elected'] as const;
/** A start that both logs hold is one start, told twice. */
const SAME_START = 5 * SECOND;
/**
 * Peers keep one stream for each id: each process takes it from the other, over and over (upstream: etcd `rafthttp/stream.go`,
 * `streamWriter.run`, "closed TCP streaming connection with remote peer"). A member that moved to another machine loses a few.
 */
const STREAMS_LOST = 10;
const WITHIN = 60 * SECOND;

interface Told {
  readonly starts: TimedFact[];
  readonly lost: TimedFact[];
  first: TimedFact | null;
  last: TimedFact | null;
}

/** One member id on two machines: one process started while another with the same id ran, and both lost their streams again and again. */
export const sharedIdsDerivation = defineDerivation({
  id: 'shared-ids',
  reads: [...OWN, 'peer.stream-lost'],
  gives: ['member.id-shared'],
  *derive(context): Iterable<Derived<'member.id-shared'>> {
    const told = new Map<MemberId, Map<string, Told>>();
    for (const fact of context.facts(OWN)) {
      if (fact.node === null || fact.when === null) continue;
      const machines = told.get(fact.data.member) ?? new Map<string, Told>();
      told.set(fact.data.member, machines);
      const own = machines.get(fact.node) ?? { starts: [], lost: [], first: null, last: null };
      machines.set(fact.node, own);
      if (fact.type === 'raft.restarted') own.starts.push(fact);
      own.first ??= fact;
      own.last = fact;
    }
    const several = new Map([...told].filter(([, machines]) => machines.size > 1));
    if (several.size === 0) return;
    for (const fact of context.facts(['peer.stream-lost'])) {
      const id = context.memberOf(fact)?.id ?? null;
      const own = id === null || fact.node === null ? undefined : several.get(id)?.get(fact.node);
      if (own === undefined || fact.when === null) continue;
      own.lost.push(fact);
      own.last = fact;
    }
    for (const [id, machines] of several) yield* sharedBy(id, machines, context);
  },
});

function* sharedBy(id: MemberId, machines: ReadonlyMap<string, Told>, context: DerivationContext): Iterable<Derived<'member.id-shared'>> {
  for (const [node, running] of machines) {
    for (const [other, started] of machines) {
      if (node === other) continue;
      const start = started.starts.find((s) => s.when !== null && ran(running, s.when));
      if (start?.when == null) continue;
      const since = start.when;
      const lost = [running, started].map((t) => t.lost.filter((l) => l.when !== null && l.when >= since && l.when <= since + WITHIN));
      if (lost.some((l) => l.length < STREAMS_LOST)) continue;
      const ends = lost.map((l) => l.at(-1)?.when ?? since);
      const name = context.nameOf(id);
      yield {
        type: 'member.id-shared',
        from: since,
        to: null,
        nodes: [node, other].toSorted(),
        data: { member: name, id, machines: [node, other].toSorted(), overlap: Math.min(...ends) - since },
        evidence: [
          ...(running.first === null ? [] : [context.cite(running.first, `${name} runs on ${node}`)]),
          context.cite(start, `a process with the same member id starts on ${other}`),
          ...lost.flatMap((l, i) => l.slice(0, 2).map((fact) => context.cite(fact, `the one on ${i === 0 ? node : other} loses its streams, again and again`))),
        ],
      };
      return;
    }
  }
}

/** It spoke before and after, and no start of its own lies in between or near. */
function ran({ first, last, starts }: Told, at: EpochMicros): boolean {
  if (first?.when == null || last?.when == null || first.when > at - SECOND || last.when < at + SECOND) return false;
  return !starts.some((s) => s.when !== null && Math.abs(s.when - at) <= SAME_START);
}
