import type { FactType, RaftRole } from '../../model/fact.ts';
import type { Member } from '../../model/history.ts';
import type { MemberId } from '../../model/ids.ts';
import type { EpochMicros } from '../../model/time.ts';
import { SECOND } from '../../model/time.ts';
import type { TimedFact } from '../derivation.ts';

/** Everything an etcd log may say that is worth knowing for what its member was and did. */
export const VOICE_TYPES = [
  'raft.became',
  'raft.election-started',
  'raft.leader-elected',
  'raft.leader-changed',
  'raft.leader-lost',
  'raft.vote-requested',
  'raft.vote-cast',
  'raft.vote-received',
  'raft.higher-term-seen',
  'raft.lower-term-ignored',
  'raft.quorum-inactive',
  'raft.transfer-started',
  'raft.timeout-now-sent',
  'raft.timeout-now-received',
  'raft.proposal-dropped',
  'raft.tick-missed',
  'raft.configuration',
  'raft.restarted',
  'raft.heartbeat-late',
  'etcd.started',
  'etcd.identified',
  'etcd.restarted-from-wal',
  'etcd.serving',
  'etcd.ready',
  'etcd.signal-received',
  'etcd.stopped',
  'etcd.crashed',
  'etcd.start-failed',
  'etcd.publish-failed',
  'etcd.removed-from-cluster',
  'etcd.apply-slow',
  'etcd.request-slow',
  'etcd.read-index-slow',
  'etcd.trace-slow',
  'etcd.unhealthy',
  'etcd.overloaded',
  'etcd.apply-failed',
  'wal.fdatasync-slow',
  'db.compaction-finished',
  'member.added',
  'member.removed',
  'peer.became-active',
  'peer.became-inactive',
  'peer.stream-lost',
  'peer.stream-established',
  'peer.probe-failed',
  'peer.unreachable',
  'peer.message-dropped',
  'peer.clock-drift',
  'tls.rejected',
  'systemd.unit',
] as const satisfies readonly FactType[];

export type VoiceFact = TimedFact<(typeof VOICE_TYPES)[number]> & { readonly when: EpochMicros };

/** One life of the process, from its start (or the beginning of the log) to its last sign. */
export interface Run {
  readonly from: EpochMicros;
  /** the start line; null when the log begins in the middle of a life */
  readonly start: VoiceFact | null;
  /** last sign of life */
  last: EpochMicros;
  lastFact: VoiceFact;
  ready: VoiceFact | null;
  signal: VoiceFact | null;
  crash: VoiceFact | null;
  failed: VoiceFact | null;
  removed: VoiceFact | null;
  /** it read a log that it had written before: not its first life */
  again: boolean;
  /** the election timeout it was started with, microseconds; null where that is not told */
  election: number | null;
  /** the process manager saw the process end */
  exited: VoiceFact | null;
}

export interface RoleChange {
  readonly at: EpochMicros;
  readonly role: RaftRole;
  readonly raftTerm: number;
  readonly fact: VoiceFact;
}

/** What the member knew of its leader from then on; null = none. */
export interface LeaderChange {
  readonly at: EpochMicros;
  readonly leader: Member | null;
  readonly raftTerm: number | null;
  readonly fact: VoiceFact;
}

/** A request for a vote or pre-vote: sent to this member, or come from it. */
export interface Asked {
  readonly at: EpochMicros;
  readonly of: MemberId;
  readonly fact: VoiceFact;
}

/** One member's own account, from its log. Times are corrected. */
export interface Voice {
  readonly member: Member;
  /** when it said anything, ascending */
  readonly signs: number[];
  readonly runs: Run[];
  readonly roles: RoleChange[];
  readonly leaders: LeaderChange[];
  /** when it said that it has no leader, each time it did, and when it said anything of where it stands in raft; ascending */
  readonly claims: EpochMicros[];
  readonly stands: EpochMicros[];
  readonly configurations: { readonly at: EpochMicros; readonly voters: readonly MemberId[]; readonly learners: readonly MemberId[] }[];
  /** votes cast in elections (not in pre-votes) */
  readonly votes: (VoiceFact & { readonly type: 'raft.vote-cast' })[];
  /** votes and pre-votes it asked others for */
  readonly asked: Asked[];
  /** such requests of others that reached it, whatever it made of them */
  readonly considered: Asked[];
  /** what each start read from disk */
  readonly restarts: (VoiceFact & { readonly type: 'raft.restarted' })[];
  /** sentences the derivations look up by type */
  readonly notes: VoiceFact[];
  /** when it was restarted by force into a cluster of its own */
  forced: VoiceFact | null;
}

const NOTED: ReadonlySet<FactType> = new Set<FactType>([
  'raft.quorum-inactive',
  'raft.transfer-started',
  'raft.timeout-now-sent',
  'raft.timeout-now-received',
  'raft.heartbeat-late',
  'raft.tick-missed',
  'etcd.publish-failed',
  'raft.higher-term-seen',
]);

const STANDS: ReadonlySet<FactType> = new Set<FactType>([
  'raft.became',
  'raft.election-started',
  'raft.leader-elected',
  'raft.leader-changed',
  'raft.leader-lost',
  'raft.quorum-inactive',
  'raft.higher-term-seen',
]);

export function newVoice(member: Member): Voice {
  return {
    member,
    signs: [],
    runs: [],
    roles: [],
    leaders: [],
    claims: [],
    stands: [],
    configurations: [],
    votes: [],
    asked: [],
    considered: [],
    restarts: [],
    notes: [],
    forced: null,
  };
}

/** Adds the next sentence of a member's log; they must come in order of corrected time. */
export function hear(voice: Voice, fact: VoiceFact, memberOf: (id: MemberId | null) => Member | null): void {
  if (fact.type === 'systemd.unit') {
    processEnded(voice, fact);
    return;
  }
  const { when } = fact;
  voice.signs.push(when);
  let run = voice.runs.at(-1);
  const starts =
    fact.type === 'etcd.started' ||
    (fact.type === 'raft.restarted' && (run === undefined || when - run.from > 5 * SECOND)) ||
    (run !== undefined && isAnother(run, fact));
  if (run === undefined || starts) {
    run = newRun(fact, starts ? fact : null);
    voice.runs.push(run);
    if (starts) {
      voice.leaders.push({ at: when, leader: null, raftTerm: null, fact });
      voice.claims.push(when);
    }
  }
  run.last = when;
  run.lastFact = fact;
  if (NOTED.has(fact.type)) voice.notes.push(fact);
  if (STANDS.has(fact.type)) voice.stands.push(when);
  switch (fact.type) {
    case 'raft.became': {
      const { role, raftTerm } = fact.data;
      const before = voice.roles.at(-1);
      if (before?.role !== role || before.raftTerm !== raftTerm || starts) voice.roles.push({ at: when, role, raftTerm, fact });
      if (role === 'candidate' || role === 'pre-candidate') leaderNow(voice, null, raftTerm, fact);
      else if (role === 'leader') leaderNow(voice, voice.member, raftTerm, fact);
      break;
    }
    case 'raft.leader-elected':
    case 'raft.leader-changed':
      run.ready ??= fact;
      leaderNow(voice, memberOf(fact.data.leader), fact.data.raftTerm, fact);
      break;
    case 'raft.leader-lost':
    case 'raft.election-started':
      leaderNow(voice, null, fact.data.raftTerm, fact);
      break;
    case 'raft.vote-requested':
      voice.asked.push({ at: when, of: fact.data.to, fact });
      break;
    case 'raft.higher-term-seen':
    case 'raft.lower-term-ignored':
      voice.considered.push({ at: when, of: fact.data.from, fact });
      break;
    case 'raft.vote-cast':
      voice.considered.push({ at: when, of: fact.data.candidate, fact });
      if (!fact.data.preVote && fact.data.outcome === 'granted') voice.votes.push(fact);
      break;
    case 'raft.restarted':
      run.again ||= fact.data.raftTerm > 0;
      voice.restarts.push(fact);
      break;
    case 'raft.configuration':
      voice.configurations.push({ at: when, voters: fact.data.voters, learners: fact.data.learners });
      break;
    case 'etcd.ready':
    case 'etcd.serving':
      run.ready ??= fact;
      break;
    case 'etcd.signal-received':
    case 'etcd.stopped':
      run.signal ??= fact;
      break;
    case 'etcd.crashed':
      run.crash ??= fact;
      break;
    case 'etcd.start-failed':
      run.failed ??= fact;
      break;
    case 'etcd.removed-from-cluster':
      run.removed ??= fact;
      break;
    case 'etcd.restarted-from-wal':
      run.again = true;
      if (fact.data.forced) voice.forced ??= fact;
      break;
    case 'etcd.started':
      run.election ??= fact.data.election;
      if (fact.data.forceNewCluster) voice.forced ??= fact;
      break;
    default:
      break;
  }
}

const newRun = (fact: VoiceFact, start: VoiceFact | null): Run => ({
  from: fact.when,
  start,
  last: fact.when,
  lastFact: fact,
  ready: null,
  signal: null,
  crash: null,
  failed: null,
  removed: null,
  again: false,
  election: null,
  exited: null,
});

/** Whoever fails is another process than one that was told to stop, ended, or failed a while ago: some fail before they say that they start. */
function isAnother(run: Run, { type, when }: VoiceFact): boolean {
  if (type !== 'etcd.start-failed' && type !== 'etcd.crashed') return false;
  const ended = run.signal !== null || run.failed !== null || run.crash !== null;
  return run.exited !== null || (ended && when - run.last > SECOND) || (type === 'etcd.start-failed' && run.ready !== null);
}

/** A unit whose process is or holds etcd (k3s and rke2 run it within their own). */
const ETCD_UNIT = /^(?:etcd\d?|etcd-member|etcd@\S+|k3s|rke2-server)\.service$/;

/** What systemd says of the end of the process: exact to the moment, and there where etcd itself could say nothing. */
function processEnded(voice: Voice, fact: VoiceFact & { readonly type: 'systemd.unit' }): void {
  const { unit, state, detail } = fact.data;
  const run = voice.runs.at(-1);
  if (run === undefined || state !== 'exited' || !ETCD_UNIT.test(unit)) return;
  if (run.exited === null) run.exited = fact;
  else if (exitOf(detail) !== 'stopped') {
    // it ended once more without a word of its own
    const silent = newRun(fact, fact);
    silent.failed = fact;
    silent.exited = fact;
    voice.runs.push(silent);
  }
}

/** How a process ended, by systemd's "Main process exited, code=killed, status=9/KILL" (upstream: systemd `src/core/service.c`). */
export function exitOf(detail: string | null): 'stopped' | 'killed' | 'crashed' {
  if (detail === null || /status=(?:15\/TERM|0\/SUCCESS)/.test(detail)) return 'stopped';
  return detail.includes('code=killed') ? 'killed' : 'crashed';
}

function leaderNow(voice: Voice, leader: Member | null, raftTerm: number | null, fact: VoiceFact): void {
  const last = voice.leaders.at(-1);
  if (leader === null) voice.claims.push(fact.when);
  if (last !== undefined && last.leader === leader && (leader === null || last.raftTerm === raftTerm)) return;
  voice.leaders.push({ at: fact.when, leader, raftTerm, fact });
}

/** True when the member said anything in the stretch, ends included. */
export function spoke(voice: Voice, from: number, to: number): boolean {
  const at = firstAtOrAfter(voice.signs, from);
  return at < voice.signs.length && (voice.signs[at] ?? Infinity) <= to;
}

/** Index of the first value ≥ `value` in an ascending list. */
export function firstAtOrAfter(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Infinity) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The longest silence that touches the stretch: the last sign at or before `to` and the next one after it. */
export function silenceAround(voice: Voice, at: number): { readonly from: number; readonly to: number } {
  const next = firstAtOrAfter(voice.signs, at);
  return { from: voice.signs[next - 1] ?? -Infinity, to: voice.signs[next] ?? Infinity };
}

/** A stretch in which a member had no leader, with the sentence it begins with. */
export interface LeaderlessSpell {
  readonly from: EpochMicros;
  /** null = to the end of its log */
  readonly to: EpochMicros | null;
  readonly fact: VoiceFact;
}

export function leaderlessSpells(voice: Voice): readonly LeaderlessSpell[] {
  const spells: LeaderlessSpell[] = [];
  let open: LeaderChange | null = null;
  for (const change of voice.leaders) {
    if (change.leader === null) open ??= change;
    else if (open !== null) {
      spells.push({ from: open.at, to: change.at, fact: open.fact });
      open = null;
    }
  }
  if (open !== null) spells.push({ from: open.at, to: null, fact: open.fact });
  return spells;
}
