import type { Derived } from '../../model/derived.ts';
import type { PlacedFact } from '../../model/fact.ts';
import { phrase, type Phrase } from '../../model/phrases.ts';
import type { History, Leadership, Member, NodeClock, RoleStretch } from '../../model/history.ts';
import type { FactReader } from '../facts/reader.ts';
import { formatDuration, formatTime, type EpochMicros } from '../../model/time.ts';
import { askedAtCollection, silentDowns } from './asked.ts';
import { raftChanges } from './changes.ts';
import { toDerived, type DownStretch } from './down-stretch.ts';
import { processDowns } from './downs.ts';
import { nodesOf } from './nodes-of.ts';
import { unreachableDowns } from './unreachable.ts';
import type { Voice } from './voice.ts';
import { forks } from './fork.ts';
import { hungDowns } from './hung.ts';
import { byStart, reignsFromLogs, toLeadership, type Reign } from './leadership.ts';
import { leaderlessStretches } from './leaderless.ts';
import { cutOffDowns } from './cut-off.ts';
import { brokenInvariants } from './invariants.ts';
import { partitions } from './partitions.ts';
import { roleStretches } from './roles.ts';
import { reignsFromStatus } from './status.ts';
import { stuckStarts } from './stuck-starts.ts';
import { looseNodes, unansweredRequests } from './unanswered.ts';
import { heldToOwnClocks } from './unproved.ts';
import { listen, type Voices, type VoicesInput } from './voices.ts';
import { readWalLogs } from './wal-logs.ts';
import { reignsFromWal } from './wal-reigns.ts';

export interface RaftHistory {
  readonly leadership: readonly Leadership[];
  readonly roles: readonly RoleStretch[];
  readonly leaderless: readonly Derived<'cluster.leaderless'>[];
  readonly downs: readonly Derived<'member.down'>[];
  readonly derived: readonly Derived[];
  readonly undecided: History['undecided'];
}

export interface RaftInput extends VoicesInput {
  readonly reader: FactReader;
  readonly nodes: readonly string[];
  readonly clocks: readonly NodeClock[];
  /** path of the entry a fact stands in */
  readonly pathOf: (fact: PlacedFact) => string;
}

/** Who led, who was down, who could not hear whom; from the members' logs, and their status where logs are missing. */
export function buildRaft(input: RaftInput): RaftHistory {
  const { identity, endOfCase, timed } = input;
  const { members } = identity;
  const voices = listen(input);
  const asked = askedAtCollection(timed, identity);
  const { answering } = asked;
  const ends: History['undecided'][number][] = [];
  const doubt = (member: Member, because: Phrase): void => {
    ends.push({ about: 'member-down', because, nodes: nodesOf([member]) });
  };
  const gone = processDowns(voices, endOfCase, answering, doubt);
  const { downs: unreachable, doubts } = unreachableDowns(voices, members, gone, endOfCase, doubt);
  const hung = hungDowns(voices, [...gone, ...unreachable], endOfCase);
  const known = [...gone, ...unreachable, ...hung];
  const stuck = stuckStarts(voices, known, asked.silent, endOfCase);
  const process: readonly DownStretch[] = [...known.filter((d) => !stuck.some((s) => s.member === d.member && s.from <= d.from)), ...stuck];
  const logReigns = reignsFromLogs(voices, process);
  const walLogs = readWalLogs(input.reader, identity, input.correct, input.pathOf, new Set(input.nodes));
  const wal = reignsFromWal(walLogs, input.reader, identity, logReigns);
  const proved = [...logReigns, ...wal.reigns];
  const reigns = [...proved, ...reignsFromStatus(timed, identity, proved)].toSorted(byStart);
  const loose = looseNodes(input.clocks);
  const unanswered = unansweredRequests({ voices, loose, answering });
  const cut = partitions({ voices, members, downs: process, unanswered, endOfCase });
  const { heard: leaderless, lone } = withoutLone(
    heldToOwnClocks(leaderlessStretches({ voices, members, downs: process, reigns, endOfCase }), voices, process, input.clocks),
    voices,
    members,
    reigns,
    endOfCase,
  );
  const away = [...process, ...cutOffDowns(voices, leaderless, cut.derived, process)];
  const isolated = new Set(cut.derived.filter((p) => p.data.ongoing).flatMap((p) => p.data.isolated));
  const silent = silentDowns(asked, away, logReigns, voices, endOfCase).filter((d) => !isolated.has(d.member.name));
  const downs = [...away, ...silent].toSorted((a, b) => a.from - b.from || (a.member.name < b.member.name ? -1 : 1));
  const derivedDowns = downs.map((d) => toDerived(d, leaderless, endOfCase));
  return {
    leadership: reigns.map(toLeadership),
    roles: roleStretches(members, voices, process),
    leaderless,
    downs: derivedDowns,
    derived: [...leaderless, ...derivedDowns, ...cut.derived, ...raftChanges(reigns, voices, downs), ...brokenInvariants(voices, walLogs), ...forks(voices)],
    undecided: [
      ...cut.undecided,
      ...wal.undecided,
      ...lone,
      ...ends,
      ...doubts.map(({ member, observers }) => ({
        about: 'member-down',
        because: phrase('whether {member} was down: {observers} reached most members no more and may have been cut off; no log of {member} is in the case', {
          member: member.name,
          observers: observers.map((o) => o.name),
        }),
        nodes: nodesOf([member]),
      })),
    ],
  };
}

/**
 * A member without a leader, when it is the only one whose log reaches over that time and nobody is known to have led meanwhile: whether
 * the others had one cannot be told, so it is neither an outage nor a minority.
 */
function withoutLone(
  stretches: readonly Derived<'cluster.leaderless'>[],
  voices: Voices,
  members: readonly Member[],
  reigns: readonly Reign[],
  endOfCase: EpochMicros,
): { readonly heard: readonly Derived<'cluster.leaderless'>[]; readonly lone: History['undecided'] } {
  const lone: History['undecided'][number][] = [];
  const heard = stretches.filter(({ data, from, to, nodes }) => {
    const [name] = data.members;
    const voice = voices.all.find((v) => v.member.name === name);
    if (data.scope !== 'minority' || voice === undefined || from === null) return true;
    const { clusterId } = voice.member;
    const others = members.filter((m) => m !== voice.member && m.clusterId === clusterId && m.removedAt === null);
    if (others.length === 0 || others.some((m) => coversHalf(voices.of(m), from, to ?? endOfCase))) return true;
    if (reigns.some((r) => r.leader !== voice.member && r.from !== null && r.from < (to ?? Infinity) && (r.to ?? Infinity) > from)) return true;
    lone.push({
      about: 'no-leader',
      because: phrase(
        '{member} knew no leader for {duration} from {from}; whether the other members had one cannot be told, since their logs do not reach over it',
        { member: voice.member.name, duration: formatDuration(data.duration), from: formatTime(from) },
      ),
      nodes,
    });
    return false;
  });
  return { heard, lone };
}

/** Whether a member's log tells of most of a stretch. */
function coversHalf(voice: Voice | null, from: EpochMicros, to: EpochMicros): boolean {
  if (voice === null) return false;
  const told = voice.runs.reduce((sum, r) => sum + Math.max(0, Math.min(r.last, to) - Math.max(r.from, from)), 0);
  return told * 2 >= to - from;
}
