import type { Derived, DerivedType } from '../model/derived.ts';
import type { Phrase } from '../model/phrases.ts';
import type { Citation } from '../model/evidence.ts';
import type { FactType, PlacedFact } from '../model/fact.ts';
import type { MemberId, SourceId } from '../model/ids.ts';
import type { Source } from '../model/bundle.ts';
import type { Correct, Leadership, Member, NodeClock } from '../model/history.ts';
import type { EpochMicros } from '../model/time.ts';
import type { Twin } from './identity/twins.ts';

/** A placed fact with its time corrected by the clock model; `when` is null exactly where `at` is. */
export type TimedFact<Type extends FactType = FactType> = PlacedFact<Type> & { readonly when: EpochMicros | null };

/** What a derivation may ask. Everything is in corrected time; members are named as `nameOf` names them. */
export interface DerivationContext {
  /**
   * Facts of these types in one total order (corrected time, source, offset), those without a time last, copies of the same
   * record in several files collapsed. Read once and streamed: iterate, keep compact state, do not hold a million of them.
   */
  facts<Type extends FactType>(types: readonly Type[]): Iterable<TimedFact<Type>>;

  /** sources with their node resolved */
  readonly sources: readonly Source[];
  source(id: SourceId): Source | null;
  /** path of the entry a fact stands in */
  pathOf(fact: PlacedFact): string;

  readonly members: readonly Member[];
  /** every node of the case, in display order */
  readonly nodes: readonly string[];
  /**
   * The etcd member a fact is about: its `data.member` where it has one, else the member whose log the source holds at that
   * place (a log may hold two members one after the other), else the only member of the fact's node; null when unknown.
   */
  memberOf(fact: PlacedFact): Member | null;
  member(id: MemberId | null): Member | null;
  /** by any url, host:port, address, name or id, as members were told apart in this case; null when none or several match */
  memberByText(text: string): Member | null;
  /** the member's name, else its hex id */
  nameOf(id: MemberId): string;
  /** the node a member runs on; null when not known */
  nodeOf(id: MemberId): string | null;
  /** nodes of members given by name, in the same order, unknown ones left out; for the `nodes` of a Derived */
  nodesOf(memberNames: readonly string[]): readonly string[];
  /** nodes a fact concerns: its member's node, else its own */
  nodesOfFact(fact: PlacedFact): readonly string[];

  readonly leadership: readonly Leadership[];
  /** no leader in the whole cluster or on a minority side */
  readonly leaderless: readonly Derived<'cluster.leaderless'>[];
  /** members not there or hung */
  readonly downs: readonly Derived<'member.down'>[];
  /** true when this member led at some moment of the stretch; null ends are open */
  ledBetween(memberName: string, from: EpochMicros | null, to: EpochMicros | null): boolean;

  /** second processes with a member's id; what they say is no member's */
  readonly twins: readonly Twin[];
  /** what was concluded so far: the raft room's, then that of the derivations before this one */
  readonly derived: readonly Derived[];

  /** "now" for certificates, leases and backups; null when nothing in the case has a time */
  readonly collectedAt: EpochMicros | null;
  readonly clocks: readonly NodeClock[];
  readonly correct: Correct;
  /** the stretches for which etcd logs of that node exist (corrected); empty when its log is missing */
  coverage(node: string): readonly { readonly from: EpochMicros; readonly to: EpochMicros }[];

  /** `why` says in a few words what the line shows */
  cite(fact: PlacedFact, why: Phrase): Citation;
  /** what could not be told, in words: shown to people, so say what is missing */
  undecided(about: string, because: Phrase, nodes: readonly string[]): void;
}

/** A conclusion of one kind from facts. `derive` must not throw on odd input and must give the same output for the same facts. */
export interface Derivation<Reads extends FactType = FactType, Gives extends DerivedType = DerivedType> {
  readonly id: string;
  readonly reads: readonly Reads[];
  readonly gives: readonly Gives[];
  derive(context: DerivationContext): Iterable<Derived<Gives>>;
}

export function defineDerivation<Reads extends FactType, Gives extends DerivedType>(derivation: Derivation<Reads, Gives>): Derivation<Reads, Gives> {
  return derivation;
}
