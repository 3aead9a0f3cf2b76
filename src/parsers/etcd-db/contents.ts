import { isLosslessNumber, parse } from 'lossless-json';
import type { AlarmKind } from '../../model/facts/etcd-storage.ts';
import type { MemberId } from '../../model/ids.ts';
import { memberIdFromDecimal, memberIdFromHex } from '../../model/ids.ts';
import { protoFields, protoInteger, signed } from './proto.ts';
import { mainOfBytes } from './revision.ts';
import type { PassObserver } from './status.ts';
import type { Bucket, Leaf } from './tree.ts';

/** Where something stands in the file. */
export interface DbPlace {
  readonly page: number;
  readonly offset: number;
  readonly length: number;
}

export interface DbMember {
  readonly id: MemberId;
  readonly name: string | null;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  readonly learner: boolean;
  readonly place: DbPlace;
}

/** etcd's TTL object. Upstream: etcd `server/lease/leasepb/lease.proto`. */
export interface DbLease {
  /** lower-case hex */
  readonly id: string;
  readonly ttlSeconds: number;
  readonly remainingSeconds: number | null;
}

export interface ConfState {
  readonly voters: readonly MemberId[];
  readonly learners: readonly MemberId[];
  readonly votersOutgoing: readonly MemberId[];
  readonly learnersNext: readonly MemberId[];
  readonly place: DbPlace;
}

/** Everything outside the `key` bucket that may be shown; users and roles are only counted. */
export interface DbContents {
  readonly buckets: readonly string[];
  readonly members: readonly DbMember[];
  readonly membersRemoved: readonly MemberId[];
  readonly alarms: readonly { readonly member: MemberId | null; readonly alarm: AlarmKind; readonly place: DbPlace }[];
  readonly leases: readonly DbLease[];
  readonly clusterVersion: string | null;
  readonly storageVersion: string | null;
  readonly consistentIndex: number | null;
  readonly raftTerm: number | null;
  readonly confState: ConfState | null;
  readonly scheduledCompactRevision: number | null;
  readonly finishedCompactRevision: number | null;
  readonly authEnabled: boolean;
  readonly users: number;
  readonly roles: number;
}

const MAX_ROWS = 200_000;
const MAX_TEXT = 1 << 16;

type Mutable = { -readonly [K in keyof DbContents]: DbContents[K] extends readonly (infer Item)[] ? Item[] : DbContents[K] };

/** Collects what the small buckets hold while a pass goes by. Upstream: etcd `server/storage/schema/*.go`. */
export class ContentsObserver implements PassObserver {
  readonly contents: DbContents;
  /** values that should decode and do not */
  readonly invalid: { readonly detail: string; readonly place: DbPlace }[] = [];
  readonly #found: Mutable = {
    buckets: [],
    members: [],
    membersRemoved: [],
    alarms: [],
    leases: [],
    clusterVersion: null,
    storageVersion: null,
    consistentIndex: null,
    raftTerm: null,
    confState: null,
    scheduledCompactRevision: null,
    finishedCompactRevision: null,
    authEnabled: false,
    users: 0,
    roles: 0,
  };

  constructor() {
    this.contents = this.#found;
  }

  bucket(bucket: Bucket): void {
    this.#found.buckets.push(bucket.name);
  }

  leaf(bucket: Bucket, leaf: Leaf): void {
    if (bucket.name === 'key') return;
    for (let i = 0; i < leaf.count; i += 1) {
      const at = leaf.keyAt[i] ?? 0;
      const valueAt = at + (leaf.keyLength[i] ?? 0);
      const valueLength = leaf.valueLength[i] ?? 0;
      if (valueLength > MAX_TEXT) continue;
      const key = leaf.bytes.subarray(at, valueAt);
      const value = leaf.bytes.subarray(valueAt, valueAt + valueLength);
      const place = { page: leaf.page, offset: leaf.base + at, length: key.length + value.length };
      this.#pair(bucket.name, key, value, place);
    }
  }

  #pair(bucket: string, key: Uint8Array, value: Uint8Array, place: DbPlace): void {
    const found = this.#found;
    if (bucket === 'meta') this.#meta(latin1(key), value, place);
    else if (bucket === 'members' && found.members.length < MAX_ROWS) this.#member(latin1(key), value, place);
    else if (bucket === 'members_removed' && found.membersRemoved.length < MAX_ROWS) {
      const id = memberIdFromHex(latin1(key));
      if (id !== null) found.membersRemoved.push(id);
    } else if (bucket === 'alarm') this.#alarm(key, place);
    else if (bucket === 'lease' && found.leases.length < MAX_ROWS) this.#lease(value, place);
    else if (bucket === 'cluster' && latin1(key) === 'clusterVersion') found.clusterVersion = versionText(value);
    else if (bucket === 'auth' && latin1(key) === 'authEnabled') found.authEnabled = value[0] === 1;
    else if (bucket === 'authUsers') found.users += 1;
    else if (bucket === 'authRoles') found.roles += 1;
  }

  #meta(key: string, value: Uint8Array, place: DbPlace): void {
    const found = this.#found;
    if (key === 'consistent_index') found.consistentIndex = mainOfBytes(value);
    else if (key === 'term') found.raftTerm = mainOfBytes(value);
    else if (key === 'scheduledCompactRev') found.scheduledCompactRevision = mainOfBytes(value);
    else if (key === 'finishedCompactRev') found.finishedCompactRevision = mainOfBytes(value);
    else if (key === 'storageVersion') found.storageVersion = versionText(value);
    else if (key === 'confState') {
      const json = parseObject(value);
      if (json === null) this.invalid.push({ detail: 'meta key confState is no JSON object', place });
      else {
        const ids = (name: string): MemberId[] =>
          list(json[name])
            .map(decimal)
            .filter((id) => id !== null);
        found.confState = {
          voters: ids('voters'),
          learners: ids('learners'),
          votersOutgoing: ids('voters_outgoing'),
          learnersNext: ids('learners_next'),
          place,
        };
      }
    }
  }

  #member(key: string, value: Uint8Array, place: DbPlace): void {
    const id = memberIdFromHex(key);
    const json = parseObject(value);
    if (id === null || json === null) {
      this.invalid.push({ detail: 'an entry of the members bucket does not decode', place });
      return;
    }
    this.#found.members.push({
      id,
      name: typeof json['name'] === 'string' && json['name'] !== '' ? json['name'] : null,
      peerUrls: texts(json['peerURLs']),
      clientUrls: texts(json['clientURLs']),
      learner: json['isLearner'] === true,
      place,
    });
  }

  #alarm(key: Uint8Array, place: DbPlace): void {
    const fields = protoFields(key);
    const kind = fields === null ? 0 : Number(protoInteger(fields, 2));
    if (fields === null || (kind !== 1 && kind !== 2)) {
      this.invalid.push({ detail: 'an entry of the alarm bucket does not decode', place });
      return;
    }
    const member = memberIdFromDecimal(protoInteger(fields, 1).toString());
    this.#found.alarms.push({ member, alarm: kind === 1 ? 'NOSPACE' : 'CORRUPT', place });
  }

  #lease(value: Uint8Array, place: DbPlace): void {
    const fields = protoFields(value);
    if (fields === null) {
      this.invalid.push({ detail: 'an entry of the lease bucket does not decode', place });
      return;
    }
    const remaining = signed(protoInteger(fields, 3));
    this.#found.leases.push({
      id: BigInt.asUintN(64, protoInteger(fields, 1)).toString(16),
      ttlSeconds: signed(protoInteger(fields, 2)),
      remainingSeconds: remaining > 0 ? remaining : null,
    });
  }
}

/** -1 = never compacted. Upstream: etcd `server/storage/mvcc/kvstore.go` restore. */
export function compactRevisionOf(contents: DbContents): number {
  return Math.max(contents.finishedCompactRevision ?? -1, contents.scheduledCompactRevision ?? -1);
}

/** The revision a member with this database would report; `last` is the last one in the `key` bucket. */
export function currentRevisionOf(contents: DbContents, last: number): number {
  return Math.max(1, last, compactRevisionOf(contents));
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function versionText(value: Uint8Array): string | null {
  const text = latin1(value.subarray(0, 64));
  return /^[0-9A-Za-z.+-]+$/.test(text) ? text : null;
}

/** A JSON object whose numbers stay exact; null when it is none. */
export function parseObject(value: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = parse(Buffer.from(value).toString('utf8'));
    return isRecord(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, 1000) : []);

export function texts(value: unknown): string[] {
  return list(value).filter((item) => typeof item === 'string');
}

/** A member id from an exact JSON number. */
export function decimal(value: unknown): MemberId | null {
  return isLosslessNumber(value) ? memberIdFromDecimal(value.value) : null;
}
