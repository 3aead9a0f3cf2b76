import type { AlarmKind } from '../../model/facts/etcd-storage.ts';
import type { MemberId } from '../../model/ids.ts';
import { memberIdFromDecimal, memberIdFromHex } from '../../model/ids.ts';
import { parseObject, texts } from '../etcd-db/contents.ts';
import type { ProtoField } from '../etcd-db/proto.ts';
import { protoBytes, protoFields, protoInteger, protoText, signed } from '../etcd-db/proto.ts';

/** A condition of a transaction; `target` as etcd names it. */
export interface TxnCompare {
  readonly key: string;
  readonly result: '=' | '>' | '<' | '!=';
  readonly target: 'version' | 'create' | 'mod' | 'value' | 'lease';
  /** of version, create and mod; null for the others */
  readonly revision: number | null;
}

/** What an entry asks etcd to do. Values stay bytes, for decoders that know what may be shown. */
export type WalRequest =
  | { readonly kind: 'put'; readonly key: string; readonly value: Uint8Array; readonly lease: string | null }
  | { readonly kind: 'delete'; readonly key: string; readonly rangeEnd: string | null }
  | { readonly kind: 'range'; readonly key: string; readonly rangeEnd: string | null }
  | { readonly kind: 'txn'; readonly compares: readonly TxnCompare[]; readonly success: readonly WalRequest[]; readonly failure: readonly WalRequest[] }
  | { readonly kind: 'compaction'; readonly revision: number }
  | { readonly kind: 'lease-grant'; readonly lease: string; readonly ttlSeconds: number }
  | { readonly kind: 'lease-revoke'; readonly lease: string }
  | { readonly kind: 'lease-checkpoint'; readonly leases: number }
  | { readonly kind: 'alarm'; readonly action: 'get' | 'activate' | 'deactivate'; readonly alarm: AlarmKind | null; readonly member: MemberId | null }
  | { readonly kind: 'cluster-version'; readonly version: string }
  | { readonly kind: 'member-attributes'; readonly member: MemberId | null; readonly name: string | null; readonly clientUrls: readonly string[] }
  | { readonly kind: 'v2'; readonly method: string; readonly path: string }
  | { readonly kind: 'other'; readonly name: string };

const RESULTS = ['=', '>', '<', '!='] as const;
const TARGETS = ['version', 'create', 'mod', 'value', 'lease'] as const;
const ACTIONS = ['get', 'activate', 'deactivate'] as const;
const MAX_DEPTH = 8;
const NONE = new Uint8Array(0);

/** Field numbers of `InternalRaftRequest` that carry no more than their name here. Upstream: etcd `api/etcdserverpb/raft_internal.proto`. */
const OTHERS: Readonly<Record<number, string>> = {
  1000: 'auth enable',
  1011: 'auth disable',
  1012: 'authenticate',
  1013: 'auth status',
  1100: 'user add',
  1101: 'user delete',
  1102: 'user get',
  1103: 'user change password',
  1104: 'user grant role',
  1105: 'user revoke role',
  1200: 'role add',
  1201: 'role delete',
  1202: 'role get',
  1203: 'role grant permission',
  1204: 'role revoke permission',
  1302: 'downgrade info set',
  9900: 'downgrade version test',
};

const text = (fields: readonly ProtoField[], number: number): string => protoText(fields, number);
const optional = (value: string): string | null => (value === '' ? null : value);
const hex = (value: bigint): string => BigInt.asUintN(64, value).toString(16);

/** Null when the data is no request. Legacy v2 requests (3.4, 3.5: cluster version, member attributes) are told by their method and path. */
export function decodeRequest(data: Uint8Array): WalRequest | null {
  const fields = protoFields(data);
  if (fields === null) return null;
  const legacy = legacyRequest(fields);
  if (legacy !== null) return legacy;
  for (const f of fields) {
    if (f.wire !== 2 || f.number === 100) continue;
    const inner = protoFields(f.bytes);
    if (inner === null) return null;
    if (f.number === 2) return legacyRequest(inner);
    const request = internalRequest(f.number, inner, 0);
    if (request !== null) return request;
  }
  return null;
}

function internalRequest(number: number, f: readonly ProtoField[], depth: number): WalRequest | null {
  switch (number) {
    case 3:
      return range(f);
    case 4:
      return put(f);
    case 5:
      return { kind: 'delete', key: text(f, 1), rangeEnd: optional(text(f, 2)) };
    case 6:
      return txn(f, depth);
    case 7:
      return { kind: 'compaction', revision: signed(protoInteger(f, 1)) };
    case 8:
      return { kind: 'lease-grant', lease: hex(protoInteger(f, 2)), ttlSeconds: signed(protoInteger(f, 1)) };
    case 9:
      return { kind: 'lease-revoke', lease: hex(protoInteger(f, 1)) };
    case 10:
      return alarm(f);
    case 11:
      return { kind: 'lease-checkpoint', leases: f.filter((x) => x.number === 1).length };
    case 1300:
      return { kind: 'cluster-version', version: text(f, 1) };
    case 1301:
      return attributes(f);
    default:
      return { kind: 'other', name: OTHERS[number] ?? `request ${number}` };
  }
}

function range(f: readonly ProtoField[]): WalRequest {
  return { kind: 'range', key: text(f, 1), rangeEnd: optional(text(f, 2)) };
}

function put(f: readonly ProtoField[]): WalRequest {
  const lease = protoInteger(f, 3);
  return { kind: 'put', key: text(f, 1), value: protoBytes(f, 2) ?? NONE, lease: lease === 0n ? null : hex(lease) };
}

function alarm(f: readonly ProtoField[]): WalRequest {
  const kind = Number(protoInteger(f, 3));
  return {
    kind: 'alarm',
    action: ACTIONS[Number(protoInteger(f, 1))] ?? 'get',
    alarm: kind === 1 ? 'NOSPACE' : kind === 2 ? 'CORRUPT' : null,
    member: memberIdFromDecimal(protoInteger(f, 2).toString()),
  };
}

function attributes(f: readonly ProtoField[]): WalRequest {
  const inner = protoFields(protoBytes(f, 2) ?? NONE) ?? [];
  const clientUrls = inner.filter((x) => x.number === 2 && x.wire === 2).map((x) => Buffer.from(x.bytes).toString('utf8'));
  return { kind: 'member-attributes', member: memberIdFromDecimal(protoInteger(f, 1).toString()), name: optional(text(inner, 1)), clientUrls };
}

function txn(f: readonly ProtoField[], depth: number): WalRequest {
  const compares: TxnCompare[] = [];
  const success: WalRequest[] = [];
  const failure: WalRequest[] = [];
  for (const x of f) {
    const inner = x.wire === 2 ? protoFields(x.bytes) : null;
    if (inner === null) continue;
    if (x.number === 1) compares.push(compare(inner));
    else if (x.number === 2) success.push(...operation(inner, depth));
    else if (x.number === 3) failure.push(...operation(inner, depth));
  }
  return { kind: 'txn', compares, success, failure };
}

function compare(f: readonly ProtoField[]): TxnCompare {
  const target = TARGETS[Number(protoInteger(f, 2))] ?? 'version';
  const field = { version: 4, create: 5, mod: 6, value: 0, lease: 0 }[target];
  return { key: text(f, 3), result: RESULTS[Number(protoInteger(f, 1))] ?? '=', target, revision: field === 0 ? null : signed(protoInteger(f, field)) };
}

/** `RequestOp`: 1 range, 2 put, 3 delete, 4 txn. */
function operation(f: readonly ProtoField[], depth: number): WalRequest[] {
  if (depth >= MAX_DEPTH) return [];
  return f.flatMap((x) => {
    const inner = x.wire === 2 ? protoFields(x.bytes) : null;
    const number = [0, 3, 4, 5, 6][x.number];
    const request = inner === null || number === undefined || number === 0 ? null : internalRequest(number, inner, depth + 1);
    return request === null ? [] : [request];
  });
}

const METHODS: ReadonlySet<string> = new Set(['PUT', 'POST', 'DELETE', 'GET', 'QGET', 'SYNC']);

/** `etcdserverpb.Request`: 2 method, 3 path, 4 value. Upstream: etcd `api/etcdserverpb/etcdserver.proto`. */
function legacyRequest(fields: readonly ProtoField[]): WalRequest | null {
  const method = text(fields, 2);
  const path = text(fields, 3);
  if (!METHODS.has(method) || (path !== '' && !path.startsWith('/'))) return null;
  if (path === '/0/version') return { kind: 'cluster-version', version: text(fields, 4) };
  const m = /^\/0\/members\/([0-9a-f]{1,16})\/attributes$/.exec(path);
  if (m === null) return { kind: 'v2', method, path };
  const json = parseObject(protoBytes(fields, 4) ?? NONE);
  const name = json?.['name'];
  return {
    kind: 'member-attributes',
    member: memberIdFromHex(m[1] ?? ''),
    name: typeof name === 'string' ? optional(name) : null,
    clientUrls: texts(json?.['clientURLs']),
  };
}

/** A request in words, without any value. */
export function describeRequest(request: WalRequest): string {
  switch (request.kind) {
    case 'put':
      return `put ${request.key} (${request.value.length} bytes${request.lease === null ? '' : `, lease ${request.lease}`})`;
    case 'delete':
    case 'range':
      return `${request.kind === 'range' ? 'get' : 'delete'} ${request.key}${request.rangeEnd === null ? '' : ' and following'}`;
    case 'txn':
      return describeTxn(request);
    case 'compaction':
      return `compact at revision ${request.revision}`;
    case 'lease-grant':
      return `grant lease ${request.lease} for ${request.ttlSeconds} s`;
    case 'lease-revoke':
      return `revoke lease ${request.lease}`;
    case 'lease-checkpoint':
      return `checkpoint ${request.leases} leases`;
    case 'alarm':
      return `alarm ${request.action} ${request.alarm ?? 'any'} of ${request.member ?? 'any member'}`;
    case 'cluster-version':
      return `set cluster version ${request.version}`;
    case 'member-attributes':
      return `publish ${request.member ?? '?'} as ${request.name ?? '?'} ${request.clientUrls.join(',')}`;
    case 'v2':
      return `v2 ${request.method} ${request.path}`;
    case 'other':
      return request.name;
  }
}

function describeTxn(request: Extract<WalRequest, { kind: 'txn' }>): string {
  const conditions = request.compares.map((c) => `${c.target}(${c.key})${c.result}${c.revision ?? '…'}`).join(' and ');
  const then = request.success.map(describeRequest).join(', ');
  const otherwise = request.failure.map(describeRequest).join(', ');
  return `txn${conditions === '' ? '' : ` if ${conditions}`} then ${then === '' ? 'nothing' : then}${otherwise === '' ? '' : ` else ${otherwise}`}`;
}
