import type { ClusterId, MemberId } from '../../model/ids.ts';
import { clusterIdFromDecimal, memberIdFromDecimal } from '../../model/ids.ts';
import { parseObject, texts } from '../etcd-db/contents.ts';
import type { ProtoField } from '../etcd-db/proto.ts';
import { protoBytes, protoFields, protoInteger, protoIntegers } from '../etcd-db/proto.ts';

/** Upstream for all: etcd-io/raft `raftpb/raft.proto`, etcd `api/etcdserverpb/etcdserver.proto`, `server/storage/wal/walpb/record.proto`. */
export interface WalMetadata {
  readonly member: MemberId | null;
  readonly cluster: ClusterId | null;
}

export interface RaftEntry {
  readonly type: 'normal' | 'conf-change' | 'conf-change-v2';
  readonly raftTerm: number;
  readonly raftIndex: number;
  readonly data: Uint8Array;
}

export interface HardState {
  readonly raftTerm: number;
  readonly vote: MemberId | null;
  readonly commitIndex: number;
}

export interface RaftConfState {
  readonly voters: readonly MemberId[];
  readonly learners: readonly MemberId[];
}

export interface WalSnapshot {
  readonly raftIndex: number;
  readonly raftTerm: number;
  /** null before 3.5 */
  readonly confState: RaftConfState | null;
}

export type ConfChangeKind = 'add' | 'remove' | 'update' | 'add-learner' | 'promote';

export interface ConfChange {
  /** 0 where etcd made the change itself: bootstrap and `--force-new-cluster` */
  readonly id: bigint;
  readonly change: ConfChangeKind;
  readonly member: MemberId;
  readonly name: string | null;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
}

const ENTRY_TYPES = ['normal', 'conf-change', 'conf-change-v2'] as const;
const CHANGES: readonly ConfChangeKind[] = ['add', 'remove', 'update', 'add-learner'];
const NONE = new Uint8Array(0);

const memberOf = (value: bigint): MemberId | null => memberIdFromDecimal(value.toString());

export function walMetadata(data: Uint8Array): WalMetadata | null {
  const fields = protoFields(data);
  if (fields === null) return null;
  return { member: memberOf(protoInteger(fields, 1)), cluster: clusterIdFromDecimal(protoInteger(fields, 2).toString()) };
}

export function raftEntry(data: Uint8Array): RaftEntry | null {
  const fields = protoFields(data);
  if (fields === null) return null;
  const type = ENTRY_TYPES[Number(protoInteger(fields, 1))];
  if (type === undefined) return null;
  return { type, raftTerm: Number(protoInteger(fields, 2)), raftIndex: Number(protoInteger(fields, 3)), data: protoBytes(fields, 4) ?? NONE };
}

export function hardState(data: Uint8Array): HardState | null {
  const fields = protoFields(data);
  if (fields === null) return null;
  return { raftTerm: Number(protoInteger(fields, 1)), vote: memberOf(protoInteger(fields, 2)), commitIndex: Number(protoInteger(fields, 3)) };
}

export function confState(data: Uint8Array): RaftConfState | null {
  const fields = protoFields(data);
  if (fields === null) return null;
  const ids = (number: number): MemberId[] =>
    protoIntegers(fields, number)
      .map(memberOf)
      .filter((id) => id !== null);
  return { voters: ids(1), learners: ids(2) };
}

export function walSnapshot(data: Uint8Array): WalSnapshot | null {
  const fields = protoFields(data);
  if (fields === null) return null;
  const state = protoBytes(fields, 3);
  return { raftIndex: Number(protoInteger(fields, 1)), raftTerm: Number(protoInteger(fields, 2)), confState: state === null ? null : confState(state) };
}

/** The changes of one entry; empty when it is none or does not decode. */
export function confChanges(entry: RaftEntry): readonly ConfChange[] {
  const fields = protoFields(entry.data);
  if (fields === null) return [];
  if (entry.type === 'conf-change') return changeOf(protoInteger(fields, 1), fields, 2, 3, protoBytes(fields, 4));
  if (entry.type !== 'conf-change-v2') return [];
  const context = protoBytes(fields, 3);
  return fields.filter((f) => f.number === 2 && f.wire === 2).flatMap((f) => changeOf(1n, protoFields(f.bytes) ?? [], 1, 2, context));
}

function changeOf(id: bigint, fields: readonly ProtoField[], typeField: number, nodeField: number, context: Uint8Array | null): ConfChange[] {
  const member = memberOf(protoInteger(fields, nodeField));
  const kind = CHANGES[Number(protoInteger(fields, typeField))];
  if (member === null || kind === undefined) return [];
  const json = context === null ? null : parseObject(context);
  const name = json?.['name'];
  return [
    {
      id,
      change: json?.['isPromote'] === true ? 'promote' : kind,
      member,
      name: typeof name === 'string' && name !== '' ? name : null,
      peerUrls: texts(json?.['peerURLs']),
      clientUrls: texts(json?.['clientURLs']),
    },
  ];
}
