import type { Source } from '../../model/bundle.ts';
import type { FactType, PlacedFact } from '../../model/fact.ts';
import type { Correct, Member } from '../../model/history.ts';
import type { MemberId } from '../../model/ids.ts';
import type { EpochMicros } from '../../model/time.ts';
import { isWritten } from '../../model/time.ts';
import type { TimedFact } from '../derivation.ts';
import type { Identity } from '../identity/identify.ts';
import type { LogOwners } from '../identity/log-owners.ts';
import type { Twins } from '../identity/twins.ts';
import { hear } from './hear.ts';
import { leaderlessSpells, type LeaderlessSpell } from './leaderless-spells.ts';
import { LinkBook } from './links.ts';
import { VOICE_TYPES, type VoiceFact } from './voice-fact.ts';
import { newVoice, type Voice } from './voice.ts';

/** What all members said, and what they saw of each other. */
export interface Voices {
  readonly all: readonly Voice[];
  of(member: Member | null): Voice | null;
  readonly links: LinkBook;
  /** the stretches in which a member had no leader, in order; found once */
  spellsOf(voice: Voice): readonly LeaderlessSpell[];
}

export interface VoicesInput {
  readonly timed: <Type extends FactType>(types: readonly Type[]) => Iterable<TimedFact<Type>>;
  readonly identity: Identity;
  readonly owners: LogOwners;
  readonly twins: Twins;
  readonly sources: readonly Source[];
  readonly correct: Correct;
  readonly endOfCase: EpochMicros;
}

/** One pass over the etcd logs of the case. */
export function listen({ timed, identity, owners, twins, sources, correct, endOfCase }: VoicesInput): Voices {
  const voices = new Map<Member, Voice>();
  const links = new LinkBook();
  const memberOf = (id: MemberId | null) => identity.member(id);
  for (const fact of timed(VOICE_TYPES)) {
    if (!isSpoken(fact) || twins.tells(fact)) continue;
    // systemd speaks of the process of its machine, in a log of its own
    const member = fact.type === 'systemd.unit' ? identity.memberOf(fact) : identity.member(owners.ownerOf(fact) ?? speaker(fact));
    if (member === null) continue;
    let voice = voices.get(member);
    if (voice === undefined) voices.set(member, (voice = newVoice(member)));
    const runs = voice.runs.length;
    hear(voice, fact, memberOf);
    if (voice.runs.length > runs) links.restarted(member, fact);
    links.hear(member, fact, memberOf);
  }
  for (const source of sources) {
    if (source.to === null || !isEtcd(source)) continue;
    const [id, other] = owners.membersOf(source.id);
    const member = id === undefined || other !== undefined ? null : identity.member(id);
    const twin = twins.all.some((t) => t.id === id && t.copy === source.node);
    const voice = member === null || twin ? undefined : voices.get(member);
    if (voice !== undefined) extendRun(voice, correct(source.node, source.to));
  }
  // where a log no longer reaches back to the start that told
  for (const fact of timed(['etcd.configured'])) {
    const { data } = fact;
    const named = data.name === null ? null : identity.byText(data.name);
    const member = named ?? identity.memberOf(fact);
    const voice = member === null ? undefined : voices.get(member);
    if (voice !== undefined && data.election !== null) voice.election = Math.max(voice.election, data.election);
  }
  // A log is collected whole: it reaches to the moment its machine says it was collected at, silent or not.
  const dates = new Map<string, number>();
  for (const fact of timed(['node.date'])) if (fact.node !== null && fact.when !== null) dates.set(fact.node, fact.when);
  links.close((observer) => Math.max(voices.get(observer)?.runs.at(-1)?.last ?? -Infinity, dates.get(observer.node ?? '') ?? endOfCase));
  const spells = new Map<Voice, readonly LeaderlessSpell[]>();
  for (const voice of voices.values()) spells.set(voice, leaderlessSpells(voice));
  return {
    all: [...voices.values()],
    of: (member) => (member === null ? null : (voices.get(member) ?? null)),
    links,
    spellsOf: (voice) => spells.get(voice) ?? [],
  };
}

function isSpoken(fact: TimedFact<(typeof VOICE_TYPES)[number]>): fact is VoiceFact {
  return fact.when !== null && isWritten(fact.meaning);
}

function isEtcd(source: Source): boolean {
  return source.component === 'etcd' || source.component === 'k3s' || source.component === 'rke2';
}

function speaker(fact: PlacedFact): Member['id'] {
  return fact.type.startsWith('raft.') && 'member' in fact.data && typeof fact.data.member === 'string' ? fact.data.member : null;
}

/** The log went on after the last sentence we can name. */
function extendRun(voice: Voice, to: EpochMicros): void {
  const run = voice.runs.findLast((r) => r.from <= to);
  if (run !== undefined && to > run.last) run.last = to;
}
