import type { Leaf } from './tree.ts';

/**
 * Revision keys of the `key` bucket: `main i64 BE | '_' | sub i64 BE`, and a trailing `t` for a deletion.
 * Upstream: etcd `server/storage/mvcc/revision.go`.
 */
export const REVISION_BYTES = 17;
export const TOMBSTONE_BYTES = 18;
const TOMBSTONE = 0x74;

/** The main revision of element `i`, or -1 when its key is no revision. */
export function mainRevision(leaf: Leaf, i: number): number {
  const length = leaf.keyLength[i]!;
  if (length !== REVISION_BYTES && length !== TOMBSTONE_BYTES) return -1;
  const at = leaf.keyAt[i]!;
  const high = leaf.view.getUint32(at);
  if (high >= 0x20_0000) return -1;
  return high * 0x1_0000_0000 + leaf.view.getUint32(at + 4);
}

/** The place within its transaction of element `i`, which must be a revision. */
export function subRevision(leaf: Leaf, i: number): number {
  return leaf.view.getUint32(leaf.keyAt[i]! + 13);
}

export function isTombstone(leaf: Leaf, i: number): boolean {
  return leaf.keyLength[i] === TOMBSTONE_BYTES && leaf.bytes[leaf.keyAt[i]! + REVISION_BYTES] === TOMBSTONE;
}

/** The main revision of 17 bytes as `meta` keeps them; null when they are none. */
export function mainOfBytes(bytes: Uint8Array): number | null {
  if (bytes.length < 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const high = view.getUint32(0);
  return high >= 0x20_0000 ? null : high * 0x1_0000_0000 + view.getUint32(4);
}

/** Where the user's key lies in a stored `mvccpb.KeyValue` (field 1, always written first). */
export class UserKey {
  at = 0;
  length = 0;

  /** False when the value of element `i` does not begin with a key. */
  find(leaf: Leaf, i: number): boolean {
    const { bytes } = leaf;
    let at = leaf.keyAt[i]! + leaf.keyLength[i]!;
    const end = at + leaf.valueLength[i]!;
    if (at >= end || bytes[at] !== 0x0a) return false;
    at += 1;
    let length = 0;
    for (let shift = 0; shift <= 28; shift += 7) {
      if (at >= end) return false;
      const byte = bytes[at]!;
      at += 1;
      length += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        this.at = at;
        this.length = length;
        return length > 0 && at + length <= end;
      }
    }
    return false;
  }
}
