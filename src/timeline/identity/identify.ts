import { phrase, type Phrase } from '../../model/phrases.ts';
import type { Source } from '../../model/bundle.ts';
import type { PlacedFact } from '../../model/fact.ts';
import type { Alias, Correct, Member } from '../../model/history.ts';
import type { ClusterId, MemberId } from '../../model/ids.ts';
import type { EpochMicros } from '../../model/time.ts';
import type { FactReader } from '../facts/reader.ts';
import { hostPort } from './addresses.ts';
import { addAlias, type Draft, type Drafts } from './drafts.ts';
import { gatherMembers } from './gather.ts';
import type { LogOwners } from './log-owners.ts';
import { matchRounded } from './rounded.ts';
import { replacedMembers } from './successors.ts';

/** Members told apart, and how to find them. */
export interface Identity {
  readonly members: readonly Member[];
  /** the id a rounded id stands for; other ids are returned as they are */
  canonical(id: MemberId): MemberId;
  canonicalCluster(id: ClusterId): ClusterId;
  member(id: MemberId | null): Member | null;
  /** name, else hex id */
  nameOf(id: MemberId): string;
  byText(text: string): Member | null;
  memberOf(fact: PlacedFact): Member | null;
  /** notes about ids that had to be matched */
  readonly notes: readonly Phrase[];
}

export function identify(reader: FactReader, owners: LogOwners, sources: readonly Source[]): Identity {
  const drafts = gatherMembers(reader, owners, sources);
  const notes: Phrase[] = [];
  const canonical = foldRounded(drafts, notes);
  const clusters = new Map<ClusterId, ClusterId>();
  for (const { rounded, known } of matchRounded(clusterIds(drafts))) clusters.set(rounded, known);
  for (const draft of drafts.all()) {
    if (draft.clusterId !== null) draft.clusterId = clusters.get(draft.clusterId) ?? draft.clusterId;
  }
  mergeSame(drafts);

  const ordered = drafts.all().toSorted((a, b) => compareText(displayName(a), displayName(b)) || compareText(a.id, b.id));
  const hosts = hostsOf(sources);
  const members = ordered.map((draft) => toMember(draft, hosts));
  const byId = new Map<MemberId, Member>();
  for (const [i, draft] of ordered.entries()) {
    const member = members[i];
    // Where one id lived in two clusters, the one with a log of its own is the better answer.
    if (member !== undefined && (!byId.has(draft.id) || draft.nodes.size > 0)) byId.set(draft.id, member);
  }
  const index = textIndex(members);
  const byNode = new Map<string, Member | null>();
  for (const member of members) {
    if (member.node !== null && member.removedAt === null) byNode.set(member.node, byNode.has(member.node) ? null : member);
  }
  const canonicalId = (id: MemberId): MemberId => canonical.get(id) ?? id;
  const find = (id: MemberId | null): Member | null => (id === null ? null : (byId.get(canonicalId(id)) ?? null));

  return {
    members,
    notes,
    canonical: canonicalId,
    canonicalCluster: (id) => clusters.get(id) ?? id,
    member: find,
    nameOf: (id) => find(id)?.name ?? id,
    byText: (text) => {
      const found = index.get(text.toLowerCase()) ?? index.get(hostPort(text));
      return found === undefined ? null : found;
    },
    memberOf: (fact) => {
      const said = 'member' in fact.data && typeof fact.data.member === 'string' ? fact.data.member : null;
      if (said !== null) return find(said);
      const owner = owners.ownerOf(fact);
      if (owner !== null) return find(owner);
      return fact.node === null ? null : (byNode.get(fact.node) ?? null);
    },
  };
}

/**
 * Fills in when members left, once clocks are known. A member forced into a cluster of its own also logs the others' removal;
 * that counts only for those that were not heard of again.
 */
export function withRemovals(identity: Identity, owners: LogOwners, reader: FactReader, correct: Correct): readonly Member[] {
  const forced = new Set<MemberId | null>();
  const lastLed = new Map<MemberId, number>();
  const removed = new Map<MemberId, EpochMicros>();
  for (const fact of reader.facts(['etcd.restarted-from-wal', 'etcd.started'])) {
    if (fact.type === 'etcd.started' ? fact.data.forceNewCluster : fact.data.forced) forced.add(owners.ownerOf(fact));
  }
  if (forced.size > 0) {
    for (const fact of reader.facts(['raft.leader-elected', 'peer.probe-failed', 'peer.became-inactive', 'raft.heartbeat-late'])) {
      const owner = owners.ownerOf(fact);
      if (owner !== null && fact.at !== null) lastLed.set(owner, Math.max(lastLed.get(owner) ?? 0, correct(fact.node, fact.at)));
    }
  }
  for (const fact of reader.facts(['member.removed'])) {
    const { member, local } = fact.data;
    if (fact.at === null || removed.has(member)) continue;
    const when = correct(fact.node, fact.at);
    if (forced.has(local ?? owners.ownerOf(fact)) && (lastLed.get(member) ?? 0) > when) continue;
    removed.set(member, when);
  }
  for (const [member, at] of replacedMembers(identity, reader, correct)) if (!removed.has(member)) removed.set(member, at);
  return identity.members.map((m) => (m.id !== null && removed.has(m.id) ? { ...m, removedAt: removed.get(m.id) ?? null } : m));
}

function foldRounded(drafts: Drafts, notes: Phrase[]): ReadonlyMap<MemberId, MemberId> {
  const canonical = new Map<MemberId, MemberId>();
  for (const { rounded, known } of matchRounded(drafts.all().map((d) => d.id))) {
    const from = drafts.get(rounded);
    const into = drafts.get(known);
    if (from === null || into === null) continue;
    const decimal = BigInt(`0x${rounded}`).toString();
    addAlias(into, 'decimal-id', decimal, null);
    notes.push(phrase('the id {decimal} was rounded by a tool that cannot hold 64-bit numbers; it is taken for {known}', { decimal, known }));
    drafts.fold(from, into);
    canonical.set(rounded, known);
  }
  return canonical;
}

/** Two drafts of one id whose clusters turned out to be one (a rounded cluster id) are one member. */
function mergeSame(drafts: Drafts): void {
  const seen = new Map<string, Draft>();
  for (const draft of drafts.all()) {
    const key = `${draft.id} ${draft.clusterId ?? ''}`;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, draft);
    else drafts.fold(draft, first);
  }
}

function* clusterIds(drafts: Drafts): Iterable<ClusterId> {
  for (const draft of drafts.all()) if (draft.clusterId !== null) yield draft.clusterId;
}

const displayName = (draft: Draft): string => draft.name ?? `~${draft.id}`;

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function hostsOf(sources: readonly Source[]): ReadonlySet<string> {
  return new Set(sources.map((s) => s.node).filter((n) => n !== null));
}

function toMember(draft: Draft, nodes: ReadonlySet<string>): Member {
  const own = [...draft.nodes].toSorted((a, b) => b[1] - a[1] || compareText(a[0], b[0]))[0]?.[0] ?? null;
  const names = [draft.name, ...[...draft.aliases.values()].filter((a) => a.kind === 'address').map((a) => a.text)];
  const node = own ?? names.find((n) => n !== null && nodes.has(n)) ?? null;
  if (node !== null) addAlias(draft, 'node', node, null);
  const decimal = BigInt(`0x${draft.id}`).toString();
  const aliases: Alias[] = [
    { text: draft.id, kind: 'id', because: null },
    { text: decimal, kind: 'decimal-id', because: null },
  ];
  for (const alias of draft.aliases.values()) if (!aliases.some((a) => a.kind === alias.kind && a.text === alias.text)) aliases.push(alias);
  return {
    id: draft.id,
    clusterId: draft.clusterId,
    name: draft.name ?? draft.id,
    node,
    version: draft.version,
    peerUrls: [...draft.peerUrls],
    clientUrls: [...draft.clientUrls],
    removedAt: null,
    aliases,
  };
}

/** Text → the one member called so; null where several are. */
function textIndex(members: readonly Member[]): ReadonlyMap<string, Member | null> {
  const index = new Map<string, Member | null>();
  const add = (text: string, member: Member): void => {
    const key = text.toLowerCase();
    const known = index.get(key);
    if (known === undefined) index.set(key, member);
    else if (known !== member) index.set(key, null);
  };
  // A removed member must not shadow the one that took its address.
  for (const member of members) {
    for (const text of new Set([member.name, ...member.aliases.map((a) => a.text)])) add(text, member);
  }
  return index;
}
