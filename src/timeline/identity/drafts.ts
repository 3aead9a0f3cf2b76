import type { Citation } from '../../model/evidence.ts';
import type { Alias } from '../../model/history.ts';
import type { ClusterId, MemberId } from '../../model/ids.ts';
import type { EpochMicros } from '../../model/time.ts';
import { hostOf, hostPort, isLoopback } from './addresses.ts';

/** How sure a name is: the member's own word, a member list, its peers' configuration. */
export type NameRank = 3 | 2 | 1;

/** A member while its names are being gathered. */
export interface Draft {
  readonly id: MemberId;
  clusterId: ClusterId | null;
  name: string | null;
  nameRank: number;
  version: string | null;
  readonly peerUrls: Set<string>;
  readonly clientUrls: Set<string>;
  /** written time and node of its removal */
  removed: { readonly at: EpochMicros | null; readonly node: string | null } | null;
  /** nodes of its own logs, with how many sources say so */
  readonly nodes: Map<string, number>;
  readonly aliases: Map<string, Alias>;
}

/** Members by id, told apart by cluster where the same id was used in two. */
export class Drafts {
  private readonly byId = new Map<MemberId, Draft[]>();

  all(): readonly Draft[] {
    return [...this.byId.values()].flat();
  }

  get(id: MemberId, cluster: ClusterId | null = null): Draft | null {
    const list = this.byId.get(id);
    return list?.find((d) => d.clusterId === cluster) ?? list?.[0] ?? null;
  }

  /** The draft for an id, made when new; one without a cluster adopts the first cluster named. */
  of(id: MemberId, cluster: ClusterId | null = null): Draft {
    const list = this.byId.get(id) ?? [];
    this.byId.set(id, list);
    if (cluster === null) {
      const any = list[0];
      if (any !== undefined) return any;
    } else {
      const same = list.find((d) => d.clusterId === cluster);
      if (same !== undefined) return same;
      const open = list.find((d) => d.clusterId === null);
      if (open !== undefined) {
        open.clusterId = cluster;
        return open;
      }
    }
    const draft: Draft = {
      id,
      clusterId: cluster,
      name: null,
      nameRank: 0,
      version: null,
      peerUrls: new Set(),
      clientUrls: new Set(),
      removed: null,
      nodes: new Map(),
      aliases: new Map(),
    };
    list.push(draft);
    return draft;
  }

  /** Folds one member into another, for ids that a tool had rounded. */
  fold(from: Draft, into: Draft): void {
    this.byId.set(
      from.id,
      (this.byId.get(from.id) ?? []).filter((d) => d !== from),
    );
    if (into.name === null || from.nameRank > into.nameRank) {
      into.name = from.name ?? into.name;
      into.nameRank = Math.max(from.nameRank, into.nameRank);
    }
    into.version ??= from.version;
    for (const url of from.peerUrls) into.peerUrls.add(url);
    for (const url of from.clientUrls) into.clientUrls.add(url);
    for (const [key, alias] of from.aliases) if (!into.aliases.has(key)) into.aliases.set(key, alias);
  }
}

export function addAlias(draft: Draft, kind: Alias['kind'], text: string, because: Citation | null): void {
  const key = `${kind} ${text}`;
  if (text !== '' && !draft.aliases.has(key)) draft.aliases.set(key, { text, kind, because });
}

export function addName(draft: Draft, name: string | null, rank: NameRank, because: Citation): void {
  if (name === null || name === '') return;
  if (rank > draft.nameRank) {
    draft.name = name;
    draft.nameRank = rank;
  }
  addAlias(draft, 'name', name, because);
}

export function addUrls(draft: Draft, kind: 'peer-url' | 'client-url', urls: readonly string[], because: Citation): void {
  const set = kind === 'peer-url' ? draft.peerUrls : draft.clientUrls;
  for (const url of urls) {
    if (set.has(url)) continue;
    const host = hostOf(url);
    if (isLoopback(host) && !(kind === 'peer-url')) continue;
    set.add(url);
    addAlias(draft, kind, url, because);
    if (!isLoopback(host)) addAlias(draft, 'address', host, because);
    addAlias(draft, 'address', hostPort(url), because);
  }
}
