import type { Member, RoleStretch } from '../../model/history.ts';
import type { EpochMicros } from '../../model/time.ts';
import { lowerBound } from '../search.ts';
import type { DownStretch } from './down-stretch.ts';
import type { Voice } from './voice.ts';
import type { Voices } from './voices.ts';

/** What each member was from when to when; stretches of one member never overlap. */
export function roleStretches(members: readonly Member[], voices: Voices, downs: readonly DownStretch[]): readonly RoleStretch[] {
  return members.flatMap((member) => {
    const voice = voices.of(member);
    const own = downs.filter((d) => d.member === member).toSorted((a, b) => a.from - b.from);
    return voice === null ? own.map((d) => downStretch(d)) : ofVoice(voice, own);
  });
}

function ofVoice(voice: Voice, downs: readonly DownStretch[]): readonly RoleStretch[] {
  const { name, node } = voice.member;
  const stretches: RoleStretch[] = [];
  const first = voice.runs[0]?.from ?? null;
  const changes: { readonly at: EpochMicros; readonly role: RoleStretch['role']; readonly raftTerm: number | null }[] = voice.roles.map((r) => ({
    at: r.at,
    role: r.role,
    raftTerm: r.raftTerm,
  }));
  const opening = voice.roles[0];
  if (first !== null && (opening === undefined || opening.at > first))
    changes.unshift({ at: first, role: openingRole(voice), raftTerm: voice.leaders[0]?.raftTerm ?? null });
  for (const [i, change] of changes.entries()) {
    const to = changes[i + 1]?.at ?? null;
    const last = stretches.at(-1);
    if (last !== undefined && last.role === change.role && last.raftTerm === change.raftTerm) stretches[stretches.length - 1] = { ...last, to };
    else if (to === null || to > change.at) stretches.push({ member: name, node, role: change.role, raftTerm: change.raftTerm, from: change.at, to });
  }
  return cutDowns(stretches, downs);
}

/** A log cut at its start: a member that follows a leader is a follower even before it says so. */
function openingRole(voice: Voice): RoleStretch['role'] {
  const first = voice.leaders[0];
  if (first?.leader == null) return 'unknown';
  return first.leader === voice.member ? 'leader' : 'follower';
}

function downStretch(d: DownStretch): RoleStretch {
  return { member: d.member.name, node: d.member.node, role: 'down', raftTerm: null, from: d.from, to: d.to };
}

/** Puts the downs in and takes what they cover out of the rest. `downs` come in order of their beginning. */
function cutDowns(stretches: readonly RoleStretch[], downs: readonly DownStretch[]): readonly RoleStretch[] {
  const gone = spells(downs);
  return [...stretches.flatMap((s) => without(s, gone)), ...downs.map(downStretch)].toSorted((a, b) => a.from - b.from);
}

interface Spell {
  readonly from: EpochMicros;
  readonly to: EpochMicros | null;
}

/** Downs that meet or overlap as one: in order, none within another. */
function spells(downs: readonly DownStretch[]): readonly Spell[] {
  const joined: Spell[] = [];
  for (const { from, to } of downs) {
    const last = joined.at(-1);
    if (last === undefined || (last.to !== null && last.to < from)) joined.push({ from, to });
    else if (last.to !== null && (to === null || to > last.to)) joined[joined.length - 1] = { from: last.from, to };
  }
  return joined;
}

/** What is left of a stretch beside the spells. */
function without(stretch: RoleStretch, gone: readonly Spell[]): readonly RoleStretch[] {
  const parts: RoleStretch[] = [];
  const until = stretch.to ?? Infinity;
  let from: EpochMicros = stretch.from;
  for (let i = lowerBound(gone, from, ({ to }) => to ?? Infinity); i < gone.length; i += 1) {
    const spell = gone[i];
    if (spell === undefined || spell.from >= until) break;
    if (spell.to === from) continue;
    if (spell.from > from) parts.push({ ...stretch, from, to: spell.from });
    if (spell.to === null || spell.to >= until) return parts;
    from = spell.to;
  }
  parts.push(from === stretch.from ? stretch : { ...stretch, from });
  return parts;
}
