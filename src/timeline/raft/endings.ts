import type { DerivedMap } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import type { Member } from '../../model/history.ts';
import type { EpochMicros } from '../../model/time.ts';
import { epochMicros } from '../../model/time.ts';
import { cite } from '../cite.ts';
import { exitOf } from './hear.ts';
import type { LinkLoss } from './loss.ts';
import type { Run, Voice } from './voice.ts';
import type { VoiceFact } from './voice-fact.ts';

export type How = DerivedMap['member.down']['how'];

/** The end of a life. Not `proved`: it may have been told to stop in words that the case does not hold. */
export interface Ending {
  readonly from: EpochMicros;
  readonly how: How;
  readonly proved: boolean;
  readonly evidence: readonly Citation[];
}

/** What a start failed with, in etcd's words; else in systemd's. */
export function failureOf({ failed, crash }: Run): string | null {
  if (failed?.type === 'etcd.start-failed') return failed.data.reason;
  if (crash?.type === 'etcd.crashed') return crash.data.reason;
  return failed?.type === 'systemd.unit' ? failed.data.detail : null;
}

/** How a life ended by what the member or its process manager said; null when they said nothing of it. */
export function lastWords({ member: { name } }: Voice, run: Run): Ending | null {
  const over = run.exited?.when ?? run.last;
  const told = (how: How, fact: VoiceFact, why: string, from = over): Ending => ({ from, how, proved: true, evidence: [cite(fact, `${name} ${why}`)] });
  if (run.removed !== null) return told('removed', run.removed, 'learns that it was removed', run.last);
  if (run.signal !== null) return told('stopped', run.signal, 'is told to stop');
  if (run.crash !== null) return told('crashed', run.crash, 'crashes');
  if (run.failed !== null) return told('start-failing', run.failed, 'fails to start');
  if (run.exited?.type === 'systemd.unit') return told(exitOf(run.exited.data.detail), run.exited, 'ends, as the process manager saw');
  return null;
}

/** Peers see a broken connection at once; the log's own last line may be long before. */
export function deathOf(run: Run, losses: readonly LinkLoss[]): EpochMicros {
  const seen = losses.filter((l) => l.kinds.has('closed') && l.from >= run.last).map((l) => l.from);
  return seen.length === 0 ? run.last : epochMicros(Math.min(...seen));
}

/** How a member went, by those who lost it: a process told to stop parts from its peers in order. */
export function endingOf({ name }: Member, group: readonly LinkLoss[]): Ending {
  const broken = group.find((l) => l.parting === 'broken');
  const orderly = group.find((l) => l.parting === 'orderly');
  const closed = group.filter((l) => l.kinds.has('closed'));
  const from = epochMicros(Math.min(...(closed.length > 0 ? closed : group).map((l) => l.from)));
  const cited = (losses: readonly LinkLoss[], why: string): readonly Citation[] => losses.slice(0, 4).map((l) => cite(l.first, `${l.observer.name} ${why}`));
  if (broken !== undefined) return { from, how: 'killed', proved: true, evidence: cited([broken, ...group.filter((l) => l !== broken)], `loses ${name}`) };
  if (orderly !== undefined) return { from, how: 'stopped', proved: true, evidence: cited([orderly], `loses ${name}, which ends its connections in order`) };
  const how = closed.some((l) => l.met) ? 'killed' : 'unreachable';
  return { from, how, proved: false, evidence: cited(group, `loses ${name}`) };
}
