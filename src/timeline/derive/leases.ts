import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import type { Component } from '../../model/bundle.ts';
import { formatDuration, SECOND } from '../../model/time.ts';
import type { EpochMicros } from '../../model/time.ts';
import { defineDerivation } from '../derivation.ts';
import type { DerivationContext, TimedFact } from '../derivation.ts';

/** client-go: leaderelection defaults, leaseDuration 15 s, renewDeadline 10 s */
const RENEW_DEADLINE = 10 * SECOND;
const LEASE_DURATION = 15 * SECOND;

interface Loss {
  readonly lease: string;
  readonly component: Component;
  readonly node: string | null;
  readonly from: EpochMicros;
  to: EpochMicros | null;
  readonly evidence: Citation[];
}

/** Kubernetes leader leases: who lost one, whether two held one at a time, which are stale. */
export const leasesDerivation = defineDerivation({
  id: 'leases',
  reads: ['k8s-lease.acquired', 'k8s-lease.lost', 'k8s-lease.worked', 'k8s-lease.update-failed', 'k8s-lease.object'],
  gives: ['k8s-lease.lost', 'k8s-lease.two-holders', 'k8s-lease.stale'],
  *derive(context): Generator<Derived<'k8s-lease.lost' | 'k8s-lease.two-holders' | 'k8s-lease.stale'>> {
    yield* losses(context);
    yield* overlapsOfObjects(context);
    yield* overlapsOfLogs(context);
    yield* staleObjects(context);
  },
});

function leaseName(fact: TimedFact<'k8s-lease.lost' | 'k8s-lease.acquired'>): string {
  return fact.data.lease ?? `kube-system/${fact.component}`;
}

/** A loss lasts from the first failed renewal to the next acquisition of that lease by anyone. */
function* losses(context: DerivationContext) {
  const open = new Map<string, Loss>();
  const done: Loss[] = [];
  const failing = new Map<string, TimedFact<'k8s-lease.update-failed'>>();
  for (const fact of context.facts(['k8s-lease.acquired', 'k8s-lease.lost', 'k8s-lease.update-failed'])) {
    if (fact.when === null) continue;
    const where = `${fact.node ?? ''} ${fact.component}`;
    if (fact.type === 'k8s-lease.update-failed') {
      const first = failing.get(where);
      if (first === undefined || first.when === null || fact.when - first.when > 2 * LEASE_DURATION) failing.set(where, fact);
      continue;
    }
    const lease = leaseName(fact);
    if (fact.type === 'k8s-lease.acquired') {
      for (const [key, loss] of open) {
        if (loss.lease !== lease) continue;
        loss.to = fact.when;
        loss.evidence.push(context.cite(fact, 'the lease is held again'));
        done.push(loss);
        open.delete(key);
      }
      failing.delete(where);
      continue;
    }
    const key = `${lease} ${where}`;
    const known = open.get(key);
    if (known !== undefined) {
      if (known.evidence.length < 10) known.evidence.push(context.cite(fact, fact.data.stage === 'gave-up' ? 'the process gave up leading' : 'renewal failed'));
      continue;
    }
    if (fact.data.lease === null && [...open.values()].some((loss) => loss.node === fact.node && loss.component === fact.component)) continue;
    const first = failing.get(where);
    // controllers say so too when they are told to stop; a loss comes after renewals that failed
    if (fact.data.stage === 'gave-up' && (first?.when == null || fact.when - first.when > 2 * LEASE_DURATION)) {
      const because = `whether ${fact.component} lost its lease or was told to stop: it gave up leading, and no failed renewal is in the case`;
      context.undecided('lease-lost', because, fact.node === null ? [] : [fact.node]);
      continue;
    }
    const evidence = [context.cite(fact, `no renewal succeeded for ${formatDuration(RENEW_DEADLINE)}`)];
    if (first !== undefined) evidence.unshift(context.cite(first, 'first renewal that failed'));
    open.set(key, { lease, component: fact.component, node: fact.node, from: fact.when, to: null, evidence });
  }
  for (const loss of [...done, ...open.values()]) {
    const end = loss.to ?? context.collectedAt ?? loss.from;
    yield {
      type: 'k8s-lease.lost' as const,
      from: loss.from,
      to: loss.to,
      nodes: loss.node === null ? [] : [loss.node],
      data: { lease: loss.lease, component: loss.component, holder: loss.node, duration: Math.max(0, end - loss.from), ongoing: loss.to === null },
      evidence: loss.evidence,
    };
  }
}

interface Claim {
  readonly holder: string;
  readonly from: EpochMicros;
  readonly until: number;
  readonly fact: TimedFact<'k8s-lease.object'>;
}

/** The same Lease read in several places with different holders whose validity overlaps. */
function* overlapsOfObjects(context: DerivationContext) {
  const byLease = new Map<string, Map<string, Claim>>();
  for (const fact of context.facts(['k8s-lease.object'])) {
    const { namespace, name, holder, acquiredAt, renewedAt, durationSeconds, legacy } = fact.data;
    if (holder === null || holder === '' || renewedAt === null || legacy) continue;
    const lease = `${namespace}/${name}`;
    const claims = byLease.get(lease) ?? new Map<string, Claim>();
    byLease.set(lease, claims);
    const until = renewedAt + (durationSeconds ?? 15) * SECOND;
    const known = claims.get(holder);
    if (known === undefined || until > known.until) claims.set(holder, { holder, from: acquiredAt ?? renewedAt, until, fact });
  }
  for (const [lease, claims] of byLease) {
    const rows = [...claims.values()].toSorted((a, b) => a.from - b.from || (a.holder < b.holder ? -1 : 1));
    for (const [index, first] of rows.entries()) {
      for (const second of rows.slice(index + 1)) {
        const from = Math.max(first.from, second.from) as EpochMicros;
        const until = Math.min(first.until, second.until);
        // renewal after the other had taken the lease is the proof; validity that merely had not run out is a normal hand-over
        const renewedAfter = (first.fact.data.renewedAt ?? 0) - second.from;
        if (until <= from || renewedAfter <= 0) continue;
        const nodes = [first, second].map((claim) => holderNode(context, claim.holder)).filter((node) => node !== null);
        yield {
          type: 'k8s-lease.two-holders' as const,
          from,
          to: until as EpochMicros,
          nodes: [...new Set(nodes)].toSorted(),
          data: { lease, holders: [first.holder, second.holder], overlap: until - from, proved: true, basis: 'objects' as const },
          evidence: [context.cite(first.fact, `${first.holder} holds ${lease}`), context.cite(second.fact, `${second.holder} holds ${lease}`)],
        };
      }
    }
  }
}

function holderNode(context: DerivationContext, holder: string): string | null {
  const host = holder.replace(/_[^_]*$/, '');
  return context.nodes.includes(host) ? host : (context.nodes.find((node) => host.split('.')[0] === node) ?? null);
}

/** One acquires a lease while the holder before it neither gave it up nor stopped working for longer than the lease lasts. */
function* overlapsOfLogs(context: DerivationContext) {
  const holder = new Map<string, TimedFact<'k8s-lease.acquired'>>();
  const suspects: {
    lease: string;
    first: TimedFact<'k8s-lease.acquired'>;
    second: TimedFact<'k8s-lease.acquired'>;
    work: TimedFact<'k8s-lease.worked'> | null;
  }[] = [];
  for (const fact of context.facts(['k8s-lease.acquired', 'k8s-lease.lost', 'k8s-lease.worked'])) {
    if (fact.when === null || fact.node === null) continue;
    if (fact.type === 'k8s-lease.worked') {
      for (const suspect of suspects) {
        if (suspect.first.node === fact.node && suspect.first.component === fact.component) suspect.work = fact;
      }
      continue;
    }
    const lease = leaseName(fact);
    if (fact.type === 'k8s-lease.lost') {
      if (holder.get(lease)?.node === fact.node) holder.delete(lease);
      for (let i = suspects.length - 1; i >= 0; i -= 1)
        if (suspects[i]?.lease === lease && suspects[i]?.first.node === fact.node && suspects[i]?.work === null) suspects.splice(i, 1);
      continue;
    }
    const before = holder.get(lease);
    if (before !== undefined && before.node !== fact.node) suspects.push({ lease, first: before, second: fact, work: null });
    holder.set(lease, fact);
  }
  for (const { lease, first, second, work } of suspects) {
    if (work?.when === undefined || work.when === null || second.when === null) continue;
    const overlap = work.when - second.when;
    if (overlap < RENEW_DEADLINE / 2) continue;
    yield {
      type: 'k8s-lease.two-holders' as const,
      from: second.when,
      to: work.when,
      nodes: [first.node ?? '', second.node ?? ''].toSorted(),
      data: { lease, holders: [first.node ?? '', second.node ?? ''], overlap, proved: overlap >= LEASE_DURATION / 2, basis: 'logs' as const },
      evidence: [
        context.cite(first, 'acquired first'),
        context.cite(second, 'acquired while the other had not given it up'),
        context.cite(work, 'the first still works under the lease'),
      ],
    };
  }
}

function* staleObjects(context: DerivationContext) {
  const now = context.collectedAt;
  if (now === null) return;
  const newest = new Map<string, TimedFact<'k8s-lease.object'>>();
  for (const fact of context.facts(['k8s-lease.object'])) {
    if (fact.data.renewedAt === null || fact.data.legacy || !fact.data.namespace.startsWith('kube-')) continue;
    const lease = `${fact.data.namespace}/${fact.data.name}`;
    const known = newest.get(lease);
    if (known === undefined || (known.data.renewedAt ?? 0) < fact.data.renewedAt) newest.set(lease, fact);
  }
  for (const [lease, fact] of newest) {
    const duration = (fact.data.durationSeconds ?? 15) * SECOND;
    const age = now - (fact.data.renewedAt ?? now);
    if (age <= 2 * duration || fact.data.holder === '') continue;
    yield {
      type: 'k8s-lease.stale' as const,
      from: fact.data.renewedAt,
      to: null,
      nodes: [holderNode(context, fact.data.holder ?? '')].filter((node) => node !== null),
      data: { lease, holder: fact.data.holder, age, duration },
      evidence: [context.cite(fact, `last renewed ${formatDuration(age)} before collection`)],
    };
  }
}
