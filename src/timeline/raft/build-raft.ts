import type { Derived } from '../../model/derived.ts';
import type { PlacedFact } from '../../model/fact.ts';
import type { History, Leadership, RoleStretch } from '../../model/history.ts';
import type { FactReader } from '../facts/reader.ts';
import { raftChanges } from './changes.ts';
import { processDowns, toDerived, unreachableDowns, type DownStretch } from './downs.ts';
import { forks } from './fork.ts';
import { hungDowns } from './hung.ts';
import { byStart, reignsFromLogs, toLeadership } from './leadership.ts';
import { leaderlessStretches } from './leaderless.ts';
import { cutOffDowns } from './cut-off.ts';
import { brokenInvariants } from './invariants.ts';
import { partitions } from './partitions.ts';
import { roleStretches } from './roles.ts';
import { reignsFromStatus } from './status.ts';
import { listen, type VoicesInput } from './voices.ts';
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
  /** path of the entry a fact stands in */
  readonly pathOf: (fact: PlacedFact) => string;
}

/** Who led, who was down, who could not hear whom; from the members' logs, and their status where logs are missing. */
export function buildRaft(input: RaftInput): RaftHistory {
  const { identity, endOfCase, timed } = input;
  const { members } = identity;
  const voices = listen(input);
  const gone = processDowns(voices, endOfCase);
  const unreachable = unreachableDowns(voices, members, gone);
  const hung = hungDowns(voices, [...gone, ...unreachable], endOfCase);
  const process: readonly DownStretch[] = [...gone, ...unreachable, ...hung];
  const logReigns = reignsFromLogs(voices, process);
  const walLogs = readWalLogs(input.reader, identity, input.correct, input.pathOf, new Set(input.nodes));
  const wal = reignsFromWal(walLogs, input.reader, identity, logReigns);
  const proved = [...logReigns, ...wal.reigns];
  const reigns = [...proved, ...reignsFromStatus(timed, identity, proved)].toSorted(byStart);
  const cut = partitions({ voices, members, downs: process, endOfCase });
  const leaderless = leaderlessStretches({ voices, members, downs: process, reigns, endOfCase });
  const downs = [...process, ...cutOffDowns(voices, leaderless, cut.derived, process)].toSorted((a, b) => a.from - b.from || (a.member.name < b.member.name ? -1 : 1));
  const derivedDowns = downs.map((d) => toDerived(d, endOfCase));
  return {
    leadership: reigns.map(toLeadership),
    roles: roleStretches(members, voices, process),
    leaderless,
    downs: derivedDowns,
    derived: [...leaderless, ...derivedDowns, ...cut.derived, ...raftChanges(reigns, voices, downs), ...brokenInvariants(voices, walLogs), ...forks(voices)],
    undecided: [...cut.undecided, ...wal.undecided],
  };
}
