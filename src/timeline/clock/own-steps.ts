import type { FactType, PlacedFact } from '../../model/fact.ts';
import type { MemberId, SourceId } from '../../model/ids.ts';
import { isWritten, SECOND } from '../../model/time.ts';
import type { FactReader } from '../facts/reader.ts';
import { truncation } from './bound.ts';

/** Sentences one goroutine or another writes at once, so that their order in the file is the order they happened in. */
const PROMPT = [
  'raft.became',
  'raft.election-started',
  'raft.vote-requested',
  'raft.vote-cast',
  'raft.vote-received',
  'raft.leader-elected',
  'raft.leader-lost',
  'raft.heartbeat-late',
  'raft.configuration',
  'peer.became-active',
  'peer.became-inactive',
  'peer.stream-established',
  'etcd.request-slow',
  'etcd.started',
  'etcd.ready',
] as const satisfies readonly FactType[];

const LEAST = SECOND;
/** A file written backwards, or pieced together, is no record of a clock. */
const MOST_STEPS = 3;

export interface OwnStep {
  readonly node: string;
  /** how far the clock was set back at least; negative */
  readonly by: number;
  readonly before: PlacedFact;
  readonly after: PlacedFact;
}

/**
 * Places where one log's own times run backwards by more than a second: the clock was set back between two lines. Only within
 * one member's stream; a file in which older parts follow newer ones (times fall below its first) is pieced together instead.
 */
export function ownSteps(reader: FactReader, ownerOf: (fact: PlacedFact) => MemberId | null): readonly OwnStep[] {
  const streams = new Map<SourceId, { readonly owner: MemberId; single: boolean; readonly facts: PlacedFact[] }>();
  for (const fact of reader.facts(PROMPT)) {
    if (fact.at === null || fact.node === null || !isWritten(fact.meaning)) continue;
    const owner = ownerOf(fact);
    if (owner === null) continue;
    const stream = streams.get(fact.source);
    if (stream === undefined) streams.set(fact.source, { owner, single: true, facts: [fact] });
    else if (stream.owner === owner) stream.facts.push(fact);
    else stream.single = false;
  }
  return [...streams.values()].flatMap((s) => (s.single ? stepsOf(s.facts) : []));
}

function stepsOf(facts: readonly PlacedFact[]): readonly OwnStep[] {
  const steps: OwnStep[] = [];
  let forwards = 0;
  let first: number | null = null;
  let before: PlacedFact | null = null;
  for (const after of facts.toSorted((a, b) => a.ref.offset - b.ref.offset)) {
    const { at, node } = after;
    if (at === null || node === null) continue;
    first ??= at;
    if (before?.at != null) {
      const by = at + truncation({ at, meaning: after.meaning }) - before.at;
      if (by < -LEAST) {
        if (at < first) return [];
        steps.push({ node, by, before, after });
      } else forwards += 1;
    }
    before = after;
  }
  return steps.length > MOST_STEPS || forwards < steps.length * 4 ? [] : steps;
}
