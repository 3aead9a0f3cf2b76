import type { History, Member } from '../model/history.ts';
import { fieldOf } from './condition.ts';
import type { Joined } from './matcher.ts';

/** Fields that name the member a match is about; one that names the odd one out says more than one that names all concerned. */
const FIELDS = ['member', 'minority', 'isolated', 'members', 'leader', 'to', 'name'];

/** The members a finding is about, by the first field that names any; else those on its nodes. */
function subjects(joined: Joined, history: History): readonly Member[] {
  for (const field of FIELDS) {
    for (const match of [joined.worst, ...joined.matches]) {
      const value = fieldOf(match.facts[0], field);
      const names: readonly unknown[] = Array.isArray(value) ? value : [value];
      const found = history.members.filter((one) => names.includes(one.name) || (one.id !== null && names.includes(one.id)));
      if (found.length > 0) return found.toSorted((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
    }
  }
  const onNode = history.members.filter((one) => one.node !== null && joined.nodes.includes(one.node));
  return onNode.length === 1 ? onNode : [];
}

/** A member that a finding is about, to ask it something. */
export function subject(joined: Joined, history: History): Member | null {
  return subjects(joined, history)[0] ?? null;
}

/** The one member that a finding is about; null when it is about several, so that none is removed in place of another. */
export function soleSubject(joined: Joined, history: History): Member | null {
  const [one, other] = subjects(joined, history);
  return other === undefined ? (one ?? null) : null;
}
