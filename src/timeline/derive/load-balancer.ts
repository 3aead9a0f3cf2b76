import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import { MINUTE, SECOND } from '../../model/time.ts';
import type { EpochMicros } from '../../model/time.ts';
import { defineDerivation } from '../derivation.ts';
import type { DerivationContext, TimedFact } from '../derivation.ts';
import { Restarts } from './api-server-restarts.ts';
import { LoadBalancerStarts } from './load-balancer-starts.ts';

/** Backends a load balancer took out, pools left empty, servers nobody checks, and virtual addresses held twice. */
export const loadBalancerDerivation = defineDerivation({
  id: 'load-balancer',
  reads: ['lb.server-state', 'lb.backend-empty', 'lb.server-stat', 'lb.started', 'vip.state', 'apiserver.started', 'apiserver.stopping'],
  gives: ['lb.backend-down', 'lb.all-down', 'lb.unchecked', 'vip.two-masters', 'vip.flapping'],
  *derive(context): Generator<Derived<'lb.backend-down' | 'lb.all-down' | 'lb.unchecked' | 'vip.two-masters' | 'vip.flapping'>> {
    const starts = new LoadBalancerStarts(context);
    yield* serversDown(context, starts);
    yield* poolsEmpty(context, starts);
    yield* statistics(context);
    yield* virtualAddresses(context);
  },
});

interface Down {
  /** found down by the first checks after the load balancer was started */
  readonly atStart: boolean;
  readonly from: EpochMicros | null;
  readonly reason: string | null;
  readonly nodes: readonly string[];
  readonly evidence: Citation[];
}

function lasted(context: DerivationContext, from: EpochMicros | null, to: EpochMicros | null): number {
  const end = to ?? context.collectedAt;
  return from === null || end === null ? 0 : Math.max(0, end - from);
}

function* serversDown(context: DerivationContext, starts: LoadBalancerStarts) {
  const restarts = new Restarts(context);
  const open = new Map<string, Down>();
  const finish = (key: string, down: Down, to: EpochMicros | null) => {
    const [backend = '', server = ''] = key.split('/');
    return {
      type: 'lb.backend-down' as const,
      from: down.from,
      to,
      nodes: down.nodes,
      data: { backend, server, duration: lasted(context, down.from, to), ongoing: to === null, reason: down.reason },
      evidence: down.evidence,
    };
  };
  for (const fact of context.facts(['lb.server-state'])) {
    const { backend, server, up, reason } = fact.data;
    const key = `${backend}/${server}`;
    const known = open.get(key);
    if (!up) {
      if (known === undefined) {
        const behind = context.nodes.includes(server) ? [server] : [];
        open.set(key, {
          atStart: starts.justBefore(fact),
          from: fact.when,
          reason,
          nodes: [...new Set([...behind, ...context.nodesOfFact(fact)])],
          evidence: [context.cite(fact, `${server} marked DOWN`)],
        });
      } else if (known.evidence.length < 6) known.evidence.push(context.cite(fact, `${server} still DOWN`));
      continue;
    }
    if (known === undefined) continue;
    known.evidence.push(context.cite(fact, `${server} UP again`));
    open.delete(key);
    if (known.atStart) {
      context.undecided('lb-backend-down', `whether ${server} had been up: the load balancer had just been started when it found it down`, known.nodes);
      continue;
    }
    const machine = context.nodes.includes(server) ? server : (context.memberByText(server)?.node ?? null);
    // a server that was restarted on purpose was away as planned
    if (known.from !== null && fact.when !== null && restarts.restarted(machine, known.from, fact.when)) continue;
    yield finish(key, known, fact.when);
  }
  for (const [key, down] of open) yield finish(key, down, null);
}

function* poolsEmpty(context: DerivationContext, starts: LoadBalancerStarts) {
  const open = new Map<
    string,
    { readonly atStart: boolean; readonly from: EpochMicros | null; readonly nodes: readonly string[]; readonly evidence: Citation[] }
  >();
  const finish = (backend: string, to: EpochMicros | null) => {
    const pool = open.get(backend);
    open.delete(backend);
    return pool === undefined || (pool.atStart && to !== null)
      ? []
      : [
          {
            type: 'lb.all-down' as const,
            from: pool.from,
            to,
            nodes: pool.nodes,
            data: { backend, duration: lasted(context, pool.from, to), ongoing: to === null },
            evidence: pool.evidence,
          },
        ];
  };
  for (const fact of context.facts(['lb.backend-empty', 'lb.server-state'])) {
    const { backend } = fact.data;
    if (fact.type === 'lb.backend-empty') {
      if (!open.has(backend))
        open.set(backend, {
          atStart: starts.justBefore(fact),
          from: fact.when,
          nodes: context.nodesOfFact(fact),
          evidence: [context.cite(fact, `no server left in ${backend}`)],
        });
    } else if (fact.data.up && open.has(backend)) {
      open.get(backend)?.evidence.push(context.cite(fact, 'a server is back'));
      yield* finish(backend, fact.when);
    }
  }
  for (const backend of Array.from(open.keys())) yield* finish(backend, null);
}

/** `show stat` at collection: servers down then, and servers without a health check. */
function* statistics(context: DerivationContext) {
  const logged = new Set<string>();
  for (const fact of context.facts(['lb.server-state'])) logged.add(`${fact.data.backend}/${fact.data.server}`);
  for (const fact of context.facts(['lb.server-stat'])) {
    const { backend, server, status, checkStatus, lastChangeSeconds } = fact.data;
    if (server === 'FRONTEND' || server === 'BACKEND') continue;
    const nodes = context.nodes.includes(server) ? [server] : context.nodesOfFact(fact);
    if (status.startsWith('no check')) {
      yield {
        type: 'lb.unchecked' as const,
        from: null,
        to: null,
        nodes,
        data: { backend, server },
        evidence: [context.cite(fact, `${server} has no health check`)],
      };
    } else if (status.startsWith('DOWN') && !logged.has(`${backend}/${server}`)) {
      const at = fact.when ?? context.collectedAt;
      const from = at === null || lastChangeSeconds === null ? null : ((at - lastChangeSeconds * SECOND) as EpochMicros);
      yield {
        type: 'lb.backend-down' as const,
        from,
        to: null,
        nodes,
        data: { backend, server, duration: lastChangeSeconds === null ? 0 : lastChangeSeconds * SECOND, ongoing: true, reason: checkStatus },
        evidence: [context.cite(fact, `${server} is ${status}`)],
      };
    }
  }
}

function* virtualAddresses(context: DerivationContext) {
  const masters = new Map<string, Map<string, TimedFact<'vip.state'>>>();
  const changes = new Map<string, TimedFact<'vip.state'>[]>();
  for (const fact of context.facts(['vip.state'])) {
    const { instance, state } = fact.data;
    if (fact.node === null || fact.when === null) continue;
    const holders = masters.get(instance) ?? new Map<string, TimedFact<'vip.state'>>();
    masters.set(instance, holders);
    const list = changes.get(instance) ?? [];
    changes.set(instance, list);
    if (state === 'MASTER') list.push(fact);
    const before = holders.get(fact.node);
    if (state === 'MASTER') {
      if (before === undefined) holders.set(fact.node, fact);
      continue;
    }
    holders.delete(fact.node);
    if (before === undefined || before.when === null) continue;
    for (const [node, other] of holders) {
      if (other.when === null) continue;
      const from = Math.max(other.when, before.when) as EpochMicros;
      yield twoMasters(instance, [fact.node, node], from, fact.when, [
        context.cite(before, `${fact.node} became MASTER`),
        context.cite(other, `${node} became MASTER`),
        context.cite(fact, `${fact.node} left MASTER`),
      ]);
    }
  }
  for (const [instance, holders] of masters) {
    const rows = [...holders.values()];
    const [first, second] = rows;
    if (first?.when === undefined || second?.when === undefined || first.when === null || second.when === null || context.collectedAt === null) continue;
    const from = Math.max(first.when, second.when) as EpochMicros;
    yield twoMasters(
      instance,
      rows.map((row) => row.node ?? ''),
      from,
      context.collectedAt,
      rows.map((row) => context.cite(row, `${row.node ?? ''} became MASTER and never left it`)),
    );
  }
  for (const [instance, list] of changes) {
    for (let i = 0; i + 3 < list.length; i += 1) {
      const first = list[i];
      const fourth = list[i + 3];
      if (first?.when === undefined || fourth?.when === undefined || first.when === null || fourth.when === null || fourth.when - first.when > 10 * MINUTE)
        continue;
      yield {
        type: 'vip.flapping' as const,
        from: first.when,
        to: fourth.when,
        nodes: [...new Set(list.map((row) => row.node ?? ''))].toSorted(),
        data: { instance, transitions: list.length },
        evidence: list.slice(i, i + 6).map((row) => context.cite(row, `${row.node ?? ''} became MASTER`)),
      };
      break;
    }
  }
}

function twoMasters(instance: string, nodes: readonly string[], from: EpochMicros, to: EpochMicros, evidence: readonly Citation[]) {
  return {
    type: 'vip.two-masters' as const,
    from,
    to,
    nodes: nodes.toSorted(),
    data: { instance, nodes: nodes.toSorted(), overlap: Math.max(0, to - from) },
    evidence,
  };
}
