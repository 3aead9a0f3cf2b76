import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import { phrase } from '../../model/phrases.ts';
import { SECOND } from '../../model/time.ts';
import type { EpochMicros } from '../../model/time.ts';
import type { DerivationContext, TimedFact } from '../derivation.ts';
import { Restarts } from './api-server-restarts.ts';
import { isControlPlaneLease, leaseShortName } from './control-plane.ts';

/** client-go: leaderelection defaults, leaseDuration 15 s, renewDeadline 10 s */
export const RENEW_DEADLINE = 10 * SECOND;
export const LEASE_DURATION = 15 * SECOND;
/** OpenShift: lease 137 s, renewed within 107 s, tried every 26 s (library-go `leaderelection.go`). */
const LONGEST_DEADLINE = 110 * SECOND;
const LONGEST_RETRY = 60 * SECOND;
const MANY = 50;
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

/** Renewals that failed, by lease and place. OpenShift renews less often than client-go's defaults would, and gives up later. */
class Failures {
  private readonly byKey = new Map<string, TimedFact<'k8s-lease.update-failed'>[]>();
  private readonly durations = new Map<string, number>();

  constructor(context: DerivationContext) {
    for (const { data } of context.facts(['k8s-lease.object'])) {
      if (data.holder !== null && data.durationSeconds !== null) this.durations.set(`${data.namespace}/${data.name}`, data.durationSeconds * SECOND);
    }
  }

  add(key: string, fact: TimedFact<'k8s-lease.update-failed'>): void {
    const list = this.byKey.get(key) ?? [];
    this.byKey.set(key, list);
    list.push(fact);
    if (list.length > MANY) list.shift();
  }

  forget(key: string): void {
    this.byKey.delete(key);
  }

  /** the first of the failures that led to giving up at `lost`; null when none did */
  firstBefore(key: string, lease: string, lost: EpochMicros): TimedFact<'k8s-lease.update-failed'> | null {
    const list = this.byKey.get(key) ?? [];
    const times = list.flatMap(({ when }) => (when === null ? [] : [when]));
    // how often it tries shows where failures follow each other closest
    const gap = times.slice(1).reduce((least, when, i) => Math.min(least, when - (times[i] ?? when)), Infinity);
    const retry = Math.max(LEASE_DURATION, (this.durations.get(lease) ?? 0) / 2, gap > LEASE_DURATION / 2 && gap <= LONGEST_RETRY ? 1.5 * gap : 0);
    const deadline = retry > LEASE_DURATION ? LONGEST_DEADLINE : RENEW_DEADLINE + 2 * SECOND;
    const last = times.at(-1);
    if (last === undefined || lost - last > retry) return null;
    return list.find(({ when }) => when !== null && lost - when <= deadline) ?? list.at(-1) ?? null;
  }
}

/** A loss lasts from the moment the holder gave up to the next acquisition of that lease by anyone. */
export function* leaseLosses(context: DerivationContext): Generator<Derived<'k8s-lease.lost'>> {
  const names = new LeaseNames();
  const restarts = new Restarts(context);
  const open = new Map<string, Loss>();
  const done: Loss[] = [];
  /** the latest of them, by lease and node */
  const ended = new Map<string, Loss>();
  const failures = new Failures(context);
  const holders = new Map<string, string>();
  for (const fact of context.facts(['k8s-lease.acquired', 'k8s-lease.acquiring', 'k8s-lease.lost', 'k8s-lease.update-failed'])) {
    const lease = names.of(fact);
    if (fact.when === null || fact.type === 'k8s-lease.acquiring' || lease === null) continue;
    const where = fact.node ?? `#${fact.source}`;
    const key = `${lease} ${where}`;
    if (fact.type === 'k8s-lease.update-failed') {
      failures.add(key, fact);
      continue;
    }
    if (fact.type === 'k8s-lease.acquired') {
      for (const [other, loss] of open) {
        if (loss.lease !== lease) continue;
        loss.to = fact.when;
        loss.evidence.push(context.cite(fact, phrase('the lease is held again')));
        done.push(loss);
        ended.set(`${lease} ${loss.node ?? ''}`, loss);
        open.delete(other);
      }
      failures.forget(key);
      holders.set(lease, where);
      continue;
    }
    const known = open.get(key);
    if (known !== undefined) {
      if (known.evidence.length < 10)
        known.evidence.push(context.cite(fact, fact.data.stage === 'gave-up' ? phrase('the process gave up leading') : phrase('renewal failed')));
      continue;
    }
    const closed = ended.get(`${lease} ${fact.node ?? ''}`);
    // the process says once more that it gave up, while somebody else holds the lease already
    if (closed !== undefined && fact.data.stage === 'gave-up' && fact.when - closed.from < RENEW_DEADLINE) continue;
    const first = failures.firstBefore(key, lease, fact.when);
    const taken = (holders.get(lease) ?? where) !== where;
    if (fact.data.stage === 'gave-up' && first === null && !taken) {
      const because = phrase('whether {component} lost its lease or was told to stop: it gave up leading, and no failed renewal is in the case', {
        component: fact.component,
      });
      context.undecided('lease-lost', because, fact.node === null ? [] : [fact.node]);
      continue;
    }
    const asked = first === null && !taken && covered(context, fact);
    const evidence = [
      context.cite(fact, asked ? phrase('it stopped leading; no renewal had failed before') : phrase('no renewal succeeded within its deadline')),
    ];
    if (first !== null) evidence.unshift(context.cite(first, phrase('first renewal that failed')));
    const planned = asked || (fact.node !== null && restarts.askedFor(fact.node, first?.when ?? fact.when, fact.when));
    const component = MANY_IN_ONE.has(fact.component) ? leaseShortName(lease) : fact.component;
    const loss: Loss = { lease, component, node: fact.node, from: fact.when, planned, to: taken ? fact.when : null, evidence };
    // another holds it already: nobody was missed
    if (taken) done.push(loss);
    else open.set(key, loss);
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
