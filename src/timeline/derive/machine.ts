import type { Derived } from '../../model/derived.ts';
import type { FactMap } from '../../model/fact.ts';
import type { Citation } from '../../model/evidence.ts';
import { phrase, quoted } from '../../model/phrases.ts';
import { formatDuration } from '../../model/time.ts';
import { defineDerivation } from '../derivation.ts';
import type { DerivationContext } from '../derivation.ts';

/** etcd mixin etcdMemberCommunicationSlow: p99 peer round trip above 0.15 s warns. */
const ROUND_TRIP = 150_000;
/** so many measurements put three above the 99th percentile */
const FEW = 300;
/** fewer are the first moments of a process: most of them must have been slow */
const FEWEST = 10;
/** a smoothed value in the log is slow for a while after one answer that was late */
const LINES = 3;
const FULL = 90;

/** Slow peer links, full disks, clocks that nobody keeps, etcd versions with known defects. */
export const machineDerivation = defineDerivation({
  id: 'machine',
  reads: [
    'peer.round-trip',
    'peer.probe-failed',
    'peer.clock-drift',
    'disk.usage',
    'clock.tracking',
    'clock.synchronisation',
    'clock.unsynchronised',
    'etcd.started',
    'endpoint.status',
    'etcd.metrics',
  ],
  gives: ['network.slow', 'node.disk-full', 'clock.unsynchronised', 'etcd.known-bug'],
  *derive(context): Generator<Derived<'network.slow' | 'node.disk-full' | 'clock.unsynchronised' | 'etcd.known-bug'>> {
    yield* slowLinks(context);
    for (const fact of context.facts(['disk.usage'])) {
      const { mount, usedPercent } = fact.data;
      if (usedPercent < FULL || /^\/(?:snap|boot|dev|run|proc|sys)/.test(mount)) continue;
      yield {
        type: 'node.disk-full',
        from: fact.when,
        to: null,
        nodes: context.nodesOfFact(fact),
        data: { node: fact.node ?? '', mount, usedPercent },
        evidence: [context.cite(fact, phrase('{mount} is {usedPercent} % full', { mount, usedPercent }))],
      };
    }
    yield* unkeptClocks(context);
    yield* knownBugs(context);
  },
});

/**
 * The round trip a histogram stands for: its 99th percentile, but where fewer than three measurements lie above that, the median
 * has to be slow as well; else one answer of a hung or cut-off peer would speak for the whole time since process start.
 */
function lasting({ p50, p99, count }: FactMap['peer.round-trip']): number {
  if (count < FEWEST) return p50;
  return count >= FEW || p50 * 3 >= ROUND_TRIP ? p99 : p50;
}

function* slowLinks(context: DerivationContext) {
  const seen = new Map<
    string,
    { from: string; to: string; roundTrip: number; basis: 'metrics' | 'log'; count: number; evidence: Citation[]; nodes: readonly string[] }
  >();
  const first = new Map<string, Parameters<DerivationContext['cite']>[0] & { readonly when: ReturnType<DerivationContext['correct']> | null }>();
  const last = new Map<string, ReturnType<DerivationContext['correct']> | null>();
  for (const fact of context.facts(['peer.round-trip', 'peer.probe-failed', 'peer.clock-drift'])) {
    const from = context.memberOf(fact)?.name ?? fact.node;
    if (from === null) continue;
    const to = context.nameOf(fact.data.peer);
    const roundTrip = fact.type === 'peer.round-trip' ? lasting(fact.data) : fact.type === 'peer.clock-drift' && fact.data.error === null ? fact.data.rtt : 0;
    if (roundTrip < ROUND_TRIP) continue;
    const key = `${from}\n${to}`;
    const basis = fact.type === 'peer.round-trip' ? 'metrics' : 'log';
    const link = seen.get(key) ?? { from, to, roundTrip, basis, count: 0, evidence: [], nodes: context.nodesOf([from, to]) };
    seen.set(key, link);
    link.count += 1;
    link.roundTrip = Math.max(link.roundTrip, roundTrip);
    if (!first.has(key)) first.set(key, fact);
    last.set(key, fact.when);
    if (link.evidence.length < 6)
      link.evidence.push(context.cite(fact, phrase('round trip {from} → {to}: {roundTrip}', { from, to, roundTrip: formatDuration(roundTrip) })));
  }
  for (const [key, link] of seen) {
    if (link.basis === 'log' && link.count < LINES) continue;
    yield {
      type: 'network.slow' as const,
      from: first.get(key)?.when ?? null,
      to: last.get(key) ?? null,
      nodes: link.nodes,
      data: { from: link.from, to: link.to, roundTrip: link.roundTrip, threshold: ROUND_TRIP, basis: link.basis },
      evidence: link.evidence,
    };
  }
}

function* unkeptClocks(context: DerivationContext) {
  const byNode = new Map<string, { reason: string | null; evidence: Citation[] }>();
  const kept = new Set<string>();
  for (const fact of context.facts(['clock.tracking', 'clock.synchronisation', 'clock.unsynchronised'])) {
    if (fact.node === null) continue;
    const good = fact.type !== 'clock.unsynchronised' && fact.data.synchronised === true;
    if (good) kept.add(fact.node);
    const bad = fact.type === 'clock.unsynchronised' || fact.data.synchronised === false;
    if (!bad) continue;
    const reason = fact.type === 'clock.unsynchronised' ? fact.data.reason : null;
    const entry = byNode.get(fact.node) ?? { reason, evidence: [] };
    byNode.set(fact.node, entry);
    if (entry.evidence.length < 4) entry.evidence.push(context.cite(fact, reason === null ? phrase('the clock is not synchronised') : quoted(reason)));
  }
  for (const [node, { reason, evidence }] of byNode) {
    if (!kept.has(node)) yield { type: 'clock.unsynchronised' as const, from: null, to: null, nodes: [node], data: { node, reason }, evidence };
  }
}

interface KnownBug {
  readonly matches: RegExp;
  readonly bug: string;
}

/** Upstream: etcd CHANGELOG-3.5 (3.5.3: "data inconsistency … caused by crash recovery", issue 13766). */
const KNOWN_BUGS: readonly KnownBug[] = [
  { matches: /^3\.5\.[0-2]$/, bug: 'etcd 3.5.0 to 3.5.2 can lose consistency of data after a crash (etcd issue 13766)' },
];

function* knownBugs(context: DerivationContext) {
  for (const { matches, bug } of KNOWN_BUGS) {
    const affected = context.members.filter((member) => member.version !== null && matches.test(member.version));
    const names = new Set(affected.map((member) => member.name));
    if (names.size === 0) continue;
    for (const fact of context.facts(['etcd.started', 'endpoint.status', 'etcd.metrics'])) {
      const member = context.memberOf(fact);
      if (member === null || !names.has(member.name) || fact.data.version === null || !matches.test(fact.data.version)) continue;
      yield {
        type: 'etcd.known-bug' as const,
        from: null,
        to: null,
        nodes: context.nodesOf([...names]),
        data: { version: fact.data.version, bug, members: [...names].toSorted() },
        evidence: [context.cite(fact, phrase('runs etcd {version}', { version: fact.data.version }))],
      };
      break;
    }
  }
}
