import type { Member } from '../../model/history.ts';

/** Where members run, each place once and in order; a member of which that is not known stands for itself. */
export function nodesOf(members: Iterable<Member>): readonly string[] {
  return [...new Set([...members].map((member) => member.node ?? member.name))].toSorted();
}
