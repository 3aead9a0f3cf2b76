import type { PlacedFact } from '../../model/fact.ts';
import { phrase } from '../../model/phrases.ts';
import type { MemberId } from '../../model/ids.ts';
import { SECOND, epochMicros } from '../../model/time.ts';
import type { FactReader } from '../facts/reader.ts';
import { within } from '../search.ts';
import { append } from '../group.ts';
import { TRUE_TIME, type Bound, type Moment } from './bound.ts';

/** One reading of etcd's prober: `ahead`'s clock runs `drift` ahead of `behind`'s. */
export interface Reading {
  readonly ahead: Moment;
  readonly behind: string;
  readonly drift: number;
  readonly rtt: number;
  /** seen again later: a stall of either process does not repeat to the same value */
  readonly confirmed: boolean;
  /** another prober read the same in the same round */
  readonly seconded: boolean;
}

/** A stalled process reads its own clock late; 50 ms covers ordinary scheduling. */
const STALL = 50_000;
const CONFIRM_AFTER = 20 * SECOND;
const CONFIRM_WITHIN = 250_000;
/** probers report each half minute; those of one process at once */
const ROUND = 30 * SECOND;
/** round trips that are short beside what they tell; the one printed is an eighth of a new one and what it was before */
const PROMPT = 32;

/**
 * Reads `prober found high clock drift`. Upstream: `xiang90/probing` `status.go` (`time.Now() − remote − srtt/2`), logged
 * by etcd `rafthttp/probing_status.go` only when above +1 s, so the logging node is the one ahead. A value printed again
 * unchanged, or beside an error, is an old reading and is dropped.
 */
export function driftReadings(
  reader: FactReader,
  who: { readonly nodeOfMember: (id: MemberId) => string | null; readonly nodeOfLog: (fact: PlacedFact) => string | null },
): readonly Reading[] {
  const byPair = new Map<string, Single[]>();
  const seen = new Set<string>();
  for (const fact of reader.facts(['peer.clock-drift'])) {
    const node = who.nodeOfLog(fact);
    const behind = who.nodeOfMember(fact.data.peer);
    if (fact.at === null || node === null || behind === null || node === behind || fact.data.error !== null) continue;
    const pair = `${node}\n${behind}`;
    const { drift, rtt } = fact.data;
    const value = `${pair}\n${drift} ${rtt}`;
    if (seen.has(value)) continue;
    seen.add(value);
    append(byPair, pair, { ahead: { node, at: fact.at, ref: fact.ref }, behind, drift, rtt });
  }
  const all = [...byPair.values()].flat().toSorted((a, b) => a.ahead.at - b.ahead.at);
  return [...byPair.values()].flatMap((list) => confirm(list, all));
}

type Single = Omit<Reading, 'confirmed' | 'seconded'>;

function confirm(list: readonly Single[], all: readonly Single[]): readonly Reading[] {
  const alike = (a: Single, b: Single | undefined): boolean =>
    b !== undefined && Math.abs(a.ahead.at - b.ahead.at) >= CONFIRM_AFTER && Math.abs(a.drift - b.drift) <= CONFIRM_WITHIN;
  // Both round trippers report each round, so the next distinct round lies a few readings away.
  const near = [1, 2, 3, 4];
  return list.map((r, i) => ({
    ...r,
    confirmed: near.some((n) => alike(r, list[i + n]) || alike(r, list[i - n])),
    seconded: isPrompt(r) && [...within(all, r.ahead.at - ROUND, r.ahead.at + ROUND, (o) => o.ahead.at)].some((o) => isSecond(r, o)),
  }));
}

const isPrompt = ({ rtt, drift }: Single): boolean => rtt * PROMPT < drift;

/**
 * Each prober subtracts the round trip it measured itself, so that an answer which was late is told by its length; a clock that jumped
 * during one probe is not, but it does not jump during those of two, that begin at moments of their own.
 */
function isSecond(r: Single, other: Single): boolean {
  const sameProcess = other.ahead.node === r.ahead.node && Math.abs(other.ahead.at - r.ahead.at) <= SECOND;
  return (
    (sameProcess ? other.behind !== r.behind : other.ahead.node !== r.ahead.node && other.behind === r.behind) &&
    isPrompt(other) &&
    Math.abs(other.drift - r.drift) <= CONFIRM_WITHIN
  );
}

export function readingBounds(readings: readonly Reading[]): readonly Bound[] {
  return readings.flatMap((reading) => {
    const { ahead, behind, drift, rtt } = reading;
    // the round trip printed is smoothed (an eighth of each new one): that of a single answer may have been eight times as long
    const back = rtt * (reading.confirmed ? 1.5 : 7.5) + STALL;
    const forth = rtt * (reading.confirmed ? 1.5 : 0.5) + STALL;
    const other: Moment = { node: behind, at: epochMicros(ahead.at - drift), ref: ahead.ref };
    const strength = reading.confirmed || reading.seconded ? 'strong' : 'medium';
    const shared = { basis: 'prober', strength, why: phrase('etcd’s own prober measured the two clocks') } as const;
    // the one that can contradict clocks that agreed before comes first, so that the other confirms where they are now
    return [
      { earlier: ahead, later: other, limit: back - drift, ...shared },
      { earlier: other, later: ahead, limit: drift + forth, ...shared },
    ];
  });
}

/** A synchronised clock is within its own error of true time; weak, since a time server may be wrong for one node. */
export function synchronisationBounds(reader: FactReader): { readonly bounds: readonly Bound[]; readonly state: ReadonlyMap<string, boolean> } {
  const bounds: Bound[] = [];
  const state = new Map<string, boolean>();
  for (const fact of reader.facts(['clock.tracking', 'clock.synchronisation'])) {
    const { node, at, ref } = fact;
    if (node === null) continue;
    if (fact.data.synchronised !== null) state.set(node, fact.data.synchronised);
    if (fact.type !== 'clock.tracking' || !fact.data.synchronised || fact.data.offset === null) continue;
    const width = Math.abs(fact.data.offset) + (fact.data.bound ?? SECOND / 10) + SECOND / 100;
    const own: Moment = { node, at: at ?? epochMicros(Number.MAX_SAFE_INTEGER), ref };
    const truth: Moment = { ...own, node: TRUE_TIME };
    const shared = { basis: 'ntp', strength: 'medium', limit: width, why: phrase('the clock was synchronised by NTP') } as const;
    bounds.push({ earlier: own, later: truth, ...shared }, { earlier: truth, later: own, ...shared });
  }
  return { bounds, state };
}
