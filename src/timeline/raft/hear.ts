import type { FactType } from '../../model/fact.ts';
import type { Member } from '../../model/history.ts';
import type { MemberId } from '../../model/ids.ts';
import { SECOND } from '../../model/time.ts';
import type { Run, Voice } from './voice.ts';
import type { VoiceFact } from './voice-fact.ts';

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
