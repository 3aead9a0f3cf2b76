import type { Source } from '../../model/bundle.ts';
import type { FactType, PlacedFact } from '../../model/fact.ts';
import type { Correct } from '../../model/history.ts';
import type { MemberId, SourceId } from '../../model/ids.ts';
import type { EpochMicros } from '../../model/time.ts';
import { SECOND } from '../../model/time.ts';
import type { TimedFact } from '../derivation.ts';
import type { LogOwners } from './log-owners.ts';

const OWN = ['raft.restarted', 'raft.became', 'raft.configuration', 'raft.leader-elected'] as const;
/** A start that both logs hold is one start, told twice. */
const SAME_START = 2 * SECOND;
/**
 * Peers keep one stream for each id: each process takes it from the other, over and over (upstream: etcd `rafthttp/stream.go`,
 * `streamWriter.run`, "closed TCP streaming connection with remote peer"). A member that moved to another machine loses a few.
 */
const STREAMS_LOST = 10;
const WITHIN = 60 * SECOND;
/** A copy whose raft log is behind what the leader knows of its id ends within a heartbeat, and takes the streams only once or twice. */
const STREAMS_TAKEN = 2;

/** A second process with a member's id, on another machine: started from a copy of its data while the member itself ran. */
export interface Twin {
  readonly id: MemberId;
  /** the machine the member runs on */
  readonly node: string;
  /** the machine the copy was started on */
  readonly copy: string;
  readonly since: EpochMicros;
  /** how long both ran, at least */
  readonly overlap: number;
  readonly first: TimedFact;
  readonly start: TimedFact;
  /** streams lost by the member, and by the copy */
  readonly lost: readonly [readonly TimedFact[], readonly TimedFact[]];
}

/** Twins of the case; what a twin's log says is not its member's. */
export interface Twins {
  readonly all: readonly Twin[];
  tells(fact: PlacedFact): boolean;
}

interface Told {
  readonly sources: Set<SourceId>;
  readonly starts: TimedFact[];
  readonly lost: TimedFact[];
  first: TimedFact | null;
  /** its log's last line */
  last: number;
}

interface TwinsInput {
  readonly timed: <Type extends FactType>(types: readonly Type[]) => Iterable<TimedFact<Type>>;
  readonly owners: LogOwners;
  readonly sources: readonly Source[];
  readonly correct: Correct;
}

/** One member id on two machines: one process started while another with the same id ran, and both lost their streams to each other. */
export function findTwins({ timed, owners, sources, correct }: TwinsInput): Twins {
  const told = new Map<MemberId, Map<string, Told>>();
  for (const fact of timed(OWN)) {
    if (fact.node === null || fact.when === null) continue;
    const machines = told.get(fact.data.member) ?? new Map<string, Told>();
    told.set(fact.data.member, machines);
    const own = machines.get(fact.node) ?? { sources: new Set(), starts: [], lost: [], first: null, last: -Infinity };
    machines.set(fact.node, own);
    if (fact.type === 'raft.restarted') own.starts.push(fact);
    own.sources.add(fact.source);
    own.first ??= fact;
    own.last = fact.when;
  }
  const several = new Map([...told].filter(([, machines]) => machines.size > 1));
  if (several.size === 0) return { all: [], tells: () => false };
  for (const fact of timed(['peer.stream-lost'])) {
    const id = owners.ownerOf(fact);
    const own = id === null || fact.node === null ? undefined : several.get(id)?.get(fact.node);
    if (own === undefined || fact.when === null) continue;
    own.lost.push(fact);
  }
  const ends = new Map(sources.map((s) => [s.id, s.to === null ? -Infinity : correct(s.node, s.to)]));
  for (const machines of several.values())
    for (const own of machines.values()) for (const source of own.sources) own.last = Math.max(own.last, ends.get(source) ?? -Infinity);
  const all = [...several].flatMap(([id, machines]) => twinOf(id, machines) ?? []);
  const since = new Map<SourceId, number>();
  for (const twin of all) for (const source of several.get(twin.id)?.get(twin.copy)?.sources ?? []) since.set(source, twin.start.at ?? Infinity);
  return { all, tells: (fact) => fact.at !== null && fact.at >= (since.get(fact.source) ?? Infinity) - SAME_START };
}

function twinOf(id: MemberId, machines: ReadonlyMap<string, Told>): Twin | null {
  for (const [node, running] of machines) {
    for (const [copy, started] of machines) {
      if (node === copy) continue;
      const start = started.starts.find((s) => s.when !== null && ran(running, s.when));
      if (start?.when == null || running.first === null) continue;
      const since = start.when;
      const lostSince = (t: Told) => t.lost.filter((l) => l.when !== null && l.when >= since && l.when <= since + WITHIN);
      const lost = [lostSince(running), lostSince(started)] as const;
      // the member's own streams come back once a copy that ended at once is gone
      const outlived = running.last > started.last;
      if (lost.some((l) => l.length < (outlived ? STREAMS_TAKEN : STREAMS_LOST)) || sameLog(lost)) continue;
      const ends = lost.map((l) => l.at(-1)?.when ?? since);
      return { id, node, copy, since, overlap: Math.min(...ends) - since, first: running.first, start, lost };
    }
  }
  return null;
}

/** It spoke before and after, and no start of its own lies in between or near. */
function ran({ first, last, starts }: Told, at: EpochMicros): boolean {
  if (first?.when == null || first.when > at - SECOND || last <= at) return false;
  return !starts.some((s) => s.when !== null && Math.abs(s.when - at) <= SAME_START);
}

/** One log under two names tells of the same losses. */
function sameLog([mine, theirs]: Twin['lost']): boolean {
  const times = new Set(mine.map((l) => l.at));
  return theirs.some((l) => times.has(l.at));
}
