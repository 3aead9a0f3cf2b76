import type { EpochMicros } from '../../model/time.ts';
import type { LeaderChange, Voice } from './voice.ts';
import type { VoiceFact } from './voice-fact.ts';

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
