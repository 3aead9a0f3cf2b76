import type { EpochMicros } from '../../model/time.ts';
import { SECOND } from '../../model/time.ts';
import { cite, type DownStretch } from './downs.ts';
import { silenceAround, type Voice } from './voice.ts';
import type { Voices } from './voices.ts';

/** Shorter stalls are slow disks, which other facts tell better. */
const SHORTEST = 4 * SECOND;

/**
 * Members whose process stood still: silent in their own log while peers lost them, then going on in the same process (as one
 * stopped by a signal, frozen with its machine, or stuck in the kernel does). A leader's own late heartbeat gives its length.
 */
export function hungDowns(voices: Voices, known: readonly DownStretch[], endOfCase: EpochMicros): readonly DownStretch[] {
  return voices.all.flatMap((voice) => {
    const found: DownStretch[] = [];
    for (const candidate of [...lateHeartbeats(voice), ...lostInSilence(voice, voices, endOfCase)]) {
      const end = candidate.to ?? Infinity;
      const overlapsOther = [...known, ...found].some((d) => d.member === voice.member && d.from <= end && (d.to ?? Infinity) >= candidate.from);
      if (!overlapsOther) found.push(candidate);
    }
    return found;
  });
}

function* lateHeartbeats(voice: Voice): Iterable<DownStretch> {
  for (const note of voice.notes) {
    if (note.type !== 'raft.heartbeat-late' || note.data.exceeded < SHORTEST) continue;
    const silence = silenceAround(voice, note.when);
    const since = Math.max(note.when - note.data.exceeded, silence.from);
    // A slow disk also delays heartbeats, but then the member goes on talking.
    if (note.when - since < note.data.exceeded * 0.8) continue;
    yield {
      member: voice.member,
      from: since as EpochMicros,
      to: note.when,
      how: 'hung',
      planned: false,
      evidence: [cite(note, `${voice.member.name} could not send heartbeats`)],
    };
  }
}

/** Silent for as long as at least half of its peers had lost it, with the same process before and after. */
function* lostInSilence(voice: Voice, voices: Voices, endOfCase: EpochMicros): Iterable<DownStretch> {
  for (const loss of voices.links.ofPeer(voice.member, -Infinity, Infinity)) {
    if (loss.kinds.has('closed') || loss.kinds.has('refused-identity')) continue;
    const to = loss.to ?? endOfCase;
    const silence = silenceAround(voice, loss.from);
    const run = voice.runs.findLast((r) => r.from <= silence.from);
    if (!Number.isFinite(silence.from) || !Number.isFinite(silence.to) || run === undefined || run.last < silence.to) continue;
    const resumed = silence.to;
    if (resumed - loss.from < SHORTEST / 4 || resumed - silence.from < SHORTEST || resumed < to - 3 * SECOND) continue;
    const after = voice.notes.find((n) => n.when >= resumed && n.when <= resumed + 3 * SECOND);
    const next = voice.leaders.find((l) => l.at >= resumed && l.at <= resumed + 3 * SECOND);
    yield {
      member: voice.member,
      from: Math.max(silence.from, loss.from - 6 * SECOND) as EpochMicros,
      to: resumed as EpochMicros,
      how: 'hung',
      planned: false,
      evidence: [cite(loss.first, `${loss.observer.name} loses ${voice.member.name}`), ...(after === undefined ? [] : [cite(after, `${voice.member.name} goes on`)]), ...(next === undefined ? [] : [cite(next.fact, `${voice.member.name} goes on`)])],
    };
  }
}
