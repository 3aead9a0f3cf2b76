import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import { phrase, type Phrase } from '../../model/phrases.ts';
import type { Member } from '../../model/history.ts';
import type { EpochMicros } from '../../model/time.ts';
import { SECOND, epochMicros } from '../../model/time.ts';
import { cite, type DownStretch } from './downs.ts';
import type { LinkLoss } from './links.ts';
import { firstAtOrAfter, leaderlessSpells, spoke, type VoiceFact } from './voice.ts';
import type { Voices } from './voices.ts';

type Partition = Derived<'network.partition'>;

/** Shorter losses are reconnects. */
const SHORTEST = 2 * SECOND;
/** Members on the other side notice within an election timeout or two of the first. */
const TOGETHER = 3 * SECOND;
/** Streams time out after 5 s, and a member may be restarted before its peers give the link up. */
const NOTICED_LATE = 15 * SECOND;
/** The sentence that tells of a start may not be the first of the new process. */
const STARTING = 2 * SECOND;

export interface PartitionInput {
  readonly voices: Voices;
  readonly members: readonly Member[];
  readonly downs: readonly DownStretch[];
  /** links whose vote requests did not arrive */
  readonly unanswered: readonly LinkLoss[];
  readonly endOfCase: EpochMicros;
}

export interface PartitionResult {
  readonly derived: readonly Partition[];
  readonly undecided: readonly { readonly about: string; readonly because: Phrase; readonly nodes: readonly string[] }[];
}

/** Two groups that both live and can not hear each other, by links lost in silence between members that kept logging. */
export function partitions(input: PartitionInput): PartitionResult {
  const losses = [
    ...input.voices.links.losses.filter((l) => l.firm && isCut(l, input) && wasThere(l, input)),
    ...input.unanswered.filter((l) => isCut(l, input)),
  ];
  const derived: Partition[] = [];
  const undecided: PartitionResult['undecided'][number][] = [];
  for (const group of overlapping(losses)) {
    const split = splitOf(group, input) ?? onePair(group, input);
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
    const mute = stretch === null || group.some((l) => input.unanswered.includes(l)) ? [] : silentSide(stretch, split, input);
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

/** A loss that a cut network explains: silent, long enough, and with the peer neither known dead nor refused by TLS. */
function isCut(loss: LinkLoss, { downs, voices, endOfCase }: PartitionInput): boolean {
  if (!loss.kinds.has('silent') || loss.kinds.has('refused-identity')) return false;
  const to = loss.to ?? endOfCase;
  if (to - loss.from < SHORTEST) return false;
  if (loss.peer.removedAt !== null && loss.peer.removedAt <= loss.from) return false;
  // A short restart within a long loss explains nothing.
  const gone = downs
    .filter((d) => d.member === loss.peer && d.how !== 'unreachable')
    .reduce((sum, d) => sum + Math.max(0, Math.min(d.to ?? endOfCase, to) - Math.max(d.from, loss.from)), 0);
  // Nor is one cut off that said nothing and then started: how its process ended may be in no log.
  const peer = voices.of(loss.peer);
  const unknown = (peer?.runs ?? []).reduce((sum, run) => {
    if (peer === null || run.start === null) return sum;
    const silentFrom = peer.signs[firstAtOrAfter(peer.signs, run.from - STARTING) - 1] ?? run.from;
    return sum + Math.max(0, Math.min(run.from, to) - Math.max(silentFrom, loss.from));
  }, 0);
  return Math.max(gone, unknown) <= (to - loss.from) / 2;
}

/** The peer's own log, where there is one, goes on after the loss. */
function wasThere(loss: LinkLoss, { voices }: PartitionInput): boolean {
  const peer = voices.of(loss.peer);
  return peer === null || (peer.runs.at(-1)?.last ?? -Infinity) > loss.from;
}

function overlapping(losses: readonly LinkLoss[]): readonly (readonly LinkLoss[])[] {
  const groups: LinkLoss[][] = [];
  let end = -Infinity;
  for (const loss of losses.toSorted((a, b) => a.from - b.from)) {
    const group = groups.at(-1);
    if (group !== undefined && loss.from <= end + 5 * SECOND) {
      group.push(loss);
      end = Math.max(end, loss.to ?? Infinity);
    } else {
      groups.push([loss]);
      end = loss.to ?? Infinity;
    }
  }
  return groups;
}

interface Split {
  readonly isolated: readonly Member[];
  readonly others: readonly Member[];
  readonly oneWay: boolean;
}

/** The parts the members fall into once lost links are taken away; the largest part are the others. */
function splitOf(group: readonly LinkLoss[], { voices, members, downs }: PartitionInput): Split | null {
  const [first] = group;
  if (first === undefined) return null;
  const cluster = first.observer.clusterId ?? first.peer.clusterId;
  const at = first.from;
  const present = members.filter(
    (m) =>
      (m.clusterId === cluster || m.clusterId === null) &&
      (m.removedAt === null || m.removedAt > at) &&
      (voices.of(m) !== null || group.some((l) => l.peer === m)) &&
      !downs.some((d) => d.member === m && d.how !== 'unreachable' && d.from <= at && (d.to ?? Infinity) > at + SHORTEST),
  );
  const cut = new Set(group.flatMap((l) => [`${l.observer.name} ${l.peer.name}`]));
  const apart = (a: Member, b: Member): boolean => cut.has(`${a.name} ${b.name}`) || cut.has(`${b.name} ${a.name}`);
  const parts: Member[][] = [];
  const placed = new Set<Member>();
  for (const start of present) {
    if (placed.has(start)) continue;
    const part: Member[] = [];
    const queue = [start];
    placed.add(start);
    for (let member = queue.pop(); member !== undefined; member = queue.pop()) {
      part.push(member);
      for (const other of present) {
        if (placed.has(other) || apart(member, other)) continue;
        placed.add(other);
        queue.push(other);
      }
    }
    parts.push(part);
  }
  if (parts.length < 2) return null;
  const ordered = parts.toSorted((a, b) => b.length - a.length || ledMore(b, voices) - ledMore(a, voices));
  const [others, ...rest] = ordered;
  if (others === undefined) return null;
  const isolated = rest.flat().toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const mutual =
    isolated.some((i) => others.some((o) => cut.has(`${i.name} ${o.name}`))) && others.some((o) => isolated.some((i) => cut.has(`${o.name} ${i.name}`)));
  return { isolated, others, oneWay: !mutual };
}

/** Where everybody is still joined by way of others: a member that had no leader because it could not reach those. */
function onePair(group: readonly LinkLoss[], { unanswered }: PartitionInput): Split | null {
  const observer = group.find((l) => unanswered.includes(l))?.observer;
  if (observer === undefined) return null;
  const others = new Set(group.filter((l) => l.observer === observer && unanswered.includes(l)).map((l) => l.peer));
  return { isolated: [observer], others: [...others], oneWay: false };
}

/** Of two halves of equal size, the one that has a leader in the end is the cluster. */
function ledMore(part: readonly Member[], voices: Voices): number {
  return part.filter((m) => voices.of(m)?.leaders.at(-1)?.leader != null).length;
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
    const spell = leaderlessSpells(voice).findLast(
      (s) => s.from <= before + TOGETHER && (s.to ?? Infinity) >= before - NOTICED_LATE && (s.to ?? Infinity) - s.from > TOGETHER,
    );
    if (spell === undefined || spell.fact.type === 'etcd.started') continue;
    signs.push({ at: spell.from, citation: cite(spell.fact, phrase('{member} loses its leader', { member: member.name })) });
    const quorum = voice.notes.findLast((n) => n.type === 'raft.quorum-inactive' && Math.abs(n.when - spell.from) < TOGETHER);
    if (quorum !== undefined) signs.push({ at: quorum.when, citation: cite(quorum, phrase('{member} no longer hears most members', { member: member.name })) });
  }
  const [first] = signs.toSorted((a, b) => a.at - b.at);
  if (first === undefined) return signs;
  for (const member of split.others) {
    const lost = voices.of(member)?.leaders.find((l) => l.fact.type === 'raft.leader-lost' && Math.abs(l.at - first.at) < TOGETHER);
    if (lost !== undefined) signs.push({ at: lost.at, citation: cite(lost.fact, phrase('{member} loses its leader', { member: member.name })) });
  }
  return signs.toSorted((a, b) => a.at - b.at);
}

/** The moment an isolated member follows a leader of the other side again. */
function foundLeader(split: Split, after: EpochMicros, voices: Voices): { readonly at: EpochMicros; readonly fact: VoiceFact } | null {
  let last: { at: EpochMicros; fact: VoiceFact } | null = null;
  for (const member of split.isolated) {
    const found = voices.of(member)?.leaders.find((l) => l.at > after && l.leader !== null && split.others.includes(l.leader));
    if (found === undefined) return null;
    if (last === null || found.at > last.at) last = { at: found.at, fact: found.fact };
  }
  return last;
}

function nodesOf(members: readonly Member[]): readonly string[] {
  return [...new Set(members.map((m) => m.node ?? m.name))].toSorted();
}
