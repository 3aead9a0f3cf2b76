import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import { phrase } from '../../model/phrases.ts';
import { SECOND } from '../../model/time.ts';
import type { EpochMicros } from '../../model/time.ts';
import { defineDerivation } from '../derivation.ts';
import type { DerivationContext } from '../derivation.ts';
import { Addresses } from './addresses.ts';
import { Restarts } from './api-server-restarts.ts';
import { backendOutages, speaksOfOthers } from './backend-outages.ts';
import { LoadBalancerStarts } from './load-balancer-starts.ts';
import { SpanCollector } from './spans.ts';

/** nginx tries a server again after `fail_timeout`, ten seconds by default. */
const REFUSED_GAP = 30 * SECOND;
const REFUSED_TIMES = 3;

/** Backends a load balancer took out, pools left empty, servers nobody checks. */
export const loadBalancerDerivation = defineDerivation({
  id: 'load-balancer',
  reads: [
    'lb.server-state',
    'lb.started',
    'lb.connection-failed',
    'lb.backend-empty',
    'lb.server-stat',
    'lb.server-configured',
    'node.address',
    'apiserver.started',
    'apiserver.stopping',
    'kubelet.probe-failed',
    'kubelet.container-failed',
  ],
  gives: ['lb.backend-down', 'lb.all-down', 'lb.unchecked'],
  *derive(context): Generator<Derived<'lb.backend-down' | 'lb.all-down' | 'lb.unchecked'>> {
    yield* serversDown(context);
    yield* poolsEmpty(context);
    yield* upstreamsRefused(context);
    yield* statistics(context);
  },
});

function lasted(context: DerivationContext, from: EpochMicros | null, to: EpochMicros | null): number {
  const end = to ?? context.collectedAt;
  return from === null || end === null ? 0 : Math.max(0, end - from);
}

function* serversDown(context: DerivationContext) {
  const restarts = new Restarts(context);
  for (const { backend, server, node, known, seenBy, from, to, reason, asked, atStart, evidence } of backendOutages(context)) {
    if (speaksOfOthers(backend, server)) continue;
    const nodes = [...new Set([...(known ? [node] : []), ...seenBy])];
    if (atStart && !asked && to !== null) {
      context.undecided(
        'lb-backend-down',
        phrase('whether {server} had been up: the load balancer had just been started when it found it down', { server }),
        nodes,
      );
      continue;
    }
    const outage = from === null || to === null ? null : ({ node, kind: 'refused', refusedOnly: true, checked: true, anywhere: !known, from, to } as const);
    yield {
      type: 'lb.backend-down' as const,
      from,
      to,
      nodes,
      data: {
        backend,
        server,
        duration: lasted(context, from, to),
        ongoing: to === null,
        reason,
        planned: asked || (outage !== null && restarts.planned(outage)),
      },
      evidence,
    };
  }
}

/** nginx checks nobody on its own: the connections it could not make tell that a server was gone. */
function* upstreamsRefused(context: DerivationContext): Generator<Derived<'lb.backend-down'>> {
  const addresses = new Addresses(context);
  const restarts = new Restarts(context);
  const spans = new SpanCollector<string>(REFUSED_GAP);
  const seenBy = new Map<string, readonly string[]>();
  for (const fact of context.facts(['lb.connection-failed'])) {
    const { server, termination } = fact.data;
    if (termination !== 'upstream' || server === null || fact.when === null) continue;
    const key = `${fact.node ?? ''}\n${server}`;
    seenBy.set(key, context.nodesOfFact(fact));
    spans.add(key, fact.when, 1, () => context.cite(fact, phrase('no connection to {server}', { server })));
  }
  for (const [key, { from, to, count, evidence }] of spans.all()) {
    const server = key.slice(key.indexOf('\n') + 1);
    if (count < REFUSED_TIMES) continue;
    const node = addresses.nodeOf(server);
    const outage = { node: node ?? server, kind: 'refused', refusedOnly: true, from, to } as const;
    const ongoing = context.collectedAt !== null && context.collectedAt - to < REFUSED_GAP;
    yield {
      type: 'lb.backend-down' as const,
      from,
      to: ongoing ? null : to,
      nodes: [...new Set([...(node === null ? [] : [node]), ...(seenBy.get(key) ?? [])])],
      data: { backend: 'upstream', server, duration: to - from, ongoing, reason: null, planned: restarts.planned(outage) },
      evidence,
    };
  }
}

function* poolsEmpty(context: DerivationContext) {
  const starts = new LoadBalancerStarts(context);
  const open = new Map<
    string,
    { readonly atStart: boolean; readonly backend: string; readonly from: EpochMicros | null; readonly nodes: readonly string[]; readonly evidence: Citation[] }
  >();
  const finish = (key: string, to: EpochMicros | null) => {
    const pool = open.get(key);
    open.delete(key);
    return pool === undefined || (pool.atStart && to !== null)
      ? []
      : [
          {
            type: 'lb.all-down' as const,
            from: pool.from,
            to,
            nodes: pool.nodes,
            data: { backend: pool.backend, duration: lasted(context, pool.from, to), ongoing: to === null },
            evidence: pool.evidence,
          },
        ];
  };
  for (const fact of context.facts(['lb.backend-empty', 'lb.server-state', 'lb.started'])) {
    if (fact.type === 'lb.started') {
      for (const key of Array.from(open.keys())) if (key.startsWith(`${fact.node ?? ''} `)) yield* finish(key, fact.when);
      continue;
    }
    const { backend } = fact.data;
    const key = `${fact.node ?? ''} ${backend}`;
    if (fact.type === 'lb.backend-empty') {
      if (speaksOfOthers(backend, '') || open.has(key)) continue;
      open.set(key, {
        atStart: starts.justBefore(fact),
        backend,
        from: fact.when,
        nodes: context.nodesOfFact(fact),
        evidence: [context.cite(fact, phrase('no server left in {backend}', { backend }))],
      });
    } else if (fact.data.up && open.has(key)) {
      open.get(key)?.evidence.push(context.cite(fact, phrase('a server is back')));
      yield* finish(key, fact.when);
    }
  }
  for (const key of Array.from(open.keys())) yield* finish(key, null);
}

/** `show stat` at collection and configurations: servers down then, and servers without a health check. */
function* statistics(context: DerivationContext) {
  const logged = new Set<string>();
  for (const fact of context.facts(['lb.server-state'])) logged.add(`${fact.data.backend}/${fact.data.server}`);
  const told = new Set<string>();
  for (const fact of context.facts(['lb.server-configured'])) {
    const { backend, server } = fact.data;
    if (fact.data.checked || speaksOfOthers(backend, server)) continue;
    told.add(`${backend}/${server}`);
    yield {
      type: 'lb.unchecked' as const,
      from: null,
      to: null,
      nodes: context.nodesOfFact(fact),
      data: { backend, server },
      evidence: [context.cite(fact, phrase('{server} is configured without a health check', { server }))],
    };
  }
  for (const fact of context.facts(['lb.server-stat'])) {
    const { backend, server, status, checkStatus, lastChangeSeconds } = fact.data;
    if (server === 'FRONTEND' || server === 'BACKEND' || speaksOfOthers(backend, server)) continue;
    const nodes = context.nodes.includes(server) ? [server] : context.nodesOfFact(fact);
    if (status.startsWith('no check')) {
      if (told.has(`${backend}/${server}`)) continue;
      yield {
        type: 'lb.unchecked' as const,
        from: null,
        to: null,
        nodes,
        data: { backend, server },
        evidence: [context.cite(fact, phrase('{server} has no health check', { server }))],
      };
    } else if (status.startsWith('DOWN') && !logged.has(`${backend}/${server}`)) {
      const at = fact.when ?? context.collectedAt;
      const from = at === null || lastChangeSeconds === null ? null : ((at - lastChangeSeconds * SECOND) as EpochMicros);
      yield {
        type: 'lb.backend-down' as const,
        from,
        to: null,
        nodes,
        data: { backend, server, duration: lastChangeSeconds === null ? 0 : lastChangeSeconds * SECOND, ongoing: true, reason: checkStatus, planned: false },
        evidence: [context.cite(fact, phrase('{server} is {status}', { server, status }))],
      };
    }
  }
}
