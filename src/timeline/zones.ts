import type { Source } from '../model/bundle.ts';
import type { PlacedFact } from '../model/fact.ts';
import type { SourceId } from '../model/ids.ts';
import type { FactSource, TimeShift } from '../model/ports.ts';
import { MINUTE } from '../model/time.ts';
import { daylightShifts } from './daylight.ts';
import { append } from './group.ts';
import { resolveNodes } from './resolve-nodes.ts';

/** How far a log may run past the collection, and how near its end must come to it to speak for a zone. */
const AHEAD = 10 * MINUTE;
const NEAR = 15 * MINUTE;

type Zones = ReadonlyMap<string | null, ReadonlySet<number>>;

interface Wanting {
  readonly fact: PlacedFact<'log.zone'>;
  readonly source: Source;
  readonly node: string | null;
}

/**
 * Which zone the times were in that a file wrote without one and a parser read as UTC: what later lines of the file taught, else the
 * zone that the machine states (`timedatectl`, `date`) or that its other logs taught, else what all machines agree on. A log cannot
 * run past its collection, and one that ends at it under one reading and hours before under the other is read the first way.
 */
export function inferZones(facts: FactSource): readonly TimeShift[] {
  const notes = [...facts.facts(['log.zone'])];
  const open = notes.filter((note) => note.data.assumed > 0);
  if (open.length === 0) return [];
  const nodeOf = resolveNodes(facts);
  const sources = new Map(facts.sources().map((s) => [s.id, s]));
  const shifts: TimeShift[] = [];
  const groups = new Map<string, Wanting[]>();
  for (const fact of open) {
    const source = sources.get(fact.source);
    if (source === undefined) continue;
    const { zoneOffset, settled, host } = fact.data;
    if (zoneOffset !== null) shifts.push({ source: fact.source, by: zoneOffset, until: fact.ref.offset });
    if (zoneOffset !== null || settled) continue;
    const node = nodeOf.get(fact.source) ?? null;
    const key = JSON.stringify([node, host ? source.entry : source.component, host]);
    append(groups, key, { fact, source, node });
  }
  if (groups.size === 0) return shifts.filter((s) => s.by !== 0);
  const stated = statedZones(facts, nodeOf);
  const named = namedZones(facts, nodeOf);
  const taught = taughtZones(notes, nodeOf);
  const end = lastMoment(facts, new Set(open.map((note) => note.source)));
  for (const group of groups.values()) {
    const by = zoneOf(group, stated, taught, end);
    for (const { source, fact, node } of group) {
      const shift = { source: source.id, until: fact.ref.offset };
      const name = named.get(node) ?? sole(named);
      const { from, to } = source;
      const seasons = name === undefined || name.at === null || from === null || to === null ? null : daylightShifts(name.zone, by, name.at, from, to);
      shifts.push(...(seasons ?? [{ by }]).map((season) => ({ ...shift, ...season })));
    }
  }
  return shifts.filter((s) => s.by !== 0);
}

function zoneOf(group: readonly Wanting[], stated: Zones, taught: Zones, end: number | null): number {
  const [first] = group;
  if (first === undefined) return 0;
  const { host } = first.fact.data;
  const own = [...(taught.get(first.node) ?? []), ...(stated.get(first.node) ?? [])];
  const told = own.length > 0 ? own : agreed([taught, stated]);
  const candidates = [...new Set([...told, 0])];
  // A machine's log is in the machine's zone, a container's in UTC; a program's own file may be in either.
  const usual = host ? (told[0] ?? 0) : first.source.pod !== null || end === null ? 0 : null;
  if (candidates.length === 1 || end === null) return usual ?? 0;
  const last = Math.max(...group.map(({ source }) => source.to ?? -Infinity));
  const cost = (zone: number): number => {
    const gap = end - (last - zone);
    return gap >= -AHEAD ? Math.max(gap, 0) : Infinity;
  };
  const best = candidates.reduce((a, b) => (cost(b) < cost(a) || (cost(b) === cost(a) && b === usual) ? b : a));
  if (usual === null) return cost(best) === Infinity ? 0 : best;
  return cost(usual) === Infinity || (cost(best) <= NEAR && cost(usual) > NEAR) ? (cost(best) === Infinity ? usual : best) : usual;
}

/** The one zone that everything says which says any; none when they differ. */
function agreed(all: readonly Zones[]): readonly number[] {
  const zones = new Set(all.flatMap((by) => [...by.values()].flatMap((set) => [...set])));
  return zones.size === 1 ? [...zones] : [];
}

function statedZones(facts: FactSource, nodeOf: ReadonlyMap<SourceId, string | null>): Zones {
  const zones = new Map<string | null, Set<number>>();
  for (const fact of facts.facts(['clock.synchronisation', 'node.date'])) {
    const { zoneOffset, zone } = fact.data;
    // `date -u` speaks of no machine's zone
    if (zoneOffset === null || (fact.type === 'node.date' && zone === 'UTC')) continue;
    note(zones, nodeOf.get(fact.source) ?? fact.node, zoneOffset);
  }
  return zones;
}

/** By their names in the IANA database, which tell when the clocks are set for the summer. */
function namedZones(
  facts: FactSource,
  nodeOf: ReadonlyMap<SourceId, string | null>,
): ReadonlyMap<string | null, { readonly zone: string; readonly at: number | null }> {
  const zones = new Map<string | null, { readonly zone: string; readonly at: number | null }>();
  for (const { data, at, source, node } of facts.facts(['clock.synchronisation']))
    if (data.zone !== null && data.zoneOffset !== null) zones.set(nodeOf.get(source) ?? node, { zone: data.zone, at });
  return zones;
}

function sole<Value>(all: ReadonlyMap<string | null, Value>): Value | undefined {
  return all.size === 1 ? [...all.values()][0] : undefined;
}

function taughtZones(notes: readonly PlacedFact<'log.zone'>[], nodeOf: ReadonlyMap<SourceId, string | null>): Zones {
  const zones = new Map<string | null, Set<number>>();
  for (const { data, source } of notes) if (data.zoneOffset !== null && data.host) note(zones, nodeOf.get(source) ?? null, data.zoneOffset);
  return zones;
}

function note(zones: Map<string | null, Set<number>>, node: string | null, zone: number): void {
  const set = zones.get(node);
  if (set === undefined) zones.set(node, new Set([zone]));
  else set.add(zone);
}

/** When the bundle was collected, or the newest time beyond doubt. */
function lastMoment(facts: FactSource, doubtful: ReadonlySet<SourceId>): number | null {
  let newest = -Infinity;
  for (const fact of facts.facts(['bundle.collected', 'node.date'])) if (fact.at !== null) newest = Math.max(newest, fact.at);
  if (newest === -Infinity) for (const s of facts.sources()) if (!doubtful.has(s.id) && s.to !== null) newest = Math.max(newest, s.to);
  return newest === -Infinity ? null : newest;
}
