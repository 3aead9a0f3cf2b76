import type { Phrase } from '../model/phrases.ts';
import type { Source } from '../model/bundle.ts';
import type { Derived } from '../model/derived.ts';
import type { FactType, PlacedFact } from '../model/fact.ts';
import type { Leadership, Member } from '../model/history.ts';
import type { EntryId, SourceId } from '../model/ids.ts';
import type { FactSource } from '../model/ports.ts';
import type { EpochMicros } from '../model/time.ts';
import { cite } from './cite.ts';
import type { ClockModel } from './clock/model.ts';
import { etcdCoverage } from './coverage.ts';
import type { DerivationContext, TimedFact } from './derivation.ts';
import type { Identity } from './identity/identify.ts';
import type { Twin } from './identity/twins.ts';
import { Stretches } from './stretches.ts';

export interface ContextInput {
  readonly source: FactSource;
  readonly sources: readonly Source[];
  readonly timed: <Type extends FactType>(types: readonly Type[]) => Iterable<TimedFact<Type>>;
  readonly identity: Identity;
  readonly members: readonly Member[];
  readonly nodes: readonly string[];
  readonly clock: ClockModel;
  readonly collectedAt: EpochMicros | null;
  readonly leadership: readonly Leadership[];
  readonly leaderless: readonly Derived<'cluster.leaderless'>[];
  readonly downs: readonly Derived<'member.down'>[];
  readonly twins: readonly Twin[];
  /** grows while the derivations run */
  readonly derived: readonly Derived[];
  readonly undecided: (about: string, because: Phrase, nodes: readonly string[]) => void;
}

/** Everything derivations may ask, over what was built so far. */
export function derivationContext(input: ContextInput): DerivationContext {
  const { identity, leadership, clock } = input;
  const sources = new Map<SourceId, Source>(input.sources.map((s) => [s.id, s]));
  const paths = new Map<EntryId, string>(input.source.entries().map((e) => [e.id, e.path]));
  const coverage = etcdCoverage(input.sources, clock.correct);
  // of several members that had one name, the one that is still there, and that somebody places
  const rank = (m: Member): number => (m.node === null ? 0 : 2) + (m.removedAt === null ? 1 : 0);
  const byName = new Map(input.members.toSorted((a, b) => rank(a) - rank(b)).map((m) => [m.name, m]));
  const nodeOfMember = (member: Member | null): string | null => member?.node ?? null;
  const led = new Stretches<string>();
  for (const reign of leadership) led.add(reign.name, reign);
  return {
    facts: input.timed,
    sources: input.sources,
    source: (id) => sources.get(id) ?? null,
    pathOf: (fact) => paths.get(fact.ref.entry) ?? '',
    members: input.members,
    nodes: input.nodes,
    memberOf: (fact) => identity.memberOf(fact),
    member: (id) => identity.member(id),
    memberByText: (text) => identity.byText(text),
    nameOf: (id) => identity.nameOf(id),
    nodeOf: (id) => nodeOfMember(identity.member(id)),
    nodesOf: (names) => [...new Set(names.map((n) => nodeOfMember(byName.get(n) ?? null) ?? n))],
    nodesOfFact: (fact) => nodesOfFact(fact, identity),
    leadership,
    leaderless: input.leaderless,
    downs: input.downs,
    twins: input.twins,
    derived: input.derived,
    ledBetween: (name, from, to) => led.touches(name, { from, to }),
    collectedAt: input.collectedAt,
    clocks: clock.clocks,
    correct: clock.correct,
    coverage: (node) => coverage.get(node) ?? [],
    cite,
    undecided: input.undecided,
  };
}

function nodesOfFact(fact: PlacedFact, identity: Identity): readonly string[] {
  const member = identity.memberOf(fact);
  const node = member?.node ?? fact.node ?? member?.name ?? null;
  return node === null ? [] : [node];
}
