import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import type { FactType } from '../../model/fact.ts';
import type { AlarmKind } from '../../model/facts/etcd-storage.ts';
import { formatBytes } from '../../model/text.ts';
import type { MemberId } from '../../model/ids.ts';
import { phrase } from '../../model/phrases.ts';
import type { EpochMicros } from '../../model/time.ts';
import { SECOND } from '../../model/time.ts';
import { defineDerivation } from '../derivation.ts';
import type { DerivationContext, TimedFact } from '../derivation.ts';

/** Who is believed first on how big a database is. */
const RANKS: readonly FactType[] = ['endpoint.status', 'etcd.metrics', 'db.content'];

interface Size {
  dbSize: number;
  inUse: number | null;
  at: EpochMicros | null;
  rank: number;
  citation: Citation;
  nodes: readonly string[];
}

/** How big each member's database is against its quota and what is in use, at the latest moment known; alarms; stalled compaction. */
export const databaseDerivation = defineDerivation({
  id: 'database',
  reads: [
    'endpoint.status',
    'etcd.metrics',
    'db.content',
    'db.usage',
    'etcd.quota',
    'etcd.started',
    'db.quota-exceeded',
    'alarm.raised',
    'alarm.listed',
    'alarm.disarmed',
    'db.compaction-failed',
  ],
  gives: ['db.size', 'alarm.active', 'db.compaction-stalled'],
  *derive(context): Generator<Derived<'db.size' | 'alarm.active' | 'db.compaction-stalled'>> {
    const quotas = new Map<string, number>();
    let anyQuota: number | null = null;
    const sizes = new Map<string, Size>();
    const biggest = new Map<string, { name: string; bytes: number }>();
    const note = (member: string, rank: number, size: Size): void => {
      const known = sizes.get(member);
      if (known === undefined || rank < known.rank || (rank === known.rank && (size.at ?? Infinity) >= (known.at ?? Infinity))) sizes.set(member, size);
    };
    for (const fact of context.facts(['endpoint.status', 'etcd.metrics', 'db.content', 'db.usage', 'etcd.quota', 'etcd.started', 'db.quota-exceeded'])) {
      const member = context.memberOf(fact)?.name ?? fact.node;
      if (fact.type === 'db.usage') {
        const known = biggest.get(fact.data.path);
        if (fact.data.by === 'resource' && (known === undefined || fact.data.bytes > known.bytes))
          biggest.set(fact.data.path, { name: fact.data.name, bytes: fact.data.bytes });
        continue;
      }
      if (fact.type === 'etcd.quota' || fact.type === 'etcd.started' || fact.type === 'db.quota-exceeded') {
        const quota = fact.data.quotaBytes;
        if (quota === null || quota <= 0) continue;
        anyQuota ??= quota;
        if (member !== null) quotas.set(member, quota);
        continue;
      }
      if (member === null || fact.data.dbSizeBytes === null) continue;
      if (fact.type === 'db.content' && fact.data.origin !== 'data-dir') continue;
      if (fact.type !== 'db.content' && fact.data.quotaBytes !== null && fact.data.quotaBytes > 0) quotas.set(member, fact.data.quotaBytes);
      const inUse = fact.data.dbSizeInUseBytes;
      // a table rounds the size and does not say what is in use
      const rank = (inUse === null ? RANKS.length : 0) + RANKS.indexOf(fact.type);
      note(member, rank, {
        dbSize: fact.data.dbSizeBytes,
        inUse,
        at: fact.when,
        rank,
        citation: context.cite(
          fact,
          inUse === null
            ? phrase('database {size}', { size: formatBytes(fact.data.dbSizeBytes) })
            : phrase('database {size}, {inUse} in use', { size: formatBytes(fact.data.dbSizeBytes), inUse: formatBytes(inUse) }),
        ),
        nodes: context.nodesOf([member]),
      });
    }
    for (const [member, size] of sizes) {
      const quota = quotas.get(member) ?? anyQuota;
      yield {
        type: 'db.size',
        from: size.at,
        to: null,
        nodes: size.nodes,
        data: {
          member,
          dbSize: size.dbSize,
          inUse: size.inUse,
          fragmented: size.inUse === null || size.dbSize === 0 ? null : 1 - size.inUse / size.dbSize,
          reclaimable: size.inUse === null ? null : size.dbSize - size.inUse,
          quota,
          quotaUsed: quota === null ? null : size.dbSize / quota,
          biggest: [...biggest.values()].toSorted((a, b) => b.bytes - a.bytes)[0]?.name ?? null,
        },
        evidence: [size.citation],
      };
    }
    yield* alarms(context);
    yield* stalled(context);
  },
});

type AlarmFact = TimedFact<'alarm.raised' | 'alarm.listed' | 'alarm.disarmed' | 'db.quota-exceeded'>;

interface AlarmStretch {
  from: EpochMicros | null;
  to: EpochMicros | null;
  open: boolean;
  readonly members: Set<string>;
  readonly evidence: Citation[];
}

/**
 * Alarms belong to members: each is raised, and disarmed, under the id of the member that met the limit, and applied by all (etcd
 * `v3alarm`). A list at collection says exactly who holds one then; what went before is told by the logs.
 */
function* alarms(context: DerivationContext) {
  const stretches = new Map<AlarmKind, AlarmStretch[]>();
  const listed = new Map<AlarmKind, Set<string>>();
  const disarms = lastDisarms(context);
  for (const fact of context.facts(['alarm.raised', 'alarm.listed', 'alarm.disarmed', 'db.quota-exceeded'])) {
    const { alarm, name } = named(context, fact);
    // it is over, and nothing says when it was
    if (fact.type === 'alarm.raised' && fact.when === null && disarmed(context, disarms, fact)) continue;
    const all = stretches.get(alarm) ?? [];
    stretches.set(alarm, all);
    const last = all.at(-1);
    if (fact.type === 'alarm.disarmed') {
      if (last !== undefined && last.open && fact.when !== null) {
        last.to = fact.when;
        last.open = false;
      }
      continue;
    }
    const current = last === undefined || !continues(last, fact.when) ? open(all) : last;
    if (fact.type === 'alarm.listed') {
      current.open = true;
      if (name !== null && fact.when === null) listed.set(alarm, (listed.get(alarm) ?? new Set()).add(name));
    }
    if (fact.when !== null && (current.from === null || fact.when < current.from)) current.from = fact.when;
    if (name !== null) current.members.add(name);
    if (current.evidence.length < 12)
      current.evidence.push(
        context.cite(
          fact,
          fact.type === 'db.quota-exceeded'
            ? phrase('the quota was exceeded')
            : name === null
              ? phrase('alarm {alarm}', { alarm })
              : phrase('alarm {alarm} of {member}', { alarm, member: name }),
        ),
      );
  }
  for (const [alarm, all] of stretches) {
    for (const [i, stretch] of all.entries()) {
      const exact = i === all.length - 1 && stretch.open ? listed.get(alarm) : undefined;
      const members = [...(exact ?? stretch.members)].toSorted();
      yield {
        type: 'alarm.active' as const,
        from: stretch.from,
        to: stretch.open ? null : stretch.to,
        nodes: context.nodesOf(members),
        data: { alarm, members, ongoing: stretch.open },
        evidence: stretch.evidence,
      };
    }
  }
}

/**
 * The raft index of each alarm's last disarming, by who it was of (null: everybody): a write-ahead log has no times, but its entries are
 * in the order of their index.
 */
function lastDisarms(context: DerivationContext): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  for (const fact of context.facts(['alarm.disarmed'])) {
    if (fact.when !== null) continue;
    const key = alarmKey(context, fact, fact.data.member);
    last.set(key, Math.max(last.get(key) ?? -1, fact.data.raftIndex ?? -1));
  }
  return last;
}

function disarmed(context: DerivationContext, last: ReadonlyMap<string, number>, raised: TimedFact<'alarm.raised'>): boolean {
  const at = raised.data.raftIndex ?? Infinity;
  return [raised.data.member, null].some((member) => (last.get(alarmKey(context, raised, member)) ?? -1) > at);
}

function alarmKey(context: DerivationContext, fact: TimedFact<'alarm.raised' | 'alarm.disarmed'>, member: MemberId | null): string {
  return `${fact.data.alarm} ${context.memberOf(fact)?.clusterId ?? ''} ${member ?? ''}`;
}

/** Lines of the other members follow within moments of the first disarming; a list without a time is of the end. */
function continues(last: AlarmStretch, when: EpochMicros | null): boolean {
  return last.open || (when !== null && last.to !== null && when <= last.to + SECOND);
}

function open(all: AlarmStretch[]): AlarmStretch {
  const stretch: AlarmStretch = { from: null, to: null, open: true, members: new Set(), evidence: [] };
  all.push(stretch);
  return stretch;
}

function named(context: DerivationContext, fact: AlarmFact): { readonly alarm: AlarmKind; readonly name: string | null } {
  if (fact.type === 'db.quota-exceeded') return { alarm: 'NOSPACE', name: context.memberOf(fact)?.name ?? null };
  return { alarm: fact.data.alarm, name: fact.data.member === null ? null : context.nameOf(fact.data.member) };
}

function* stalled(context: DerivationContext) {
  const failing = new Map<string, { from: EpochMicros | null; count: number; error: string; evidence: Citation[] }>();
  for (const fact of context.facts(['db.compaction-failed'])) {
    const member = context.memberOf(fact)?.name ?? fact.node ?? 'etcd';
    const entry = failing.get(member) ?? { from: fact.when, count: 0, error: fact.data.error, evidence: [] };
    failing.set(member, entry);
    entry.count += 1;
    if (entry.evidence.length < 8) entry.evidence.push(context.cite(fact, phrase('compaction failed')));
  }
  for (const [member, entry] of failing) {
    if (entry.count < 2) continue;
    yield {
      type: 'db.compaction-stalled' as const,
      from: entry.from,
      to: null,
      nodes: context.nodesOf([member]),
      data: { member, since: entry.from, error: entry.error },
      evidence: entry.evidence,
    };
  }
}
