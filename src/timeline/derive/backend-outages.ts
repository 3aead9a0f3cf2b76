import type { Citation } from '../../model/evidence.ts';
import { phrase } from '../../model/phrases.ts';
import { SECOND } from '../../model/time.ts';
import type { EpochMicros } from '../../model/time.ts';
import type { DerivationContext } from '../derivation.ts';
import { Addresses } from './addresses.ts';
import { LoadBalancerStarts } from './load-balancer-starts.ts';

/** One server of a pool as one load balancer saw it: out of service from … to …, null while it still was. */
export interface BackendOutage {
  readonly backend: string;
  readonly server: string;
  /** the node behind the server, where names or addresses tell; else the server's own name */
  readonly node: string;
  readonly known: boolean;
  /** where the load balancer runs */
  readonly seenBy: readonly string[];
  readonly from: EpochMicros | null;
  readonly to: EpochMicros | null;
  readonly reason: string | null;
  /** somebody took it out of service */
  readonly asked: boolean;
  /** found down by the first checks after the load balancer was started: it may never have been up */
  readonly atStart: boolean;
  readonly evidence: readonly Citation[];
}

/** True where a pool's or a server's name speaks of API servers; load balancers serve other things too. */
export function speaksOfApi(backend: string, server: string): boolean {
  return /api|6443|master|control|k8s|kube|cp-?\d/i.test(`${backend} ${server}`);
}

/** True where it is plain that a pool is not the API servers' own. */
export function speaksOfOthers(backend: string, server: string): boolean {
  return /ingress|router|web|www|https?(?![a-z])|app|smtp|sql|redis|mongo|grafana|registry|stats|ldap/i.test(backend) && !speaksOfApi(backend, server);
}

/** How long before a load balancer gives a server up its failed connections belong to the outage: a few checks in a row. */
const CHECKS = 20 * SECOND;

/** Every outage that load balancers logged, those of one server seen by several balancers each apart. */
export function* backendOutages(context: DerivationContext): Generator<BackendOutage> {
  const addresses = new Addresses(context);
  const configured = new Map<string, string>();
  for (const fact of context.facts(['lb.server-stat', 'lb.server-configured'])) {
    const { server, address } = fact.data;
    if (address !== null) configured.set(server, address);
  }
  const open = new Map<string, BackendOutage & { readonly evidence: Citation[] }>();
  const refused = new Map<string, EpochMicros[]>();
  const starts = new LoadBalancerStarts(context);
  /** down already when their load balancer began anew */
  const downBefore = new Set<string>();
  for (const fact of context.facts(['lb.server-state', 'lb.started', 'lb.connection-failed'])) {
    if (fact.type === 'lb.connection-failed') {
      const { backend, server, termination, lasted } = fact.data;
      if (fact.when === null || !/^[Ss]C/.test(termination)) continue;
      const key = `${fact.node ?? ''} ${backend ?? ''}/${server ?? ''}`;
      const began = (fact.when - (lasted ?? 0)) as EpochMicros;
      refused.set(key, [...(refused.get(key) ?? []).filter((at) => began - at < CHECKS), began]);
      continue;
    }
    if (fact.type === 'lb.started') {
      for (const [key, outage] of open) {
        if (!key.startsWith(`${fact.node ?? ''} `)) continue;
        open.delete(key);
        downBefore.add(key);
        yield { ...outage, to: fact.when, evidence: [...outage.evidence, context.cite(fact, phrase('the load balancer began anew'))] };
      }
      continue;
    }
    const { backend, server, up, reason, asked } = fact.data;
    const key = `${fact.node ?? ''} ${backend}/${server}`;
    const known = open.get(key);
    if (up) {
      downBefore.delete(key);
      if (known === undefined) continue;
      open.delete(key);
      yield { ...known, to: fact.when, evidence: [...known.evidence, context.cite(fact, phrase('{server} UP again', { server }))] };
    } else if (known === undefined) {
      const node = addresses.nodeOf(server) ?? addresses.nodeOf(configured.get(server) ?? '');
      open.set(key, {
        backend,
        server,
        node: node ?? server,
        known: node !== null,
        seenBy: context.nodesOfFact(fact),
        from: asked ? fact.when : begun(fact.when, refused.get(key) ?? []),
        to: null,
        reason,
        asked,
        atStart: starts.justBefore(fact) && !downBefore.has(key),
        evidence: [context.cite(fact, asked ? phrase('{server} taken out of service', { server }) : phrase('{server} marked DOWN', { server }))],
      });
    } else if (known.evidence.length < 6) known.evidence.push(context.cite(fact, phrase('{server} still DOWN', { server })));
  }
  for (const fact of context.facts(['lb.server-stat'])) {
    const { backend, server, status, lastChangeSeconds } = fact.data;
    const key = `${fact.node ?? ''} ${backend}/${server}`;
    const outage = open.get(key);
    const asked = fact.when ?? context.collectedAt;
    if (outage === undefined || !status.startsWith('UP') || lastChangeSeconds === null || asked === null) continue;
    const to = (asked - lastChangeSeconds * SECOND) as EpochMicros;
    if (outage.from !== null && to < outage.from) continue;
    open.delete(key);
    yield { ...outage, to, evidence: [...outage.evidence, context.cite(fact, phrase('{server} is UP since then', { server }))] };
  }
  yield* open.values();
}

/** The first connection that failed shortly before the balancer gave the server up: it had gone by then. */
function begun(down: EpochMicros | null, refused: readonly EpochMicros[]): EpochMicros | null {
  if (down === null) return null;
  const before = refused.filter((at) => at <= down && down - at < CHECKS);
  return before.reduce((first, at) => (at < first ? at : first), down);
}
