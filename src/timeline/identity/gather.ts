import type { FactType } from '../../model/fact.ts';
import { phrase } from '../../model/phrases.ts';
import type { MemberId, SourceId } from '../../model/ids.ts';
import type { Source } from '../../model/bundle.ts';
import { cite } from '../cite.ts';
import type { FactReader } from '../facts/reader.ts';
import { hostOf, hostPort, initialClusterNames, isLoopback } from './addresses.ts';
import { Drafts, addAlias, addName, addUrls, type Draft } from './drafts.ts';
import type { LogOwners } from './log-owners.ts';

const IDENTITY = [
  'etcd.started',
  'etcd.identified',
  'etcd.ready',
  'etcd.restarted-from-wal',
  'etcd.stopped',
  'member.added',
  'member.listed',
  'member.removed',
  'member.updated',
  'member.promoted',
  'raft.configuration',
  'endpoint.status',
  'etcd.metrics',
] as const satisfies readonly FactType[];

/** Reads every sentence that names a member and joins what they say. Times in the drafts are as written. */
export function gatherMembers(reader: FactReader, owners: LogOwners, sources: readonly Source[]): Drafts {
  const drafts = new Drafts();
  const initial: { readonly names: ReadonlyMap<string, string>; readonly because: ReturnType<typeof cite> }[] = [];
  const seenInitial = new Set<string>();
  for (const fact of reader.facts(IDENTITY)) {
    switch (fact.type) {
      case 'etcd.started': {
        const { name, version, peerUrls, clientUrls, initialCluster } = fact.data;
        const because = cite(fact, phrase('etcd says this when it starts'));
        if (initialCluster !== null && !seenInitial.has(initialCluster)) {
          seenInitial.add(initialCluster);
          initial.push({ names: initialClusterNames(initialCluster), because: cite(fact, phrase('the initial cluster names its members')) });
        }
        const owner = owners.ownerOf(fact);
        if (owner === null) break;
        const draft = drafts.of(owner);
        addName(draft, name, 3, because);
        draft.version = version ?? draft.version;
        addUrls(draft, 'peer-url', peerUrls, because);
        addUrls(draft, 'client-url', clientUrls, because);
        break;
      }
      case 'etcd.identified': {
        const { member, cluster, name, version, peerUrls, clientUrls } = fact.data;
        const draft = drafts.of(member, cluster);
        const because = cite(fact, phrase('the member names itself'));
        addName(draft, name, 3, because);
        draft.version = version ?? draft.version;
        addUrls(draft, 'peer-url', peerUrls, because);
        addUrls(draft, 'client-url', clientUrls, because);
        break;
      }
      case 'etcd.ready': {
        // capnslog publishes the name without the id
        const owner = fact.data.member ?? owners.ownerOf(fact);
        if (owner !== null && fact.data.name != null) addName(drafts.of(owner), fact.data.name, 3, cite(fact, phrase('the member names itself')));
        break;
      }
      case 'etcd.restarted-from-wal':
        drafts.of(fact.data.member, fact.data.cluster);
        break;
      case 'etcd.stopped': {
        const owner = owners.ownerOf(fact);
        if (owner !== null) addName(drafts.of(owner), fact.data.name, 3, cite(fact, phrase('the member names itself when it stops')));
        break;
      }
      case 'member.added': {
        const draft = drafts.of(fact.data.member, fact.data.cluster);
        addUrls(draft, 'peer-url', fact.data.peerUrls, cite(fact, phrase('added as a member with this peer url')));
        break;
      }
      case 'member.updated':
        addUrls(drafts.of(fact.data.member), 'peer-url', fact.data.peerUrls, cite(fact, phrase('the member got this peer url')));
        break;
      case 'member.promoted':
        drafts.of(fact.data.member);
        break;
      case 'member.removed': {
        const draft = drafts.of(fact.data.member);
        draft.removed ??= { at: fact.at, node: fact.node };
        break;
      }
      case 'member.listed': {
        const { member, cluster, name, peerUrls, clientUrls } = fact.data;
        const draft = drafts.of(member, cluster);
        const because = cite(fact, phrase('a member list says so'));
        addName(draft, name, 2, because);
        addUrls(draft, 'peer-url', peerUrls, because);
        addUrls(draft, 'client-url', clientUrls, because);
        break;
      }
      case 'raft.configuration':
        drafts.of(fact.data.member);
        for (const id of [...fact.data.voters, ...fact.data.learners]) drafts.of(id);
        break;
      case 'etcd.metrics':
        if (fact.data.member !== null) {
          const draft = drafts.of(fact.data.member);
          draft.version ??= fact.data.version;
          if (fact.node !== null) draft.nodes.set(fact.node, (draft.nodes.get(fact.node) ?? 0) + 1);
        }
        break;
      case 'endpoint.status': {
        const draft = drafts.of(fact.data.member, fact.data.cluster);
        draft.version ??= fact.data.version;
        if (!isLoopback(hostOf(fact.data.endpoint)))
          addUrls(draft, 'client-url', [fact.data.endpoint], cite(fact, phrase('this endpoint answered with the member id')));
        break;
      }
    }
  }
  for (const draft of drafts.all()) nameFromInitial(draft, initial);
  nodesOfOwners(drafts, owners, sources);
  certificateNames(drafts, reader);
  return drafts;
}

function nameFromInitial(draft: Draft, initial: readonly { readonly names: ReadonlyMap<string, string>; readonly because: ReturnType<typeof cite> }[]): void {
  for (const url of draft.peerUrls) {
    for (const { names, because } of initial) addName(draft, names.get(hostPort(url)) ?? null, 1, because);
  }
}

function nodesOfOwners(drafts: Drafts, owners: LogOwners, sources: readonly Source[]): void {
  for (const source of sources) {
    const members: readonly MemberId[] = owners.membersOf(source.id satisfies SourceId);
    // A stream that mixes several members says nothing about where one of them runs.
    if (members.length > 2) continue;
    for (const id of members) {
      const draft = drafts.of(id);
      if (source.node !== null) draft.nodes.set(source.node, (draft.nodes.get(source.node) ?? 0) + 1);
      if (source.pod !== null) addAlias(draft, 'pod', source.pod, null);
      if (source.host !== null) addAlias(draft, 'host', source.host, null);
    }
  }
}

/** A leaf certificate belongs to the one member whose host its names hold and no other member's. */
function certificateNames(drafts: Drafts, reader: FactReader): void {
  const hosts = new Map<string, Set<Draft>>();
  for (const draft of drafts.all()) {
    const own = [draft.name, ...[...draft.peerUrls, ...draft.clientUrls].map(hostOf)];
    for (const host of own) {
      if (host === null || isLoopback(host)) continue;
      const set = hosts.get(host) ?? new Set();
      hosts.set(host, set.add(draft));
    }
  }
  for (const fact of reader.facts(['certificate'])) {
    const { authority, names, commonName } = fact.data;
    if (authority || commonName === null || commonName === '') continue;
    const named = new Set<Draft>();
    for (const name of names) for (const draft of hosts.get(name) ?? []) named.add(draft);
    const [only] = named;
    if (named.size === 1 && only !== undefined) addAlias(only, 'certificate', commonName, cite(fact, phrase('this certificate holds the member’s address')));
  }
}
