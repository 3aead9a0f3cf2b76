import { readKubernetesValue } from '../kubernetes-value/kubernetes-value.ts';
import type { FactMap } from '../../model/fact.ts';
import type { EpochMicros } from '../../model/time.ts';
import type { DbPlace } from './contents.ts';
import { storedRevision } from './key-value.ts';
import { leaseKey } from './resource-name.ts';
import { UserKey } from './revision.ts';
import type { PassObserver } from './status.ts';
import type { Bucket, Leaf } from './tree.ts';
import { compareBytes } from './tree.ts';

const PREFIXES = ['/registry/leases/', '/kubernetes.io/leases/'].map((text) => Buffer.from(text));
const MAX_LEASES = 10_000;
const MAX_VALUE = 1 << 16;

export interface LeaseObject {
  readonly key: string;
  readonly fact: FactMap['k8s-lease.object'];
  readonly renewedAt: EpochMicros | null;
  readonly place: DbPlace;
}

/** True for the key of a Kubernetes Lease. */
export function isLeaseKey(bytes: Uint8Array, at: number, length: number): boolean {
  return PREFIXES.some((p) => length > p.length && compareBytes(bytes, at, p.length, p, 0, p.length) === 0);
}

/** The fact a stored Lease gives; null when it does not decode or is encrypted. */
export function leaseFact(key: string, value: Uint8Array, modRevision: number | null): FactMap['k8s-lease.object'] | null {
  const named = leaseKey(key);
  if (named === null || value.length > MAX_VALUE) return null;
  const object = readKubernetesValue(value);
  if (object === null || object.encoding === 'encrypted' || object.lease === null) return null;
  const { holder, acquiredAt, renewedAt, durationSeconds, transitions } = object.lease;
  return {
    namespace: object.namespace ?? named.namespace,
    name: object.name ?? named.name,
    holder,
    acquiredAt,
    renewedAt,
    durationSeconds,
    transitions,
    uid: object.uid,
    resourceVersion: modRevision === null ? null : String(modRevision),
    serverTime: null,
    legacy: false,
  };
}

/** Keeps the newest revision of every Lease while a pass goes by. */
export class LeaseObserver implements PassObserver {
  readonly #newest = new Map<string, LeaseObject>();
  readonly #key = new UserKey();

  leaf(bucket: Bucket, leaf: Leaf): void {
    if (bucket.name !== 'key') return;
    const key = this.#key;
    for (let i = 0; i < leaf.count; i += 1) {
      if (!key.find(leaf, i) || !isLeaseKey(leaf.bytes, key.at, key.length)) continue;
      const stored = storedRevision(leaf, i);
      if (stored === null) continue;
      const text = Buffer.from(stored.key).toString('utf8');
      const fact = stored.deleted ? null : leaseFact(text, stored.value, stored.modRevision);
      if (fact === null) this.#newest.delete(text);
      else if (this.#newest.size < MAX_LEASES || this.#newest.has(text)) {
        const at = leaf.keyAt[i] ?? 0;
        const length = (leaf.keyLength[i] ?? 0) + (leaf.valueLength[i] ?? 0);
        this.#newest.set(text, { key: text, fact, renewedAt: fact.renewedAt, place: { page: leaf.page, offset: leaf.base + at, length } });
      }
    }
  }

  leases(): readonly LeaseObject[] {
    return [...this.#newest.values()];
  }
}
