import { phrase } from '../../model/phrases.ts';
import { SECOND } from '../../model/time.ts';
import type { FactReader } from '../facts/reader.ts';
import type { Bound, Moment } from './bound.ts';

/** The API server writes whole seconds into `managedFields` (upstream: apimachinery `metav1.Time`). */
const RESOLUTION = SECOND;
/** A holder gives up a renewal after this (client-go renew deadline 10 s, kubelet lease client 10 s). */
const PATIENCE = 10 * SECOND;

/**
 * Two-sided bounds between a Lease holder's clock and the API server's: the holder writes its time into the renewal, the server
 * then writes its own beside it. Which server took the request is not recorded, so only a case with a single one gives bounds;
 * and a copy whose server time stands from an earlier write would mislead, so these never overrule any other evidence.
 */
export function leaseBounds(reader: FactReader, nodes: readonly string[], apiServers: ReadonlySet<string>): readonly Bound[] {
  const [server, second] = apiServers;
  if (server === undefined || second !== undefined) return [];
  const known = new Set(nodes);
  const bounds: Bound[] = [];
  for (const { data, ref } of reader.facts(['k8s-lease.object'])) {
    const { holder, renewedAt, serverTime, legacy } = data;
    const node = holder?.split('_')[0] ?? null;
    if (node === null || renewedAt === null || serverTime === null || legacy || node === server || !known.has(node)) continue;
    const holders: Moment = { node, at: renewedAt, ref };
    const servers: Moment = { node: server, at: serverTime, ref };
    const shared = { basis: 'lease', strength: 'medium', why: phrase('a Lease is renewed by its holder’s clock and recorded by the API server’s') } as const;
    bounds.push(
      { earlier: holders, later: servers, limit: serverTime + RESOLUTION - renewedAt, ...shared },
      { earlier: servers, later: holders, limit: renewedAt + PATIENCE - serverTime, ...shared },
    );
  }
  return bounds;
}
