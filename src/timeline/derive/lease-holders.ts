import type { Derived } from '../../model/derived.ts';
import { phrase } from '../../model/phrases.ts';
import type { NodeClock } from '../../model/history.ts';
import { SECOND } from '../../model/time.ts';
import type { EpochMicros } from '../../model/time.ts';
import type { DerivationContext, TimedFact } from '../derivation.ts';
import { nodeOfHolder } from './control-plane.ts';
import { LEASE_DURATION, LeaseNames, RENEW_DEADLINE } from './lease-losses.ts';

/** A `managedFields` time counts whole seconds and lies the request's way behind the holder's word. */
const SERVER_TIME = 1.5 * SECOND;
const FEW = 2 * SECOND;

interface Claim {
  readonly holder: string;
  readonly from: EpochMicros;
  readonly renewed: EpochMicros;
  readonly until: number;
  /** how far its times may be off; null where nothing tells */
  readonly slack: number | null;
  readonly fact: TimedFact<'k8s-lease.object'>;
}

/** How far a clock's known offset may be off; null when nothing is known of the clock. */
function slackOf(clock: NodeClock | undefined): number | null {
  if (clock === undefined || clock.offset === null || clock.basis.every((basis) => basis === 'assumed')) return null;
  if (clock.reference) return 0;
  return clock.low === null || clock.high === null ? FEW : Math.max(clock.high - clock.offset, clock.offset - clock.low);
}

/** Lease times are the holder's own word: brought to the common clock by its node's clock, else by the API server's stamp beside them. */
function claimOf(context: DerivationContext, fact: TimedFact<'k8s-lease.object'>): Claim | null {
  const { holder, acquiredAt, renewedAt, durationSeconds, serverTime, legacy } = fact.data;
  if (holder === null || holder === '' || renewedAt === null || legacy) return null;
  const node = nodeOfHolder(context.nodes, holder);
  const slack = slackOf(context.clocks.find((clock) => clock.node === node));
  const ahead = slack === null && serverTime !== null ? renewedAt - serverTime : 0;
  const place = (at: EpochMicros): EpochMicros => (slack === null ? ((at - ahead) as EpochMicros) : context.correct(node, at));
  const renewed = place(renewedAt);
  return {
    holder,
    from: acquiredAt === null ? renewed : place(acquiredAt),
    renewed,
    until: renewed + (durationSeconds ?? 15) * SECOND,
    slack: slack ?? (serverTime === null ? null : SERVER_TIME),
    fact,
  };
}

/** The same Lease read in several places with different holders whose validity overlaps. */
export function* holdersOfObjects(context: DerivationContext): Generator<Derived<'k8s-lease.two-holders'>> {
  const byLease = new Map<string, Map<string, Claim>>();
  for (const fact of context.facts(['k8s-lease.object'])) {
    const claim = claimOf(context, fact);
    if (claim === null) continue;
    const lease = `${fact.data.namespace}/${fact.data.name}`;
    const claims = byLease.get(lease) ?? new Map<string, Claim>();
    byLease.set(lease, claims);
    const known = claims.get(claim.holder);
    if (known === undefined || claim.until > known.until) claims.set(claim.holder, claim);
  }
  for (const [lease, claims] of byLease) {
    const rows = [...claims.values()].toSorted((a, b) => a.from - b.from || (a.holder < b.holder ? -1 : 1));
    for (const [index, first] of rows.entries()) {
      for (const second of rows.slice(index + 1)) {
        const from = Math.max(first.from, second.from) as EpochMicros;
        const until = Math.min(first.until, second.until, context.collectedAt ?? Infinity);
        // renewal after the other had taken the lease is the proof; validity that merely had not run out is a normal hand-over
        const renewedAfter = first.renewed - second.from;
        // later ones took it later still
        if (renewedAfter <= 0) break;
        if (until <= from) continue;
        const nodes = [...new Set([first, second].map((claim) => nodeOfHolder(context.nodes, claim.holder)).filter((node) => node !== null))].toSorted();
        if (first.slack === null || second.slack === null || renewedAfter <= first.slack + second.slack) {
          const because = phrase(
            '{lease} was read with two holders whose times overlap, but their clocks are not known well enough to tell that from a normal change of holder',
            { lease },
          );
          context.undecided('split-brain-lease', because, nodes);
          continue;
        }
        yield {
          type: 'k8s-lease.two-holders' as const,
          from,
          to: until as EpochMicros,
          nodes,
          data: { lease, holders: [first.holder, second.holder], overlap: until - from, proved: true, basis: 'objects' as const },
          evidence: [
            context.cite(first.fact, phrase('{holder} holds {lease}', { holder: first.holder, lease })),
            context.cite(second.fact, phrase('{holder} holds {lease}', { holder: second.holder, lease })),
          ],
        };
      }
    }
  }
}

/** Who held a lease on a machine, as the Lease itself calls it; logs tell the machine alone. */
function identities(context: DerivationContext): (lease: string, node: string | null) => string {
  const holders = new Map<string, string>();
  for (const { data } of context.facts(['k8s-lease.object'])) {
    const node = data.holder === null ? null : nodeOfHolder(context.nodes, data.holder);
    if (data.holder !== null && node !== null) holders.set(`${data.namespace}/${data.name} ${node}`, data.holder);
  }
  return (lease, node) => holders.get(`${lease} ${node ?? ''}`) ?? node ?? '';
}

interface Suspect {
  readonly lease: string;
  readonly first: TimedFact<'k8s-lease.acquired'>;
  readonly second: TimedFact<'k8s-lease.acquired'>;
  work: TimedFact<'k8s-lease.worked'> | null;
}

/**
 * One acquires a lease while the holder before it neither gave it up nor stopped working for longer than the lease lasts. A process that
 * was stopped says nothing of its lease: what its node does after it ran for the lease again is not the old claim's work.
 */
export function* holdersOfLogs(context: DerivationContext): Generator<Derived<'k8s-lease.two-holders'>> {
  const names = new LeaseNames();
  const holder = new Map<string, TimedFact<'k8s-lease.acquired'>>();
  const suspects: Suspect[] = [];
  /** by lease and node of the first holder: those whose old claim may still be worked under */
  const open = new Map<string, Suspect>();
  for (const fact of context.facts(['k8s-lease.acquired', 'k8s-lease.acquiring', 'k8s-lease.lost', 'k8s-lease.worked'])) {
    const { node } = fact;
    const lease = names.of(fact);
    if (fact.when === null || node === null) continue;
    if (fact.type === 'k8s-lease.worked') {
      for (const suspect of open.values()) if (suspect.first.node === node && suspect.first.component === fact.component) suspect.work = fact;
      continue;
    }
    if (lease === null) continue;
    open.delete(`${lease} ${node}`);
    if (fact.type !== 'k8s-lease.acquired') {
      if (holder.get(lease)?.node === node) holder.delete(lease);
      continue;
    }
    const before = holder.get(lease);
    if (before !== undefined && before.node !== node) {
      const suspect: Suspect = { lease, first: before, second: fact, work: null };
      suspects.push(suspect);
      open.set(`${lease} ${before.node ?? ''}`, suspect);
    }
    holder.set(lease, fact);
  }
  const identity = identities(context);
  for (const { lease, first, second, work } of suspects) {
    if (work?.when === undefined || work.when === null || second.when === null) continue;
    const overlap = work.when - second.when;
    if (overlap < RENEW_DEADLINE / 2) continue;
    yield {
      type: 'k8s-lease.two-holders' as const,
      from: second.when,
      to: work.when,
      nodes: [first.node ?? '', second.node ?? ''].toSorted(),
      data: {
        lease,
        holders: [identity(lease, first.node), identity(lease, second.node)],
        overlap,
        proved: overlap >= LEASE_DURATION / 2,
        basis: 'logs' as const,
      },
      evidence: [
        context.cite(first, phrase('acquired first')),
        context.cite(second, phrase('acquired while the other had not given it up')),
        context.cite(work, phrase('the first still works under the lease')),
      ],
    };
  }
}
