import type { Derived } from '../../model/derived.ts';
import { phrase } from '../../model/phrases.ts';
import type { EntryId } from '../../model/ids.ts';
import { formatDuration, SECOND } from '../../model/time.ts';
import type { EpochMicros } from '../../model/time.ts';
import { defineDerivation } from '../derivation.ts';
import type { DerivationContext, TimedFact } from '../derivation.ts';
import { isControlPlaneLease, nodeOfHolder } from './control-plane.ts';
import { holdersOfLogs, holdersOfObjects } from './lease-holders.ts';
import { leaseLosses } from './lease-losses.ts';

/** Where kubelets report that they live (kubernetes/api `core/v1`: NamespaceNodeLease). */
const NODE_LEASES = 'kube-node-lease';

/** Kubernetes leader leases: who lost one, whether two held one at a time, which are stale. */
export const leasesDerivation = defineDerivation({
  id: 'leases',
  reads: [
    'k8s-lease.acquired',
    'k8s-lease.acquiring',
    'k8s-lease.lost',
    'k8s-lease.worked',
    'k8s-lease.update-failed',
    'k8s-lease.object',
    'apiserver.started',
    'apiserver.stopping',
    'kubelet.probe-failed',
    'kubelet.container-failed',
  ],
  gives: ['k8s-lease.lost', 'k8s-lease.two-holders', 'k8s-lease.stale'],
  *derive(context): Generator<Derived<'k8s-lease.lost' | 'k8s-lease.two-holders' | 'k8s-lease.stale'>> {
    yield* leaseLosses(context);
    yield* holdersOfObjects(context);
    yield* holdersOfLogs(context);
    yield* staleObjects(context);
  },
});

interface Renewal {
  readonly fact: TimedFact<'k8s-lease.object'>;
  readonly renewed: EpochMicros;
  readonly node: string | null;
}

function* staleObjects(context: DerivationContext): Generator<Derived<'k8s-lease.stale'>> {
  if (context.collectedAt === null) return;
  const newest = new Map<string, Renewal>();
  // kubelets renew theirs every ten seconds: the newest of them in a list tells when the list was made
  const listedAt = new Map<EntryId, EpochMicros>();
  for (const fact of context.facts(['k8s-lease.object'])) {
    const { namespace, name, holder, renewedAt, legacy } = fact.data;
    if (renewedAt === null || legacy) continue;
    const node = nodeOfHolder(context.nodes, holder);
    const renewed = context.correct(node, renewedAt);
    if (namespace === NODE_LEASES) {
      listedAt.set(fact.ref.entry, Math.max(listedAt.get(fact.ref.entry) ?? renewed, renewed) as EpochMicros);
      continue;
    }
    const lease = `${namespace}/${name}`;
    if (!isControlPlaneLease(lease)) continue;
    const known = newest.get(lease);
    if (known === undefined || known.renewed < renewed) newest.set(lease, { fact, renewed, node });
  }
  for (const [lease, { fact, renewed, node }] of newest) {
    const duration = (fact.data.durationSeconds ?? 15) * SECOND;
    const age = Math.min(context.collectedAt, listedAt.get(fact.ref.entry) ?? Infinity) - renewed;
    if (age <= 2 * duration) continue;
    yield {
      type: 'k8s-lease.stale' as const,
      from: renewed,
      to: null,
      nodes: node === null ? [] : [node],
      data: { lease, holder: fact.data.holder, age, duration },
      evidence: [context.cite(fact, phrase('last renewed {age} before collection', { age: formatDuration(age) }))],
    };
  }
}
