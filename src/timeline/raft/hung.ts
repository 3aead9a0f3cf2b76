import type { Member } from '../../model/history.ts';
import { phrase } from '../../model/phrases.ts';
import type { EpochMicros } from '../../model/time.ts';
import { SECOND, epochMicros } from '../../model/time.ts';
import { cite } from '../cite.ts';
import type { DownStretch } from './down-stretch.ts';
import { groupLosses } from './loss.ts';
import { silenceAround, spoke, type Voice } from './voice.ts';
import { lastAtOrBefore, within } from '../search.ts';
import { Stretches } from '../stretches.ts';
import type { Voices } from './voices.ts';

/** Shorter stalls are slow disks, which other facts tell better. */
const SHORTEST = 4 * SECOND;

/**
 * Members whose process stood still: silent in their own log while peers lost them, then going on in the same process (as one
 * stopped by a signal, frozen with its machine, or stuck in the kernel does). A leader's own late heartbeat gives its length.
 */
export function hungDowns(voices: Voices, known: readonly DownStretch[], endOfCase: EpochMicros): readonly DownStretch[] {
  const told = new Stretches<Member>();
  for (const down of known) told.add(down.member, down);
  return voices.all.flatMap((voice) =>
    [...lateHeartbeats(voice), ...lostInSilence(voice, voices, endOfCase)].filter((down) => {
      if (told.touches(voice.member, down)) return false;
      told.add(voice.member, down);
      return true;
    }),
  );
}

function* lateHeartbeats(voice: Voice): Iterable<DownStretch> {
  for (const note of voice.notes) {
    if (note.type !== 'raft.heartbeat-late' || note.data.exceeded < SHORTEST) continue;
    const silence = silenceAround(voice, note.when);
    const since = epochMicros(Math.max(note.when - note.data.exceeded, silence.from));
    // A slow disk also delays heartbeats, but then the member goes on talking.
    if (note.when - since < note.data.exceeded * 0.8) continue;
    yield {
      member: voice.member,
      from: since,
      to: note.when,
      how: 'hung',
      planned: false,
      evidence: [cite(note, phrase('{member} could not send heartbeats', { member: voice.member.name }))],
    };
  }
}

/** Silent while most of those who were awake lost it, without losing them itself first, and the same process before and after. */
function* lostInSilence(voice: Voice, voices: Voices, endOfCase: EpochMicros): Iterable<DownStretch> {
  for (const group of groupLosses(voices.links.ofPeer(voice.member, -Infinity, Infinity))) {
    const [first] = group;
    if (first === undefined || group.some((l) => l.kinds.has('closed') || l.kinds.has('refused-identity'))) continue;
    const to = Math.max(...group.map((l) => l.to ?? endOfCase));
    const silence = silenceAround(voice, first.from);
    const run = lastAtOrBefore(voice.runs, silence.from, (r) => r.from);
    if (run === undefined || run.last < Math.min(silence.to, to)) continue;
    const resumed = Math.min(silence.to, to);
    const complained = [...within(voices.links.ofObserver(voice.member), silence.from - 7 * SECOND, resumed - SECOND - 1, (l) => l.from)].length > 0;
    if (complained || resumed - first.from < SECOND || resumed - silence.from < SHORTEST || resumed < to - 8 * SECOND) continue;
    const awake = voices.all.filter((v) => v !== voice && v.member.clusterId === voice.member.clusterId && spoke(v, first.from - 2 * SECOND, resumed - SECOND));
    const lostBy = new Set(group.map((l) => l.observer));
    if (lostBy.size < 2 || lostBy.size * 2 <= awake.length) continue;
    // Connections to a stopped process stay open; those who watched it lost their leader at the time it stopped, if it led or voted.
    const noticed = [...lostBy].map(
      (m) => voices.of(m)?.leaders.findLast((l) => l.leader === null && l.at >= silence.from && l.at <= first.from)?.at ?? first.from,
    );
    yield {
      member: voice.member,
      from: epochMicros(Math.max(silence.from, Math.min(...noticed) - SECOND)),
      to: epochMicros(resumed),
      how: 'hung',
      planned: false,
      evidence: group
        .slice(0, 4)
        .map((l) =>
          cite(
            l.first,
            phrase('{observer} gets no answer from {member}, which logs nothing meanwhile', { observer: l.observer.name, member: voice.member.name }),
          ),
        ),
    };
  }
}
