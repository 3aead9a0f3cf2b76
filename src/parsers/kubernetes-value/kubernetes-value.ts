import type { EpochMicros } from '../../model/time.ts';
import { fromJson } from './json-value.ts';
import { fromProtobuf } from './protobuf-value.ts';

/** The fields the timeline needs of a `coordination.k8s.io` Lease. Upstream: kubernetes/api `coordination/v1/types.go`. */
export interface K8sLeaseSpec {
  readonly holder: string | null;
  readonly durationSeconds: number | null;
  readonly acquiredAt: EpochMicros | null;
  readonly renewedAt: EpochMicros | null;
  readonly transitions: number | null;
}

export interface K8sEventFields {
  readonly reason: string;
  readonly message: string;
  readonly type: string;
  readonly count: number;
  readonly involved: { readonly kind: string; readonly namespace: string | null; readonly name: string };
  readonly component: string | null;
  readonly host: string | null;
  readonly firstAt: EpochMicros | null;
  readonly lastAt: EpochMicros | null;
}

export interface K8sCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string | null;
  readonly message: string | null;
  readonly heartbeatAt: EpochMicros | null;
  readonly transitionAt: EpochMicros | null;
}

/**
 * What a stored value says about itself. Never the data of a Secret, a ConfigMap or anything else: only what is named here.
 */
export interface KubernetesValue {
  readonly encoding: 'protobuf' | 'json';
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string | null;
  readonly namespace: string | null;
  readonly uid: string | null;
  readonly lease: K8sLeaseSpec | null;
  readonly event: K8sEventFields | null;
  /** of a Node */
  readonly conditions: readonly K8sCondition[];
}

/** Encrypted at rest: only who encrypted it. Upstream: kubernetes/apiserver `pkg/server/options/encryptionconfig/config.go`. */
export interface EncryptedValue {
  readonly encoding: 'encrypted';
  /** `aescbc:v1`, `aesgcm:v1`, `secretbox:v1`, `kms:v1`, `kms:v2` */
  readonly provider: string;
  readonly keyName: string;
}

const ENCRYPTED = /^k8s:enc:([a-z]{1,32}:v\d{1,3}):([^:]{0,256}):/;

/** Null when the bytes are no Kubernetes object; never throws. */
export function readKubernetesValue(bytes: Uint8Array): KubernetesValue | EncryptedValue | null {
  if (bytes[0] === 0x6b && bytes[1] === 0x38 && bytes[2] === 0x73) {
    if (bytes[3] === 0) return fromProtobuf(bytes.subarray(4));
    const m = ENCRYPTED.exec(Buffer.from(bytes.subarray(0, 400)).toString('latin1'));
    return m === null ? null : { encoding: 'encrypted', provider: m[1] ?? '', keyName: m[2] ?? '' };
  }
  return bytes[0] === 0x7b ? fromJson(bytes) : null;
}
