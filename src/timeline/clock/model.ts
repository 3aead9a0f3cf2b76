import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import type { PlacedFact } from '../../model/fact.ts';
import { phrase, type Phrase } from '../../model/phrases.ts';
import type { Correct, NodeClock } from '../../model/history.ts';
import type { MemberId } from '../../model/ids.ts';
import { MINUTE, SECOND, formatDuration, type EpochMicros, epochMicros } from '../../model/time.ts';
import type { FactReader } from '../facts/reader.ts';
import { TRUE_TIME, type Bound } from './bound.ts';
import { correction } from './correct.ts';
import { openEnds, type OpenEnd } from './open-ends.ts';
import { leaseBounds } from './lease-bounds.ts';
import { ownSteps, type OwnStep } from './own-steps.ts';
import { raftBounds } from './pairs.ts';
import { driftReadings, readingBounds, synchronisationBounds, type Reading } from './readings.ts';
import { chooseReference } from './reference.ts';
import { splitWhereSetBack } from './set-back.ts';
import { trackNode, zeroOf, type Steps, type Track } from './segments.ts';
import { splitWindows } from './windows.ts';

export interface ClockModel {
  readonly clocks: readonly NodeClock[];
  readonly correct: Correct;
  readonly spread: { readonly min: number; readonly max: number };
  readonly derived: readonly Derived<'clock.offset' | 'clock.step'>[];
  readonly undecided: readonly { readonly about: string; readonly because: Phrase; readonly nodes: readonly string[] }[];
}

export interface ClockInput {
  readonly reader: FactReader;
  /** in display order */
  readonly nodes: readonly string[];
  readonly nodeOfMember: (id: MemberId) => string | null;
  readonly ownerOf: (fact: PlacedFact) => MemberId | null;
  /** nodes an API server runs on */
  readonly apiServers: ReadonlySet<string>;
}

/** Estimates every node's clock against the one most of the evidence agrees with. */
export function modelClocks({ reader, nodes, nodeOfMember, ownerOf, apiServers }: ClockInput): ClockModel {
  const readings = driftReadings(reader, { nodeOfMember, nodeOfLog: (fact) => fact.node });
  const synchronisation = synchronisationBounds(reader);
  const bounds: readonly Bound[] = [
    ...raftBounds(reader, ownerOf),
    ...readingBounds(readings),
    ...synchronisation.bounds,
    ...leaseBounds(reader, nodes, apiServers),
  ];
  const seen = new Set(bounds.flatMap((b) => [b.earlier.node, b.later.node]));
  const clocked = nodes.filter((n) => seen.has(n));
  const { windows, outliers } = splitWindows([...clocked, ...(seen.has(TRUE_TIME) ? [TRUE_TIME] : [])], bounds);
  const last = windows.at(-1);
  const choice = last === undefined || clocked.length === 0 ? null : chooseReference(clocked, last.matrix, synchronisation.state);
  const reference = choice?.node ?? nodes.find((n) => synchronisation.state.get(n) === true) ?? nodes[0] ?? null;
  const undecided: ClockModel['undecided'][number][] = [];
  if (choice?.arbitrary === true) {
    undecided.push({
      about: 'clock-skew',
      because: phrase('which clock is wrong: the clocks disagree and as many agree with one as with the other; no time server says which is right'),
      nodes: clocked,
    });
  }
  if (outliers.length > 0) {
    const [first] = outliers;
    undecided.push({
      about: 'clock-skew',
      because:
        outliers.length === 1
          ? phrase('1 raft message cannot be fitted to any steady clock and was left out')
          : phrase('{count} raft messages cannot be fitted to any steady clock and were left out', { count: outliers.length }),
      nodes: first === undefined ? [] : [first.earlier.node, first.later.node],
    });
  }
  const zeroes = zeroOf(windows, synchronisation.state, reference ?? '');
  const seenBack = ownSteps(reader, ownerOf);
  const steps = observedSteps(reader, seenBack);
  const tracks = new Map<string, Track>();
  const tracked = nodes.map((node): NodeClock => {
    const track = trackNode(node, clocked.includes(node) ? windows : [], zeroes, readings, steps);
    tracks.set(node, track);
    return toClock(node, node === reference, track, readings);
  });
  const asTracked = new Map(tracked.map((c) => [c.node, c.offset ?? 0]));
  const open =
    last === undefined || windows.length > 1 || reference === null
      ? new Map<string, OpenEnd>()
      : openEnds(clocked, (node) => asTracked.get(node) ?? 0, last.matrix, reference);
  for (const [node, { beside, why }] of open)
    undecided.push({ about: 'clock-skew', because: phrase('which clock is wrong: {why}', { why }), nodes: [node, beside] });
  const steady = tracked.map((c): NodeClock => {
    const end = open.get(c.node);
    return end === undefined ? c : { ...c, offset: end.offset, segments: c.segments.map((s) => ({ ...s, offset: end.offset })) };
  });
  const clocks = steady.map((c) => splitWhereSetBack(c, seenBack, tracks.get(c.node)?.witnesses ?? []));
  const offsets = clocks.flatMap((c) => c.segments.map((s) => s.offset));
  const derived = deriveClocks(steady, readings, open, tracks);
  return {
    clocks,
    correct: correction(clocks),
    spread: { min: Math.min(0, ...offsets), max: Math.max(0, ...offsets) },
    derived: [...derived, ...setBack(seenBack, derived, clocks)],
    undecided,
  };
}

function toClock(node: string, reference: boolean, track: Track, readings: readonly Reading[]): NodeClock {
  const evidence = citations(node, track, readings);
  const segments = track.segments.length === 0 ? [{ from: null, offset: 0, low: null, high: null }] : track.segments;
  const main = mostWrong(segments);
  if (reference && segments.length === 1)
    return {
      node,
      reference,
      offset: 0,
      low: 0,
      high: 0,
      basis: track.basis.length === 0 ? ['assumed'] : track.basis,
      segments: [{ from: null, offset: 0, low: 0, high: 0 }],
      evidence,
    };
  const proved = main.low !== null || main.high !== null;
  return { node, reference, offset: main.offset, low: main.low, high: main.high, basis: proved ? track.basis : ['assumed'], segments, evidence };
}

/** What a row of the report says of a clock that stepped: its most wrong proved stretch, else the last one. */
function mostWrong(segments: NodeClock['segments']): NodeClock['segments'][number] {
  let best = segments.findLast((s) => s.low !== null || s.high !== null) ?? segments.at(-1) ?? { from: null, offset: 0, low: null, high: null };
  for (const s of segments) if (Math.abs(s.offset) > Math.abs(best.offset) && s.low !== null && s.high !== null) best = s;
  return best;
}

const MOST_CITED = 6;

function citations(node: string, track: Track, readings: readonly Reading[]): readonly Citation[] {
  const found: Citation[] = [];
  for (const r of readings) {
    if (found.length >= MOST_CITED / 2) break;
    if (r.ahead.node === node || r.behind === node) {
      found.push({
        ref: r.ahead.ref,
        at: r.ahead.at,
        why: phrase('etcd on {node} measured its clock {drift} ahead of {behind}', { node: r.ahead.node, drift: formatDuration(r.drift), behind: r.behind }),
      });
    }
  }
  const raft = track.witnesses.filter((b) => b.basis !== 'prober').toSorted((a, b) => Math.abs(a.limit) - Math.abs(b.limit));
  for (const bound of raft) {
    if (found.length >= MOST_CITED) break;
    const { earlier, later, why } = bound;
    for (const moment of earlier.ref === later.ref ? [later] : [earlier, later]) {
      if (!found.some((c) => c.ref === moment.ref)) found.push({ ref: moment.ref, at: moment.at, why: phrase('{why} ({node})', { why, node: moment.node }) });
    }
  }
  return found;
}

function deriveClocks(
  clocks: readonly NodeClock[],
  readings: readonly Reading[],
  open: ReadonlyMap<string, OpenEnd>,
  tracks: ReadonlyMap<string, Track>,
): readonly Derived<'clock.offset' | 'clock.step'>[] {
  const derived: Derived<'clock.offset' | 'clock.step'>[] = [];
  for (const clock of clocks) {
    if (clock.evidence.length === 0) continue;
    if (!clock.reference && clock.offset !== null && (clock.low !== null || clock.high !== null)) {
      const { low, high } = open.get(clock.node) ?? clock;
      const first = readings.find((r) => r.ahead.node === clock.node || r.behind === clock.node);
      derived.push({
        type: 'clock.offset',
        from: first === undefined ? null : epochMicros(first.ahead.node === clock.node ? first.ahead.at - clock.offset : first.ahead.at),
        to: null,
        nodes: [clock.node],
        data: { node: clock.node, offset: clock.offset, low, high, stale: false },
        evidence: clock.evidence,
      });
    }
    for (const [i, segment] of clock.segments.entries()) {
      const before = clock.segments[i - 1];
      if (before === undefined || segment.from === null || Math.abs(segment.offset - before.offset) < SECOND / 10) continue;
      if (tracks.get(clock.node)?.drifted.has(segment.from) === true) continue;
      const at = epochMicros(segment.from - segment.offset);
      derived.push({
        type: 'clock.step',
        from: at,
        to: at,
        nodes: [clock.node],
        data: { node: clock.node, by: segment.offset - before.offset },
        evidence: clock.evidence,
      });
    }
  }
  return derived;
}

/** Clocks seen to run backwards in their own log, where no step is told already. */
function setBack(own: readonly OwnStep[], told: readonly Derived[], clocks: readonly NodeClock[]): readonly Derived<'clock.step'>[] {
  const correct = correction(clocks);
  return own.flatMap(({ node, by, before, after }): Derived<'clock.step'>[] => {
    if (after.at === null) return [];
    const { at } = after;
    // a step that is told lies between the two clocks' times
    const near = (d: Derived): boolean => d.from !== null && d.from > at - MINUTE + Math.min(by, 0) && d.from < at + MINUTE - Math.min(by, 0);
    if (told.some((d) => d.type === 'clock.step' && d.data.node === node && near(d))) return [];
    const when = correct(node, at);
    return [
      {
        type: 'clock.step',
        from: when,
        to: when,
        nodes: [node],
        data: { node, by },
        evidence: [
          { ref: before.ref, at: before.at, why: phrase('the last line before the clock of {node} was set back', { node }) },
          { ref: after.ref, at, why: phrase('the next line, with an earlier time') },
        ],
      },
    ];
  });
}

function observedSteps(reader: FactReader, own: readonly OwnStep[]): Steps {
  const steps = new Map<string, EpochMicros[]>();
  for (const fact of reader.facts(['clock.stepped'])) {
    if (fact.node === null || fact.at === null) continue;
    const list = steps.get(fact.node) ?? [];
    steps.set(fact.node, list);
    list.push(fact.at);
  }
  for (const { node, after } of own)
    if (after.at !== null)
      steps.set(
        node,
        [...(steps.get(node) ?? []), after.at].toSorted((a, b) => a - b),
      );
  return steps;
}
