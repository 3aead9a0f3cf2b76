import type { Correct } from '../../model/history.ts';
import type { ClusterId, MemberId } from '../../model/ids.ts';
import type { EpochMicros } from '../../model/time.ts';
import type { FactReader } from '../facts/reader.ts';
import { groupBy } from '../group.ts';
import type { Identity } from './identify.ts';

interface Home {
  readonly cluster: ClusterId;
  /** when the last of another cluster began to run in its place */
  replaced: EpochMicros | null;
}

/**
 * When the members of a cluster gave way to another cluster on their own machines: a restore makes a new one, and nobody misses the
 * old. Only where that is so of most members of the old one: a single one in another cluster is lost to it.
 */
export function replacedMembers(identity: Identity, reader: FactReader, correct: Correct): ReadonlyMap<MemberId, EpochMicros> {
  const clusters = new Set(identity.members.map((m) => m.clusterId).filter((c) => c !== null));
  const replaced = new Map<MemberId, EpochMicros>();
  if (clusters.size < 2) return replaced;
  const homes = new Map<MemberId, Home>();
  const running = new Map<string, MemberId>();
  for (const fact of reader.facts(['raft.configuration', 'raft.became'])) {
    const member = identity.member(fact.data.member);
    if (member?.id == null || member.clusterId === null || fact.node === null || fact.at === null) continue;
    const before = running.get(fact.node);
    if (before === member.id) continue;
    running.set(fact.node, member.id);
    homes.set(member.id, { cluster: member.clusterId, replaced: null });
    const old = before === undefined ? undefined : homes.get(before);
    if (old !== undefined && old.cluster !== member.clusterId) old.replaced = correct(fact.node, fact.at);
  }
  for (const [cluster, members] of groupBy(identity.members, (m) => m.clusterId)) {
    const told = members.flatMap((m) => (m.id === null ? [] : [homes.get(m.id)])).filter((h) => h !== undefined);
    const times = told.map((h) => h.replaced);
    if (cluster === null || times.length * 2 <= members.length || !times.every((t) => t !== null)) continue;
    const last = times.reduce((a, b) => (a > b ? a : b));
    for (const { id } of members) if (id !== null) replaced.set(id, homes.get(id)?.replaced ?? last);
  }
  return replaced;
}
