import type { Component } from '../../model/bundle.ts';
import type { Derived } from '../../model/derived.ts';
import { phrase } from '../../model/phrases.ts';
import { MINUTE, SECOND, formatDuration } from '../../model/time.ts';
import type { EtcdErrorKind } from '../../model/facts/kubernetes.ts';
import { defineDerivation } from '../derivation.ts';
import type { DerivationContext } from '../derivation.ts';
import { Addresses } from './addresses.ts';
import { backendOutages, speaksOfApi } from './backend-outages.ts';
import { LASTING, Restarts } from './api-server-restarts.ts';
import { ETCD_ERROR_WORDS } from './failure-words.ts';
import { SpanCollector } from './spans.ts';
import { Witnesses } from './witnesses.ts';

const GAP = 10 * SECOND;
/** Two failures of a stretch must lie this far apart before it counts as more than a blip. */
const MIN_COUNT = 3;

const BLOCKING: ReadonlySet<EtcdErrorKind> = new Set(['no-leader', 'timeout', 'unreachable', 'nospace', 'corrupt', 'leader-changed', 'overloaded']);

/** Who speaks as an API server: k3s and rke2 are one process with it. */
const SERVERS: ReadonlySet<Component> = new Set<Component>(['kube-apiserver', 'k3s', 'rke2']);

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
    'lb.connection-failed',
    'k8s-lease.update-failed',
    'lb.server-stat',
    'lb.server-configured',
    'node.address',
    'kubelet.probe-failed',
    'kubelet.container-failed',
    'systemd.unit',
  ],
  gives: ['apiserver.unavailable', 'apiserver.etcd-errors'],
  *derive(context): Generator<Derived<'apiserver.unavailable' | 'apiserver.etcd-errors'>> {
    const spans = new SpanCollector<string>(GAP);
    const errors = new SpanCollector<string>(MINUTE);
    const samples = new Map<string, string>();
    const unplaced = new Set<string>(['']);
    const restarts = new Restarts(context);
    const witnesses = new Witnesses(context);
    const addresses = new Addresses(context);
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
          if (!SERVERS.has(fact.component)) break;
          errors.add(
            `${own}
${fact.data.kind}`,
            fact.when,
            1,
            () => context.cite(fact, phrase('a request to etcd failed: {reason}', { reason: ETCD_ERROR_WORDS[fact.data.kind] })),
          );
          if (!BLOCKING.has(fact.data.kind)) break;
          samples.set(`${own}\netcd`, fact.data.error);
          restarts.dials(own, fact.data.error);
          spans.add(`${own}\netcd`, fact.when, REFUSED.test(fact.data.error) ? 1 : 2, () => context.cite(fact, phrase('the API server could not use etcd')));
          break;
        }
        case 'apiserver.unreachable': {
          if (fact.data.kind !== 'refused') break;
          const owner = addresses.serverOf(fact.data.address, node);
          if (!context.nodes.includes(owner)) unplaced.add(owner);
          samples.set(`${owner}\nrefused`, fact.data.error);
          witnesses.add(owner, fact, fact.when);
          spans.add(`${owner}\nrefused`, fact.when, 1, () => context.cite(fact, phrase('connection to the API server refused')));
          break;
        }
        case 'k8s-lease.update-failed': {
          const refused = /"https:\/\/([^/"]+)[^"]*": dial tcp \S+ connect: connection refused/.exec(fact.data.error);
          if (refused === null) break;
          const owner = addresses.serverOf(refused[1] ?? null, node);
          if (!context.nodes.includes(owner)) unplaced.add(owner);
          samples.set(`${owner}\nrefused`, fact.data.error);
          witnesses.add(owner, fact, fact.when);
          spans.add(`${owner}\nrefused`, fact.when, 1, () => context.cite(fact, phrase('connection to the API server refused')));
          break;
        }
        case 'apiserver.overloaded':
          // clients that were told so have it from a server their line does not name
          if (!SERVERS.has(fact.component)) break;
          samples.set(`${own}\noverload`, fact.data.error);
          spans.add(`${own}\noverload`, fact.when, 1, () => context.cite(fact, phrase('the API server refused or cut off requests')));
          break;
        case 'apiserver.health-check':
          if (!fact.data.ok && fact.data.check.startsWith('etcd')) {
            spans.add(`${own}\nhealth`, fact.when, 1, () => context.cite(fact, phrase('health check {check} failed', { check: fact.data.check })));
          }
          break;
      }
    }
    for (const [key, span] of spans.all()) {
      const [node = '', kind] = key.split('\n');
      if (span.count < MIN_COUNT || (kind !== 'etcd' && kind !== 'refused' && kind !== 'overload' && kind !== 'health')) continue;
      const outage = { node, kind, refusedOnly: span.worst === 1, anywhere: unplaced.has(node), from: span.from, to: span.to } as const;
      if (restarts.planned(outage)) continue;
      const nodes = unplaced.has(node) ? [] : [node];
      const duration = span.to - span.from;
      const ongoing = context.collectedAt !== null && context.collectedAt - span.to < 5 * SECOND;
      const doubt = duration < LASTING ? null : (restarts.doubt(outage) ?? witnesses.doubt(outage));
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
    yield* backendsDown(context, restarts);
  },
});

/** The evidence ends in the first seconds of it: a restart, or the beginning of an outage. */
function stillShort(context: DerivationContext, nodes: readonly string[], duration: number): void {
  const because = phrase('an API server had not served for {duration} when the evidence ends: a restart, or an outage that had just begun', {
    duration: formatDuration(duration),
  });
  context.undecided('apiserver-unavailable', because, nodes);
}

/** A load balancer that saw port 6443 closed saw an API server down. */
function* backendsDown(context: DerivationContext, restarts: Restarts) {
  for (const { backend, server, node, known, from, to, reason, asked, atStart, evidence } of backendOutages(context)) {
    if (asked || (atStart && to !== null) || !speaksOfApi(backend, server)) continue;
    const last = to ?? context.collectedAt ?? from;
    const duration = from === null || last === null ? 0 : last - from;
    if (from !== null && to !== null && restarts.planned({ node, kind: 'refused', refusedOnly: true, checked: true, anywhere: !known, from, to })) continue;
    if (to === null && duration < LASTING) stillShort(context, [node], duration);
    yield {
      type: 'apiserver.unavailable' as const,
      from,
      to,
      nodes: [node],
      data: {
        node,
        kind: reason === null || reason.startsWith('Layer4 connection') ? ('refused' as const) : ('health' as const),
        count: MIN_COUNT,
        duration,
        ongoing: to === null,
        sample: `${backend}/${server} is DOWN${reason === null ? '' : `: ${reason}`}`,
      },
      evidence,
    };
  }
}
