import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import { phrase, type Phrase } from '../../model/phrases.ts';
import type { Member } from '../../model/history.ts';
import type { EpochMicros } from '../../model/time.ts';
import { SECOND, epochMicros } from '../../model/time.ts';
import { cite } from '../cite.ts';
import { firstOf, within, withinBackwards } from '../search.ts';
import { SHORTEST, isCut, wasThere, type PartitionInput } from './cut-links.ts';
import type { LeaderlessSpell } from './leaderless-spells.ts';
import { groupLosses, type LinkLoss } from './loss.ts';
import { nodesOf } from './nodes-of.ts';
import { onePair, splitOf, type Split } from './split.ts';
import type { VoiceFact } from './voice-fact.ts';
import { spoke } from './voice.ts';
import type { Voices } from './voices.ts';

type Partition = Derived<'network.partition'>;

/** Members on the other side notice within an election timeout or two of the first. */
const TOGETHER = 3 * SECOND;
/** Streams time out after 5 s, and a member may be restarted before its peers give the link up. */
const NOTICED_LATE = 15 * SECOND;
/** A link that comes and goes within this is still cut. */
const RECONNECTS = 5 * SECOND;

export interface PartitionResult {
  readonly derived: readonly Partition[];
  readonly undecided: readonly { readonly about: string; readonly because: Phrase; readonly nodes: readonly string[] }[];
}

/** Two groups that both live and cannot hear each other, by links lost in silence between members that kept logging. */
export function partitions(input: PartitionInput): PartitionResult {
  const losses = [
    ...input.voices.links.losses.filter((l) => l.firm && isCut(l, input) && wasThere(l, input)),
    ...input.unanswered.filter((l) => isCut(l, input)),
  ];
  const unanswered = new Set(input.unanswered);
  const derived: Partition[] = [];
  const undecided: PartitionResult['undecided'][number][] = [];
  for (const group of groupLosses(losses, RECONNECTS)) {
    const split = splitOf(group, input) ?? onePair(group, unanswered, input.voices);
    if (split === null) continue;
    const unheard = split.isolated.filter((m) => input.voices.of(m) === null);
    if (unheard.length > 0) {
      undecided.push({
        about: 'network-partition',
        because: phrase('whether {unheard} was cut off or down: its log is not in the case; its peers only see that nothing comes back', {
          unheard: unheard.map((m) => m.name),
        }),
        nodes: nodesOf(unheard),
      });
      continue;
    }
    if (split.others.every((m) => input.voices.of(m) === null)) {
      undecided.push({
        about: 'network-partition',
        because: phrase('whether {isolated} was cut off, or {others} were down: no log of the others is in the case', {
          isolated: split.isolated.map((m) => m.name),
          others: split.others.map((m) => m.name),
        }),
        nodes: nodesOf(split.isolated),
      });
      continue;
    }
    const stretch = partitionOf(group, split, input);
    // requests that never arrived were weighed against the peer's life already
    const mute = stretch === null || group.some((l) => unanswered.has(l)) ? [] : silentSide(stretch, split, input);
    if (mute.length > 0) {
      undecided.push({
        about: 'network-partition',
        because: phrase('whether {mute} was cut off or stood still: its own log says nothing meanwhile', { mute: mute.map((m) => m.name) }),
        nodes: nodesOf(mute),
      });
    } else if (stretch !== null) derived.push(stretch);
    else {
      undecided.push({
        about: 'network-partition',
        because: phrase('why {isolated} did not answer: peers got no answer, yet its own log shows neither a loss of its peers nor of its leader', {
          isolated: split.isolated.map((m) => m.name),
        }),
        nodes: nodesOf(split.isolated),
      });
    }
  }
  return { derived, undecided };
}

/** Members of a side of which none said anything meanwhile; whoever is cut off for longer complains every few seconds. */
function silentSide({ from, to }: Partition, split: Split, { voices, endOfCase }: PartitionInput): readonly Member[] {
  const until = to ?? endOfCase;
  if (from === null || until - from < NOTICED_LATE) return [];
  const mute = [split.isolated, split.others].find((side) =>
    side.every((m) => {
      const voice = voices.of(m);
      return voice === null || !spoke(voice, from + TOGETHER, until - SHORTEST);
    }),
  );
  return mute ?? [];
}

function partitionOf(group: readonly LinkLoss[], split: Split, { voices, endOfCase }: PartitionInput): Partition | null {
  const crossing = group.filter((l) => split.isolated.includes(l.observer) !== split.isolated.includes(l.peer));
  const [first] = crossing;
  if (first === undefined) return null;
  const early = earlierSigns(split, first.from, voices);
  // A hung process looks the same from outside; one that is cut off complains, or finds itself without a leader.
  const complains = group.some((l) => split.isolated.includes(l.observer) && split.others.includes(l.peer));
  if (early.length === 0 && !complains) return null;
  const from = early[0]?.at ?? first.from;
  const back = foundLeader(split, first.from, voices);
  const ongoing = back === null && crossing.some((l) => l.to === null);
  const to = ongoing ? null : (back?.at ?? epochMicros(Math.max(...crossing.map((l) => l.to ?? 0))));
  const evidence: Citation[] = early.slice(0, 3).map((e) => e.citation);
  if (back !== null) evidence.push(cite(back.fact, phrase('the isolated side follows the others’ leader again')));
  for (const l of perPair(crossing)) {
    if (evidence.length >= 8) break;
    evidence.push(cite(l.first, phrase('{observer} loses {peer}', { observer: l.observer.name, peer: l.peer.name })));
    if (l.ended !== null) evidence.push(cite(l.ended, phrase('{observer} reaches {peer} again', { observer: l.observer.name, peer: l.peer.name })));
  }
  return {
    type: 'network.partition',
    from,
    to,
    nodes: nodesOf([...split.isolated, ...split.others]),
    data: {
      isolated: split.isolated.map((m) => m.name),
      others: split.others.map((m) => m.name),
      oneWay: split.oneWay && early.length === 0,
      duration: (to ?? endOfCase) - from,
      ongoing,
    },
    evidence,
  };
}

/** Both directions of a few pairs say more than many of one. */
function perPair(losses: readonly LinkLoss[]): readonly LinkLoss[] {
  const seen = new Set<string>();
  return losses.filter((l) => {
    const key = `${l.observer.name} ${l.peer.name}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/**
 * Raft notices before the connections do: an isolated member that had no leader about when the first link was given up has
 * been cut off since it lost it; a leader, since it stepped down.
 */
function earlierSigns(split: Split, before: EpochMicros, voices: Voices): readonly { readonly at: EpochMicros; readonly citation: Citation }[] {
  const signs: { at: EpochMicros; citation: Citation }[] = [];
  for (const member of split.isolated) {
    const voice = voices.of(member);
    if (voice === null) continue;
    const spell = spellAround(before, voices.spellsOf(voice));
    if (spell === undefined || spell.fact.type === 'etcd.started') continue;
    signs.push({ at: spell.from, citation: cite(spell.fact, phrase('{member} loses its leader', { member: member.name })) });
    const quorum = firstOf(
      withinBackwards(voice.notes, spell.from - TOGETHER + 1, spell.from + TOGETHER - 1, (n) => n.when),
      (n) => n.type === 'raft.quorum-inactive',
    );
    if (quorum !== undefined) signs.push({ at: quorum.when, citation: cite(quorum, phrase('{member} no longer hears most members', { member: member.name })) });
  }
  const [first] = signs.toSorted((a, b) => a.at - b.at);
  if (first === undefined) return signs;
  for (const member of split.others) {
    const lost = firstOf(
      within(voices.of(member)?.leaders ?? [], first.at - TOGETHER + 1, first.at + TOGETHER - 1, (l) => l.at),
      (l) => l.fact.type === 'raft.leader-lost',
    );
    if (lost !== undefined) signs.push({ at: lost.at, citation: cite(lost.fact, phrase('{member} loses its leader', { member: member.name })) });
  }
  return signs.toSorted((a, b) => a.at - b.at);
}

/** The latest spell without a leader that is long enough and had not ended long before. */
function spellAround(at: EpochMicros, spells: readonly LeaderlessSpell[]): LeaderlessSpell | undefined {
  for (const spell of withinBackwards(spells, -Infinity, at + TOGETHER, (s) => s.from)) {
    const to = spell.to ?? Infinity;
    // those before it ended sooner still
    if (to < at - NOTICED_LATE) return undefined;
    if (to - spell.from > TOGETHER) return spell;
  }
  return undefined;
}

/** The moment an isolated member follows a leader of the other side again. */
function foundLeader(split: Split, after: EpochMicros, voices: Voices): { readonly at: EpochMicros; readonly fact: VoiceFact } | null {
  let last: { at: EpochMicros; fact: VoiceFact } | null = null;
  for (const member of split.isolated) {
    const found = firstOf(
      within(voices.of(member)?.leaders ?? [], after + 1, Infinity, (l) => l.at),
      (l) => l.leader !== null && split.others.includes(l.leader),
    );
    if (found === undefined) return null;
    if (last === null || found.at > last.at) last = { at: found.at, fact: found.fact };
  }
  return last;
}
