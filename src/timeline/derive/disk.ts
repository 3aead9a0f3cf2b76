import type { Derived } from '../../model/derived.ts';
import { phrase } from '../../model/phrases.ts';
import { epochMicros, formatDuration, SECOND } from '../../model/time.ts';
import type { EpochMicros } from '../../model/time.ts';
import { defineDerivation } from '../derivation.ts';
import type { DerivationContext } from '../derivation.ts';
import { append } from '../group.ts';
import { anyBetween } from '../search.ts';
import { Stretches } from '../stretches.ts';
import { SpanCollector } from './spans.ts';

const KINDS = ['fsync', 'heartbeat'] as const;
const GAP = 30 * SECOND;
/** upstream: etcd `server/storage/wal/wal.go`, `warnSyncDuration` */
const WARNS_FROM = SECOND;
/** etcd mixin etcdHighFsyncDurations: p99 of WAL fsync above 0.5 s warns */
const P99_WARNING = 500_000;

/** Where the disk under an etcd member was slow: fsync warnings, late heartbeats of a leader, and what its histograms say. */
export const diskDerivation = defineDerivation({
  id: 'disk',
  reads: ['wal.fdatasync-slow', 'raft.heartbeat-late', 'etcd.apply-slow', 'disk.latency'],
  gives: ['disk.slow', 'etcd.slow-apply'],
  *derive(context): Generator<Derived<'disk.slow' | 'etcd.slow-apply'>> {
    const fsync = new SpanCollector(GAP);
    const heartbeat = new SpanCollector(GAP);
    const apply = new SpanCollector(GAP);
    const synced = syncTimes(context);
    const stoodStill = hungStretches(context);
    for (const fact of context.facts(['wal.fdatasync-slow', 'raft.heartbeat-late', 'etcd.apply-slow'])) {
      if (fact.when === null) continue;
      const member = context.memberOf(fact)?.name ?? fact.node ?? 'etcd';
      if (fact.type === 'wal.fdatasync-slow') {
        // the line is written when the sync is over
        const began = epochMicros(fact.when - fact.data.took);
        fsync.add(
          member,
          fact.when,
          fact.data.took,
          () => context.cite(fact, phrase('fsync of the WAL took {took}', { took: formatDuration(fact.data.took) })),
          began,
        );
      } else if (fact.type === 'raft.heartbeat-late') {
        if (stoodStill.touches(member, { from: fact.when, to: fact.when })) continue;
        if (fact.data.exceeded >= WARNS_FROM && !waitedForSync(synced.get(member) ?? [], fact.when, fact.data.exceeded)) continue;
        heartbeat.add(member, fact.when, fact.data.exceeded, () =>
          context.cite(fact, phrase('heartbeat late by {exceeded}', { exceeded: formatDuration(fact.data.exceeded) })),
        );
      } else if (!fact.data.readOnly) {
        apply.add(member, fact.when, fact.data.took, () =>
          context.cite(fact, phrase('a write took {took} to apply', { took: formatDuration(fact.data.took) })),
        );
      }
    }
    for (const [kind, spans] of KINDS.map((name) => [name, name === 'fsync' ? fsync : heartbeat] as const)) {
      for (const [member, span] of spans.all()) {
        yield {
          type: 'disk.slow',
          from: span.from,
          to: span.to,
          nodes: context.nodesOf([member]),
          data: { member, worst: span.worst, count: span.count, kind, leader: context.ledBetween(member, span.from, span.to) },
          evidence: span.evidence,
        };
      }
    }
    for (const [member, span] of apply.all()) {
      yield {
        type: 'etcd.slow-apply',
        from: span.from,
        to: span.to,
        nodes: context.nodesOf([member]),
        data: { member, worst: span.worst, count: span.count },
        evidence: span.evidence,
      };
    }
    for (const fact of context.facts(['disk.latency'])) {
      const p99 = fact.data.wal?.p99 ?? null;
      if (fact.data.wal === null || (p99 !== null && p99 < P99_WARNING)) continue;
      const member = context.memberOf(fact)?.name ?? fact.node ?? 'etcd';
      yield {
        type: 'disk.slow',
        from: null,
        to: null,
        nodes: context.nodesOfFact(fact),
        data: { member, worst: p99 ?? 8 * SECOND, count: fact.data.wal.count, kind: 'metrics', leader: false },
        evidence: [context.cite(fact, phrase('99 of 100 WAL fsyncs since process start took up to {took}', { took: formatDuration(p99 ?? 8 * SECOND) }))],
      };
    }
  },
});

/** When each member told of a slow fsync. */
function syncTimes(context: DerivationContext): ReadonlyMap<string, readonly EpochMicros[]> {
  const times = new Map<string, EpochMicros[]>();
  for (const fact of context.facts(['wal.fdatasync-slow'])) {
    if (fact.when === null) continue;
    const member = context.memberOf(fact)?.name ?? fact.node ?? 'etcd';
    append(times, member, fact.when);
  }
  return times;
}

/**
 * etcd names the disk as the likely cause of every late heartbeat, and warns of each fsync of a second or more. A heartbeat as late as that
 * without such a warning near it waited for something else: a starved processor, a machine that stood still.
 */
function waitedForSync(synced: readonly EpochMicros[], when: EpochMicros, late: number): boolean {
  return anyBetween(synced, when - late - GAP, when + GAP);
}

/** When each member hung: a process that did is late with all it does when it goes on, and its disk is not to blame. */
function hungStretches(context: DerivationContext): Stretches<string> {
  const hung = new Stretches<string>();
  for (const { from, to, data } of context.downs)
    if (data.how === 'hung' && from !== null) hung.add(data.member, { from, to: to === null ? null : to + SECOND });
  return hung;
}
