import type { FactType, PlacedFact } from '../../model/fact.ts';
import type { MemberId, SourceId } from '../../model/ids.ts';
import type { FactReader } from '../facts/reader.ts';
import { lastAtOrBefore } from '../search.ts';

/** Which member wrote a line that does not say so itself. */
export interface LogOwners {
  /** the member whose log (or WAL) this source is at this fact's place; null when unknown or mixed */
  ownerOf(fact: PlacedFact): MemberId | null;
  /** members a source holds, in order of first appearance */
  membersOf(source: SourceId): readonly MemberId[];
}

/** Sentences in which a member speaks of itself in its own log or WAL. */
const OWN = [
  'raft.became',
  'raft.restarted',
  'raft.election-started',
  'raft.leader-elected',
  'raft.leader-lost',
  'raft.configuration',
  'raft.vote-cast',
  'raft.state',
  'raft.term-began',
  'etcd.identified',
  'etcd.restarted-from-wal',
] as const satisfies readonly FactType[];

interface Mark {
  readonly offset: number;
  /** null: a process started here */
  readonly member: MemberId | null;
}

interface Run {
  readonly from: number;
  member: MemberId | null;
}

export function findLogOwners(reader: FactReader): LogOwners {
  const marks = new Map<SourceId, Mark[]>();
  const byNode = new Map<string, { at: number; member: MemberId }[]>();
  for (const fact of reader.facts(['etcd.started', ...OWN])) {
    const member = fact.type === 'etcd.started' ? null : fact.data.member;
    const list = marks.get(fact.source) ?? [];
    marks.set(fact.source, list);
    const last = list.at(-1);
    // Time order is nearly offset order; keeping both ends of a stretch of equal marks is enough to rebuild the runs.
    const before = list.at(-2);
    if (member !== null && last?.member === member && before?.member === member && last.offset <= fact.ref.offset)
      list[list.length - 1] = { offset: fact.ref.offset, member };
    else list.push({ offset: fact.ref.offset, member });
    if (member !== null && fact.node !== null && fact.at !== null) {
      const seen = byNode.get(fact.node) ?? [];
      byNode.set(fact.node, seen);
      if (seen.at(-1)?.member !== member) seen.push({ at: fact.at, member });
    }
  }
  const runs = new Map<SourceId, readonly Run[] | 'mixed'>();
  for (const [source, list] of marks) runs.set(source, runsOf(list));

  return {
    ownerOf: (fact) => {
      const own = runs.get(fact.source);
      if (own === 'mixed') return null;
      if (own !== undefined) {
        const found = lastAtOrBefore(own, fact.ref.offset, (r) => r.from) ?? own[0];
        if (found?.member != null) return found.member;
      }
      if (fact.component !== 'etcd' || fact.node === null) return null;
      const seen = byNode.get(fact.node);
      if (seen === undefined) return null;
      const last = fact.at === null ? undefined : lastAtOrBefore(seen, fact.at, (s) => s.at);
      return (last ?? seen[0])?.member ?? null;
    },
    membersOf: (source) => {
      const found = new Set<MemberId>();
      for (const m of marks.get(source) ?? []) if (m.member !== null) found.add(m.member);
      return [...found];
    },
  };
}

/** A process run reaches from one start to the next; who it was is said somewhere inside, else it is the run before. */
function runsOf(marks: readonly Mark[]): readonly Run[] | 'mixed' {
  const runs: Run[] = [{ from: -1, member: null }];
  let switches = 0;
  for (const mark of marks.toSorted((a, b) => a.offset - b.offset)) {
    const run = runs.at(-1);
    if (run === undefined || mark.member === null) runs.push({ from: mark.offset, member: null });
    else if (run.member === null) run.member = mark.member;
    else if (run.member !== mark.member) {
      switches += 1;
      runs.push({ from: mark.offset, member: mark.member });
    }
  }
  // One change of voice without a start is a cut in the log; many are several members in one stream.
  if (switches > 2) return 'mixed';
  let known: MemberId | null = null;
  for (const run of runs) run.member = known = run.member ?? known;
  known = null;
  for (const run of runs.toReversed()) run.member = known = run.member ?? known;
  return runs;
}
