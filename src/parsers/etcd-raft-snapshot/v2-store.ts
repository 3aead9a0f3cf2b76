import type { MemberId } from '../../model/ids.ts';
import { memberIdFromHex } from '../../model/ids.ts';
import { isRecord, parseObject, texts } from '../etcd-db/contents.ts';

/** A member as the v2 store holds it, and where in the file its node begins. */
export interface StoreMember {
  readonly id: MemberId;
  readonly name: string | null;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  readonly learner: boolean;
  readonly offset: number;
  readonly length: number;
}

export interface StoreContents {
  readonly members: readonly StoreMember[];
  readonly clusterVersion: string | null;
}

const MAX_MEMBERS = 1000;

/** `Root.Children.0.Children.members.Children.<id>`; `base` is the store's offset in the file. Upstream: etcd `server/etcdserver/api/v2store/store.go`. */
export function storeContents(store: Uint8Array, base: number): StoreContents {
  const zero = child(parseObject(store)?.['Root'], '0');
  const members: StoreMember[] = [];
  const nodes = childrenOf(child(zero, 'members'));
  for (const [key, node] of Object.entries(nodes).slice(0, MAX_MEMBERS)) {
    const id = memberIdFromHex(key);
    if (id === null) continue;
    const attributes = valueOf(child(node, 'attributes'));
    const raft = valueOf(child(node, 'raftAttributes'));
    const name = attributes['name'];
    const mark = Buffer.from(`"/0/members/${key}"`);
    const at = Math.max(0, Buffer.from(store.buffer, store.byteOffset, store.byteLength).indexOf(mark));
    members.push({
      id,
      name: typeof name === 'string' && name !== '' ? name : null,
      peerUrls: texts(raft['peerURLs']),
      clientUrls: texts(attributes['clientURLs']),
      learner: raft['isLearner'] === true,
      offset: base + at,
      length: mark.length,
    });
  }
  const version = child(zero, 'version');
  const text = isRecord(version) ? version['Value'] : null;
  return { members, clusterVersion: typeof text === 'string' && text !== '' ? text : null };
}

/** A node's child of that name. */
function child(node: unknown, name: string): unknown {
  return childrenOf(node)[name];
}

function childrenOf(node: unknown): Readonly<Record<string, unknown>> {
  const children = isRecord(node) ? node['Children'] : null;
  return isRecord(children) ? children : {};
}

function valueOf(node: unknown): Readonly<Record<string, unknown>> {
  const value = isRecord(node) ? node['Value'] : null;
  return (typeof value === 'string' ? parseObject(Buffer.from(value)) : null) ?? {};
}
