import { protoBytes, protoFields, protoInteger, signed } from './proto.ts';
import { isTombstone, mainRevision, subRevision } from './revision.ts';
import type { Leaf } from './tree.ts';

/** One stored revision of a key. Upstream: etcd `api/mvccpb/kv.proto` KeyValue. */
export interface StoredRevision {
  readonly revision: number;
  readonly sub: number;
  readonly key: Uint8Array;
  readonly deleted: boolean;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
  /** only valid until the next leaf; must never be shown */
  readonly value: Uint8Array;
  /** etcd lease in lower-case hex; null without one */
  readonly lease: string | null;
}

const NONE = new Uint8Array(0);

/** Element `i` of a leaf of the `key` bucket; null when it does not decode. */
export function storedRevision(leaf: Leaf, i: number): StoredRevision | null {
  const main = mainRevision(leaf, i);
  const valueAt = leaf.keyAt[i]! + leaf.keyLength[i]!;
  const fields = main < 0 ? null : protoFields(leaf.bytes.subarray(valueAt, valueAt + leaf.valueLength[i]!));
  if (fields === null) return null;
  const lease = BigInt.asUintN(64, protoInteger(fields, 6));
  return {
    revision: main,
    sub: subRevision(leaf, i),
    key: protoBytes(fields, 1) ?? NONE,
    deleted: isTombstone(leaf, i),
    createRevision: signed(protoInteger(fields, 2)),
    modRevision: signed(protoInteger(fields, 3)),
    version: signed(protoInteger(fields, 4)),
    value: protoBytes(fields, 5) ?? NONE,
    lease: lease === 0n ? null : lease.toString(16),
  };
}

/** A key as text; bytes that are not UTF-8 read as U+FFFD. */
export function keyText(key: Uint8Array): string {
  return Buffer.from(key).toString('utf8');
}
