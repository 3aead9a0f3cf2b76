import type { FactMap } from '../../model/fact.ts';
import { SECOND } from '../../model/time.ts';
import { isLeaseKey, leaseFact } from '../etcd-db/lease-objects.ts';
import type { WalRequest } from './requests.ts';

export type LeaseFact = FactMap['k8s-lease.object'];

interface Track<Where> {
  /** compare value of the last transaction on the key that won */
  modRevision: number;
  last: { readonly fact: LeaseFact; readonly where: Where; emitted: boolean } | null;
}

/**
 * Lease writes as they took effect. A transaction names the revision it saw (`mod(key)=X`); of several that saw the same one only
 * the first succeeds, so a candidate that lost the race leaves no trace here. Renewals that tell nothing new are condensed:
 * kept are the first, each change of holder, both sides of a gap longer than the Lease's duration, and the last.
 */
export class LeaseTrack<Where> {
  readonly #tracks = new Map<string, Track<Where>>();
  readonly #emit: (key: string, fact: LeaseFact, where: Where) => void;

  constructor(emit: (key: string, fact: LeaseFact, where: Where) => void) {
    this.#emit = emit;
  }

  apply(request: WalRequest, where: Where): void {
    if (request.kind === 'put') this.#put(request.key, request.value, where);
    else if (request.kind === 'delete') this.#tracks.delete(request.key);
    else if (request.kind === 'txn') {
      const condition = request.compares.find((c) => c.target === 'mod' && c.result === '=' && isLease(c.key));
      if (condition !== undefined && condition.revision !== null && !this.#wins(condition.key, condition.revision)) return;
      for (const inner of request.success) this.apply(inner, where);
    }
  }

  /** The last renewal of each Lease, where it was not told yet. */
  finish(): void {
    for (const [key, track] of this.#tracks) this.#tell(key, track);
  }

  /** The newest renewal time seen, for dating what stands next to it. */
  newest: { readonly key: string; readonly fact: LeaseFact } | null = null;

  #wins(key: string, modRevision: number): boolean {
    const track = this.#tracks.get(key);
    if (track === undefined) {
      this.#tracks.set(key, { modRevision, last: null });
      return true;
    }
    if (modRevision <= track.modRevision) return false;
    track.modRevision = modRevision;
    return true;
  }

  #put(key: string, value: Uint8Array, where: Where): void {
    if (!isLease(key)) return;
    const fact = leaseFact(key, value, null);
    if (fact === null) return;
    const track = this.#tracks.get(key) ?? { modRevision: -1, last: null };
    this.#tracks.set(key, track);
    const before = track.last;
    track.last = { fact, where, emitted: false };
    this.newest = { key, fact };
    if (before === null) this.#tell(key, track);
    else if (before.fact.holder !== fact.holder || before.fact.acquiredAt !== fact.acquiredAt || gap(before.fact, fact)) {
      if (!before.emitted) this.#emit(key, before.fact, before.where);
      this.#tell(key, track);
    }
  }

  #tell(key: string, track: Track<Where>): void {
    const { last } = track;
    if (last === null || last.emitted) return;
    this.#emit(key, last.fact, last.where);
    last.emitted = true;
  }
}

function isLease(key: string): boolean {
  const bytes = Buffer.from(key);
  return isLeaseKey(bytes, 0, bytes.length);
}

function gap(before: LeaseFact, after: LeaseFact): boolean {
  if (before.renewedAt === null || after.renewedAt === null || before.durationSeconds === null) return false;
  return after.renewedAt - before.renewedAt > before.durationSeconds * SECOND;
}
