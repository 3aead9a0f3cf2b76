import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import { SECOND, type EpochMicros } from '../../model/time.ts';
import { defineDerivation } from '../derivation.ts';

interface Group {
  readonly subject: string;
  readonly reason: string;
  from: EpochMicros | null;
  to: EpochMicros | null;
  count: number;
  readonly nodes: readonly string[];
  readonly evidence: Citation[];
}

/** Gathers like facts of one subject into one stretch. */
class Groups {
  private readonly groups = new Map<string, Group>();

  add(subject: string, reason: string, nodes: readonly string[], when: EpochMicros | null, cite: () => Citation): void {
    const key = `${subject}\n${reason}`;
    const group = this.groups.get(key) ?? { subject, reason, from: when, to: when, count: 0, nodes, evidence: [] };
    this.groups.set(key, group);
    group.count += 1;
    if (when !== null) {
      if (group.from === null || when < group.from) group.from = when;
      if (group.to === null || when > group.to) group.to = when;
    }
    if (group.evidence.length < 10) group.evidence.push(cite());
  }

  all(): readonly Group[] {
    return [...this.groups.values()];
  }
}

/** Broken WALs, databases and raft snapshots, and crashes of etcd. */
export const damageDerivation = defineDerivation({
  id: 'damage',
  reads: ['wal.damaged', 'db.opened-damaged', 'raft-snapshot.damaged', 'raft.commit-out-of-range', 'etcd.crashed'],
  gives: ['wal.damaged', 'db.damaged', 'raft-snapshot.damaged', 'etcd.crashed'],
  *derive(context): Generator<Derived<'wal.damaged' | 'db.damaged' | 'raft-snapshot.damaged' | 'etcd.crashed'>> {
    const wal = new Groups();
    const db = new Groups();
    const snapshots = new Groups();
    const crashes = new Groups();
    /** the log line of a panic and Go's own words are one crash */
    const counted = new Map<string, EpochMicros>();
    for (const fact of context.facts(['wal.damaged', 'db.opened-damaged', 'raft-snapshot.damaged', 'raft.commit-out-of-range', 'etcd.crashed'])) {
      // neither an old copy of a living member's data is damaged, nor the member whose place its copy took
      if (
        fact.type === 'raft.commit-out-of-range' &&
        context.twins.some((t) => t.copy === fact.node || (t.node === fact.node && t.since <= (fact.when ?? -Infinity)))
      )
        continue;
      const member = context.memberOf(fact)?.name ?? fact.node ?? 'etcd';
      const nodes = context.nodesOfFact(fact);
      switch (fact.type) {
        case 'wal.damaged':
          wal.add(member, 'damaged', nodes, fact.when, () => context.cite(fact, fact.data.reason));
          break;
        case 'db.opened-damaged':
          db.add(member, fact.data.reason, nodes, fact.when, () => context.cite(fact, fact.data.reason));
          break;
        case 'raft.commit-out-of-range':
          wal.add(member, 'lost', nodes, fact.when, () =>
            context.cite(
              fact,
              fact.data.lastIndex === 0
                ? `it is empty, while the leader knows this member had entries up to ${fact.data.commitIndex}`
                : `it ends at entry ${fact.data.lastIndex}, while the leader knows this member had entries up to ${fact.data.commitIndex}`,
            ),
          );
          break;
        case 'raft-snapshot.damaged':
          snapshots.add(member, fact.data.reason, nodes, fact.when, () => context.cite(fact, fact.data.reason));
          break;
        case 'etcd.crashed':
          if (fact.when !== null) {
            const last = counted.get(member);
            if (last !== undefined && fact.when - last < SECOND) break;
            counted.set(member, fact.when);
          }
          crashes.add(member, fact.data.reason, nodes, fact.when, () => context.cite(fact, `process ended: ${fact.data.kind}`));
          break;
      }
    }
    for (const g of wal.all())
      yield {
        type: 'wal.damaged',
        from: g.from,
        to: null,
        nodes: g.nodes,
        data: { member: g.subject, kind: g.reason === 'lost' ? 'lost' : 'damaged', reason: g.evidence[0]?.why ?? '' },
        evidence: g.evidence,
      };
    for (const g of db.all())
      yield { type: 'db.damaged', from: g.from, to: null, nodes: g.nodes, data: { member: g.subject, reason: g.reason }, evidence: g.evidence };
    for (const g of snapshots.all())
      yield { type: 'raft-snapshot.damaged', from: g.from, to: null, nodes: g.nodes, data: { member: g.subject, reason: g.reason }, evidence: g.evidence };
    for (const g of crashes.all())
      yield {
        type: 'etcd.crashed',
        from: g.from,
        to: g.to,
        nodes: g.nodes,
        data: { member: g.subject, reason: g.reason, count: g.count },
        evidence: g.evidence,
      };
  },
});
