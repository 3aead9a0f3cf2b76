import type { MemberId } from '../../model/ids.ts';
import { crc32c } from '../etcd-db/crc32c.ts';
import { protoBytes, protoFields, protoInteger } from '../etcd-db/proto.ts';
import { confState } from '../etcd-wal/raft-records.ts';
import type { StoreMember } from './v2-store.ts';
import { storeContents } from './v2-store.ts';

/** What a `.snap` file says. Upstream: etcd `server/etcdserver/api/snap/snapshotter.go`, raft `raftpb/raft.proto`. */
export interface RaftSnapshot {
  /** in etcd's words; null = sound */
  readonly problem: string | null;
  readonly raftIndex: number;
  readonly raftTerm: number;
  readonly voters: readonly MemberId[];
  readonly learners: readonly MemberId[];
  /** of the v2 store (3.4, 3.5); its offsets count in the file */
  readonly members: readonly StoreMember[];
  readonly clusterVersion: string | null;
}

const NOTHING = { raftIndex: 0, raftTerm: 0, voters: [], learners: [], members: [], clusterVersion: null } as const;
const bad = (problem: string): RaftSnapshot => ({ problem, ...NOTHING });

/** `08 <crc> 12 <length>` with a length that ends where the file does, and a raft snapshot's field behind it. */
export function looksLikeRaftSnapshot(head: Uint8Array, size: number | null): boolean {
  if (head[0] !== 0x08) return false;
  const crcEnd = varintEnd(head, 1);
  if (crcEnd === null || head[crcEnd] !== 0x12) return false;
  const lengthEnd = varintEnd(head, crcEnd + 1);
  if (lengthEnd === null) return false;
  let length = 0;
  for (let i = lengthEnd - 1; i > crcEnd; i -= 1) length = length * 128 + ((head[i] ?? 0) & 0x7f);
  const first = head[lengthEnd];
  if (first !== 0x0a && first !== 0x12) return false;
  return size === null ? lengthEnd + length >= head.length && length > 0 : lengthEnd + length === size;
}

function varintEnd(bytes: Uint8Array, from: number): number | null {
  for (let i = from; i < from + 5; i += 1) {
    const byte = bytes[i];
    if (byte === undefined) return null;
    if (byte < 0x80) return i + 1;
  }
  return null;
}

/** Never throws; `bytes` is the whole file. */
export function readRaftSnapshot(bytes: Uint8Array): RaftSnapshot {
  if (bytes.length === 0) return bad('snap: empty snapshot');
  const fields = protoFields(bytes);
  if (fields === null) return bad('snap: the file does not decode');
  const data = protoBytes(fields, 2);
  const crc = Number(protoInteger(fields, 1));
  if (data === null || data.length === 0 || crc === 0) return bad('snap: empty snapshot');
  const computed = crc32c(0, data);
  if (computed !== crc) return bad(`snap: crc mismatch: expected ${crc.toString(16)} computed ${computed.toString(16)}`);
  const snapshot = protoFields(data);
  const metadata = snapshot === null ? null : protoFields(protoBytes(snapshot, 2) ?? new Uint8Array(0));
  if (snapshot === null || metadata === null) return bad('snap: the raft snapshot does not decode');
  const state = confState(protoBytes(metadata, 1) ?? new Uint8Array(0));
  const store = protoBytes(snapshot, 1);
  const { members, clusterVersion } = store === null ? NOTHING : storeContents(store, store.byteOffset - bytes.byteOffset);
  return {
    problem: null,
    raftIndex: Number(protoInteger(metadata, 2)),
    raftTerm: Number(protoInteger(metadata, 3)),
    voters: state?.voters ?? [],
    learners: state?.learners ?? [],
    members,
    clusterVersion,
  };
}
