import type { Member } from '../../model/history.ts';
import { SHORTEST, type PartitionInput } from './cut-links.ts';
import type { LinkLoss } from './loss.ts';
import type { Voices } from './voices.ts';

export interface Split {
  readonly isolated: readonly Member[];
  readonly others: readonly Member[];
  readonly oneWay: boolean;
}

/** The parts the members fall into once lost links are taken away; the largest part are the others. */
export function splitOf(group: readonly LinkLoss[], { voices, members, downs }: PartitionInput): Split | null {
  const [first] = group;
  if (first === undefined) return null;
  const cluster = first.observer.clusterId ?? first.peer.clusterId;
  const at = first.from;
  const present = members.filter(
    (m) =>
      (m.clusterId === cluster || m.clusterId === null) &&
      (m.removedAt === null || m.removedAt > at) &&
      (voices.of(m) !== null || group.some((l) => l.peer === m)) &&
      !downs.some((d) => d.member === m && d.how !== 'unreachable' && d.from <= at && (d.to ?? Infinity) > at + SHORTEST),
  );
  const cut = new Set(group.flatMap((l) => [`${l.observer.name} ${l.peer.name}`]));
  const apart = (a: Member, b: Member): boolean => cut.has(`${a.name} ${b.name}`) || cut.has(`${b.name} ${a.name}`);
  const parts: Member[][] = [];
  const placed = new Set<Member>();
  for (const start of present) {
    if (placed.has(start)) continue;
    const part: Member[] = [];
    const queue = [start];
    placed.add(start);
    for (let member = queue.pop(); member !== undefined; member = queue.pop()) {
      part.push(member);
      for (const other of present) {
        if (placed.has(other) || apart(member, other)) continue;
        placed.add(other);
        queue.push(other);
      }
    }
    parts.push(part);
  }
  if (parts.length < 2) return null;
  const ordered = parts.toSorted((a, b) => b.length - a.length || ledMore(b, voices) - ledMore(a, voices));
  const [others, ...rest] = ordered;
  if (others === undefined) return null;
  const isolated = rest.flat().toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const mutual =
    isolated.some((i) => others.some((o) => cut.has(`${i.name} ${o.name}`))) && others.some((o) => isolated.some((i) => cut.has(`${o.name} ${i.name}`)));
  return { isolated, others, oneWay: !mutual };
}

/**
 * Where everybody is still joined by way of others: a member that had no leader because it could not reach those, or two that each
 * lost the other in silence. Followers hardly talk to each other: over plain HTTP only their probers notice.
 */
export function onePair(group: readonly LinkLoss[], unanswered: ReadonlySet<LinkLoss>, voices: Voices): Split | null {
  const observer = group.find((l) => unanswered.has(l))?.observer;
  if (observer === undefined) {
    const lost = (a: Member, b: Member): boolean => group.some((l) => l.observer === a && l.peer === b);
    const mutual = group.find((l) => lost(l.peer, l.observer) && voices.of(l.peer) !== null);
    return mutual === undefined ? null : { isolated: [mutual.observer], others: [mutual.peer], oneWay: false };
  }
  const others = new Set(group.filter((l) => l.observer === observer && unanswered.has(l)).map((l) => l.peer));
  return { isolated: [observer], others: [...others], oneWay: false };
}

/** Of two halves of equal size, the one that has a leader in the end is the cluster. */
function ledMore(part: readonly Member[], voices: Voices): number {
  return part.filter((m) => voices.of(m)?.leaders.at(-1)?.leader != null).length;
}
