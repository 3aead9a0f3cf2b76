import type { DerivedMap } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import type { Member } from '../../model/history.ts';
import { phrase, type Phrase } from '../../model/phrases.ts';
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
  const told = (how: How, fact: VoiceFact, why: Phrase, from = over): Ending => ({ from, how, proved: true, evidence: [cite(fact, why)] });
  if (run.removed !== null) return told('removed', run.removed, phrase('{name} learns that it was removed', { name }), run.last);
  if (run.signal !== null) return told('stopped', run.signal, phrase('{name} is told to stop', { name }));
  if (run.crash !== null) return told('crashed', run.crash, phrase('{name} crashes', { name }));
  if (run.failed !== null) return told('start-failing', run.failed, phrase('{name} fails to start', { name }));
  if (run.exited?.type === 'systemd.unit') return told(exitOf(run.exited.data.detail), run.exited, phrase('{name} ends, as the process manager saw', { name }));
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
  const cited = (losses: readonly LinkLoss[]): readonly Citation[] =>
    losses.slice(0, 4).map((l) => cite(l.first, phrase('{observer} loses {peer}', { observer: l.observer.name, peer: name })));
  if (broken !== undefined) return { from, how: 'killed', proved: true, evidence: cited([broken, ...group.filter((l) => l !== broken)]) };
  if (orderly !== undefined)
    return {
      from,
      how: 'stopped',
      proved: true,
      evidence: [cite(orderly.first, phrase('{observer} loses {peer}, which ends its connections in order', { observer: orderly.observer.name, peer: name }))],
    };
  const how = closed.some((l) => l.met) ? 'killed' : 'unreachable';
  return { from, how, proved: false, evidence: cited(group) };
}
