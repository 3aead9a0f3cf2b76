import type { Derived } from '../../model/derived.ts';
import type { History, Leadership, RoleStretch } from '../../model/history.ts';
import { raftChanges } from './changes.ts';
import { processDowns, toDerived, unreachableDowns, type DownStretch } from './downs.ts';
import { forks } from './fork.ts';
import { hungDowns } from './hung.ts';
import { byStart, reignsFromLogs, toLeadership } from './leadership.ts';
import { leaderlessStretches } from './leaderless.ts';
import { cutOffDowns } from './cut-off.ts';
import { partitions } from './partitions.ts';
import { roleStretches } from './roles.ts';
import { reignsFromStatus } from './status.ts';
import { listen, type VoicesInput } from './voices.ts';

export interface RaftHistory {
  readonly leadership: readonly Leadership[];
  readonly roles: readonly RoleStretch[];
  readonly leaderless: readonly Derived<'cluster.leaderless'>[];
  readonly downs: readonly Derived<'member.down'>[];
  readonly derived: readonly Derived[];
  readonly undecided: History['undecided'];
}

/** Who led, who was down, who could not hear whom; from the members' logs, and their status where logs are missing. */
export function buildRaft(input: VoicesInput): RaftHistory {
  const { identity, endOfCase, timed } = input;
  const { members } = identity;
  const voices = listen(input);
  const gone = processDowns(voices, endOfCase);
  const unreachable = unreachableDowns(voices, members, gone);
  const hung = hungDowns(voices, [...gone, ...unreachable], endOfCase);
  const process: readonly DownStretch[] = [...gone, ...unreachable, ...hung];
  const logReigns = reignsFromLogs(voices, process);
  const reigns = [...logReigns, ...reignsFromStatus(timed, identity, logReigns)].toSorted(byStart);
  const cut = partitions({ voices, members, downs: process, endOfCase });
  const leaderless = leaderlessStretches({ voices, members, downs: process, reigns, endOfCase });
  const downs = [...process, ...cutOffDowns(voices, leaderless, cut.derived, process)].toSorted((a, b) => a.from - b.from || (a.member.name < b.member.name ? -1 : 1));
  const derivedDowns = downs.map((d) => toDerived(d, endOfCase));
  return {
    leadership: reigns.map(toLeadership),
    roles: roleStretches(members, voices, process),
    leaderless,
    downs: derivedDowns,
    derived: [...leaderless, ...derivedDowns, ...cut.derived, ...raftChanges(reigns, voices, downs), ...forks(voices)],
    undecided: cut.undecided,
  };
}
