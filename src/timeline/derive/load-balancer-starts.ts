import { SECOND } from '../../model/time.ts';
import type { EpochMicros } from '../../model/time.ts';
import type { DerivationContext, TimedFact } from '../derivation.ts';
import { append } from '../group.ts';
import { anyBetween } from '../search.ts';

/** A load balancer takes its servers for up when it starts, and finds out by its first checks (every 2 s where nothing was set). */
const FIRST_CHECKS = 10 * SECOND;

/** When the load balancers of a case were started. */
export class LoadBalancerStarts {
  private readonly starts = new Map<string, EpochMicros[]>();

  constructor(context: DerivationContext) {
    for (const fact of context.facts(['lb.started'])) {
      if (fact.when === null) continue;
      append(this.starts, fact.node ?? '', fact.when);
    }
  }

  /** True where a server was found down by the first checks: it may never have been up. */
  justBefore(fact: TimedFact<'lb.server-state' | 'lb.backend-empty'>): boolean {
    const { when } = fact;
    return when !== null && anyBetween(this.starts.get(fact.node ?? ''), when - FIRST_CHECKS, when);
  }
}
