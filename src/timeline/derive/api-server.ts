import type { Derived } from '../../model/derived.ts';
import { MINUTE, SECOND, formatDuration } from '../../model/time.ts';
import type { EtcdErrorKind } from '../../model/fact.ts';
import { defineDerivation } from '../derivation.ts';
import type { DerivationContext, TimedFact } from '../derivation.ts';
import { hostOf, isLoopback } from '../identity/addresses.ts';
import { LASTING, Restarts } from './api-server-restarts.ts';
import { LoadBalancerStarts } from './load-balancer-starts.ts';
import { SpanCollector } from './spans.ts';

const GAP = 10 * SECOND;
/** Two failures of a stretch must lie this far apart before it counts as more than a blip. */
const MIN_COUNT = 3;

const BLOCKING: ReadonlySet<EtcdErrorKind> = new Set(['no-leader', 'timeout', 'unreachable', 'nospace', 'corrupt', 'leader-changed', 'overloaded']);

/** Nothing listened there; a gRPC client without a connection repeats the reason of its last attempt. */
const REFUSED = /connect: connection refused/;

/** Stretches in which an API server could not serve: etcd behind it failed, nobody could reach it, or its health checks failed. */
export const apiServerDerivation = defineDerivation({
  id: 'api-server',
  reads: [
    'apiserver.etcd-error',
    'apiserver.unreachable',
    'apiserver.overloaded',
    'apiserver.health-check',
    'apiserver.started',
    'apiserver.stopping',
    'lb.server-state',
    'lb.started',
    'k8s-lease.update-failed',
    'node.condition',
    'node.listed',
  ],
  gives: ['apiserver.unavailable', 'apiserver.etcd-errors', 'node.not-ready'],
  *derive(context): Generator<Derived<'apiserver.unavailable' | 'apiserver.etcd-errors' | 'node.not-ready'>> {
    const spans = new SpanCollector<string>(GAP);
    const errors = new SpanCollector<string>(MINUTE);
    const samples = new Map<string, string>();
    const unplaced = new Set<string>(['']);
    const restarts = new Restarts(context);
    for (const fact of context.facts([
      'apiserver.etcd-error',
      'apiserver.unreachable',
      'apiserver.overloaded',
      'apiserver.health-check',
      'k8s-lease.update-failed',
    ])) {
      if (fact.when === null) continue;
      const node = fact.node ?? '';
      // logs of which nothing says whose they are may be of several API servers
      const own = fact.node ?? `(${context.pathOf(fact).replaceAll('\n', ' ')})`;
      if (fact.node === null) unplaced.add(own);
      switch (fact.type) {
        case 'apiserver.etcd-error': {
          if (fact.component !== 'kube-apiserver') break;
          errors.add(`${own}\n${fact.data.kind}`, fact.when, 1, () => context.cite(fact, `etcd answered: ${fact.data.kind}`));
          if (!BLOCKING.has(fact.data.kind)) break;
          samples.set(`${own}\netcd`, fact.data.error);
          restarts.dials(own, fact.data.error);
          spans.add(`${own}\netcd`, fact.when, REFUSED.test(fact.data.error) ? 1 : 2, () => context.cite(fact, 'the API server could not use etcd'));
          break;
        }
        case 'apiserver.unreachable': {
          if (fact.data.kind !== 'refused') break;
          const owner = ownerOf(context, fact.data.address, node, unplaced);
          samples.set(`${owner}\nrefused`, fact.data.error);
          spans.add(`${owner}\nrefused`, fact.when, 1, () => context.cite(fact, 'connection to the API server refused'));
          break;
        }
        case 'k8s-lease.update-failed': {
          const refused = /"https:\/\/([^/"]+)[^"]*": dial tcp \S+ connect: connection refused/.exec(fact.data.error);
          if (refused === null) break;
          const owner = ownerOf(context, refused[1] ?? null, node, unplaced);
          samples.set(`${owner}\nrefused`, fact.data.error);
          spans.add(`${owner}\nrefused`, fact.when, 1, () => context.cite(fact, 'connection to the API server refused'));
          break;
        }
        case 'apiserver.overloaded':
          samples.set(`${own}\noverload`, fact.data.error);
          spans.add(`${own}\noverload`, fact.when, 1, () => context.cite(fact, 'the API server refused or cut off requests'));
          break;
        case 'apiserver.health-check':
          if (!fact.data.ok && fact.data.check.startsWith('etcd')) {
            spans.add(`${own}\nhealth`, fact.when, 1, () => context.cite(fact, `health check ${fact.data.check} failed`));
          }
          break;
      }
    }
    for (const [key, span] of spans.all()) {
      const [node = '', kind] = key.split('\n');
      if (span.count < MIN_COUNT || (kind !== 'etcd' && kind !== 'refused' && kind !== 'overload' && kind !== 'health')) continue;
      const outage = {
        node: unplaced.has(node) && kind === 'refused' ? null : node,
        kind,
        refusedOnly: span.worst === 1,
        from: span.from,
        to: span.to,
      } as const;
      if (restarts.planned(outage)) continue;
      const nodes = unplaced.has(node) ? [] : [node];
      const duration = span.to - span.from;
      const ongoing = context.collectedAt !== null && context.collectedAt - span.to < 5 * SECOND;
      const doubt = duration < LASTING ? null : restarts.doubt(outage);
      if (doubt !== null) {
        context.undecided('apiserver-unavailable', doubt, nodes);
        continue;
      }
      if (ongoing && duration < LASTING) stillShort(context, nodes, duration);
      yield {
        type: 'apiserver.unavailable',
        from: span.from,
        to: span.to,
        nodes,
        data: {
          node,
          kind,
          count: span.count,
          duration,
          ongoing,
          sample: samples.get(key) ?? '',
        },
        evidence: span.evidence,
      };
    }
    for (const [key, span] of errors.all()) {
      const [node = '', kind] = key.split('\n');
      const typed = [...BLOCKING, 'too-large', 'tls', 'auth', 'compacted', 'other'].find((name) => name === kind);
      if (typed === undefined) continue;
      yield {
        type: 'apiserver.etcd-errors',
        from: span.from,
        to: span.to,
        nodes: unplaced.has(node) ? [] : [node],
        data: { node, kind: typed as EtcdErrorKind, count: span.count, sample: samples.get(`${node}\netcd`) ?? '' },
        evidence: span.evidence,
      };
    }
    yield* backendsDown(context, restarts, new LoadBalancerStarts(context));
    yield* notReady(context);
  },
});

/** The evidence ends in the first seconds of it: a restart, or the beginning of an outage. */
function stillShort(context: DerivationContext, nodes: readonly string[], duration: number): void {
  const because = `an API server had not served for ${formatDuration(duration)} when the evidence ends: a restart, or an outage that had just begun`;
  context.undecided('apiserver-unavailable', because, nodes);
}

/** Whose API server an address is: that of a machine of the case, of the client's own, or of nobody in particular (a virtual address). */
function ownerOf(context: DerivationContext, address: string | null, client: string, unplaced: Set<string>): string {
  if (address === null) return client;
  const host = hostOf(address);
  if (isLoopback(host)) return client;
  const node = context.memberByText(host)?.node ?? (context.nodes.includes(host) ? host : null);
  if (node === null) unplaced.add(address);
  return node ?? address;
}

/** A load balancer that saw port 6443 closed saw an API server down. */
function* backendsDown(context: DerivationContext, restarts: Restarts, starts: LoadBalancerStarts) {
  const down = new Map<string, { from: TimedFact<'lb.server-state'> }>();
  for (const fact of context.facts(['lb.server-state'])) {
    const { backend, server, up } = fact.data;
    if (!/api|6443|master|control|k8s|kube/i.test(`${backend} ${server}`)) continue;
    const key = `${backend}/${server}`;
    const first = down.get(key);
    if (!up) {
      if (first === undefined) down.set(key, { from: fact });
      continue;
    }
    down.delete(key);
    if (first === undefined) continue;
    yield* one(first.from, fact);
  }
  for (const { from } of down.values()) yield* one(from, null);

  function* one(start: TimedFact<'lb.server-state'>, end: TimedFact<'lb.server-state'> | null) {
    const { server, reason, backend } = start.data;
    const node = context.nodes.includes(server) ? server : (context.memberByText(server)?.node ?? server);
    const from = start.at === null ? null : context.correct(start.node, start.at);
    const to = end === null || end.at === null ? null : context.correct(end.node, end.at);
    const last = to ?? context.collectedAt ?? from;
    const duration = from === null || last === null ? 0 : last - from;
    if (to === null && duration < LASTING) stillShort(context, [node], duration);
    if (to !== null && starts.justBefore(start)) return;
    const machine = context.nodes.includes(node) ? node : null;
    if (from !== null && to !== null && restarts.restarted(machine, from, to)) return;
    yield {
      type: 'apiserver.unavailable' as const,
      from,
      to,
      nodes: [node],
      data: {
        node,
        kind: 'refused' as const,
        count: MIN_COUNT,
        duration,
        ongoing: to === null,
        sample: `${backend}/${server} is DOWN${reason === null ? '' : `: ${reason}`}`,
      },
      evidence: [context.cite(start, 'the load balancer found the API server down'), ...(end === null ? [] : [context.cite(end, 'up again')])],
    };
  }
}

function* notReady(context: DerivationContext) {
  const seen = new Set<string>();
  for (const fact of context.facts(['node.condition', 'node.listed'])) {
    const ready = fact.type === 'node.condition' ? fact.data.ready : !/\b(?:NotReady|Unknown)\b/.test(fact.data.status);
    const { node } = fact.data;
    if (ready || seen.has(node)) continue;
    seen.add(node);
    const since = fact.type === 'node.condition' ? fact.data.since : null;
    const reason = fact.type === 'node.condition' ? (fact.data.message ?? fact.data.reason) : fact.data.status;
    yield {
      type: 'node.not-ready' as const,
      from: since,
      to: null,
      nodes: [node],
      data: { node, reason, since },
      evidence: [context.cite(fact, `node ${node} is not ready`)],
    };
  }
}
