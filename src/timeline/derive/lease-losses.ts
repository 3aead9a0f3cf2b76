import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import { formatDuration, SECOND } from '../../model/time.ts';
import type { EpochMicros } from '../../model/time.ts';
import type { DerivationContext, TimedFact } from '../derivation.ts';
import { Restarts } from './api-server-restarts.ts';
import { isControlPlaneLease, leaseShortName } from './control-plane.ts';

/** client-go: leaderelection defaults, leaseDuration 15 s, renewDeadline 10 s */
export const RENEW_DEADLINE = 10 * SECOND;
export const LEASE_DURATION = 15 * SECOND;
const MANY_IN_ONE: ReadonlySet<string> = new Set(['other', 'k3s', 'rke2']);

type LeaseFact = TimedFact<'k8s-lease.acquired' | 'k8s-lease.acquiring' | 'k8s-lease.lost' | 'k8s-lease.update-failed'>;

interface Loss {
  readonly lease: string;
  readonly component: string;
  readonly node: string | null;
  readonly from: EpochMicros;
  readonly planned: boolean;
  to: EpochMicros | null;
  readonly evidence: Citation[];
}

/** Which lease a log is about: a process that says only that it lost leadership has said before what it ran for. */
export class LeaseNames {
  private readonly bySource = new Map<number, string>();

  of(fact: TimedFact<'k8s-lease.acquired' | 'k8s-lease.acquiring' | 'k8s-lease.lost' | 'k8s-lease.update-failed' | 'k8s-lease.worked'>): string | null {
    const named = fact.data.lease;
    if (named !== null && named !== '') {
      if (fact.type !== 'k8s-lease.worked') this.bySource.set(fact.source, named);
      return named;
    }
    return MANY_IN_ONE.has(fact.component) ? (this.bySource.get(fact.source) ?? null) : `kube-system/${fact.component}`;
  }
}

/** A loss lasts from the moment the holder gave up to the next acquisition of that lease by anyone. */
export function* leaseLosses(context: DerivationContext): Generator<Derived<'k8s-lease.lost'>> {
  const names = new LeaseNames();
  const restarts = new Restarts(context);
  const open = new Map<string, Loss>();
  const done: Loss[] = [];
  const failing = new Map<string, TimedFact<'k8s-lease.update-failed'>>();
  const lastFailed = new Map<string, EpochMicros>();
  const holders = new Map<string, string>();
  for (const fact of context.facts(['k8s-lease.acquired', 'k8s-lease.acquiring', 'k8s-lease.lost', 'k8s-lease.update-failed'])) {
    const lease = names.of(fact);
    if (fact.when === null || fact.type === 'k8s-lease.acquiring' || lease === null) continue;
    const where = fact.node ?? `#${fact.source}`;
    const key = `${lease} ${where}`;
    if (fact.type === 'k8s-lease.update-failed') {
      const before = lastFailed.get(key);
      if (before === undefined || fact.when - before > 2 * LEASE_DURATION) failing.set(key, fact);
      lastFailed.set(key, fact.when);
      continue;
    }
    if (fact.type === 'k8s-lease.acquired') {
      for (const [other, loss] of open) {
        if (loss.lease !== lease) continue;
        loss.to = fact.when;
        loss.evidence.push(context.cite(fact, 'the lease is held again'));
        done.push(loss);
        open.delete(other);
      }
      failing.delete(key);
      lastFailed.delete(key);
      holders.set(lease, where);
      continue;
    }
    const known = open.get(key);
    if (known !== undefined) {
      if (known.evidence.length < 10) known.evidence.push(context.cite(fact, fact.data.stage === 'gave-up' ? 'the process gave up leading' : 'renewal failed'));
      continue;
    }
    const closed = done.findLast((loss) => loss.lease === lease && loss.node === fact.node);
    // the process says once more that it gave up, while somebody else holds the lease already
    if (closed !== undefined && fact.data.stage === 'gave-up' && fact.when - closed.from < RENEW_DEADLINE) continue;
    const failedAt = lastFailed.get(key) ?? null;
    const tried = failedAt !== null && fact.when - failedAt <= LEASE_DURATION;
    const taken = (holders.get(lease) ?? where) !== where;
    const asked = !tried && !taken && covered(context, fact);
    const first = tried ? failing.get(key) : undefined;
    const evidence = [
      context.cite(fact, asked ? 'it stopped leading; no renewal had failed before' : `no renewal succeeded for ${formatDuration(RENEW_DEADLINE)}`),
    ];
    if (first !== undefined) evidence.unshift(context.cite(first, 'first renewal that failed'));
    const planned = asked || (fact.node !== null && restarts.askedFor(fact.node, (first?.when ?? fact.when) as EpochMicros, fact.when));
    const component = MANY_IN_ONE.has(fact.component) ? leaseShortName(lease) : fact.component;
    open.set(key, { lease, component, node: fact.node, from: fact.when, planned, to: null, evidence });
  }
  for (const loss of [...done, ...open.values()]) {
    const end = loss.to ?? context.collectedAt ?? loss.from;
    yield {
      type: 'k8s-lease.lost' as const,
      from: loss.from,
      to: loss.to,
      nodes: loss.node === null ? [] : [loss.node],
      data: {
        lease: loss.lease,
        component: loss.component,
        holder: loss.node,
        duration: Math.max(0, end - loss.from),
        ongoing: loss.to === null,
        controlPlane: isControlPlaneLease(loss.lease),
        planned: loss.planned,
      },
      evidence: loss.evidence,
    };
  }
}

/**
 * client-go says "failed to renew" also where a process that was told to stop breaks off its renewals (`renew` under a cancelled context).
 * A holder that really could not renew has logged what failed, at the latest after half its deadline: silence before it counts where
 * the log reaches back that far.
 */
function covered(context: DerivationContext, fact: LeaseFact): boolean {
  const from = context.source(fact.source)?.from ?? null;
  return from !== null && fact.at !== null && fact.at - from > RENEW_DEADLINE;
}
