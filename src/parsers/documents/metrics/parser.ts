import { memberIdFromHex } from '../../../model/ids.ts';
import type { LatencySummary } from '../../../model/facts/etcd.ts';
import { SECOND, epochMicros } from '../../../model/time.ts';
import { defineParser } from '../../contract.ts';
import { NO_TIME, emitterFor } from '../emitter.ts';
import type { Emitter, When } from '../emitter.ts';
import { bucketsOf, label, quantile, samplesOf } from './prometheus.ts';
import type { Sample } from './prometheus.ts';

const FSYNC = 'etcd_disk_wal_fsync_duration_seconds_bucket';
const COMMIT = 'etcd_disk_backend_commit_duration_seconds_bucket';
const ROUND_TRIP = 'etcd_network_peer_round_trip_time_seconds_bucket';

const WANTED: ReadonlySet<string> = new Set([
  FSYNC,
  COMMIT,
  ROUND_TRIP,
  'etcd_server_id',
  'etcd_server_version',
  'etcd_server_has_leader',
  'etcd_server_is_leader',
  'etcd_server_leader_changes_seen_total',
  'etcd_mvcc_db_total_size_in_bytes',
  'etcd_debugging_mvcc_db_total_size_in_bytes',
  'etcd_mvcc_db_total_size_in_use_in_bytes',
  'etcd_server_quota_backend_bytes',
  'etcd_server_heartbeat_send_failures_total',
  'etcd_server_proposals_failed_total',
  'etcd_debugging_mvcc_current_revision',
  'etcd_debugging_mvcc_compact_revision',
  'process_start_time_seconds',
]);

const SCRAPED: When = { ...NO_TIME, meaning: 'scraped' };

function summary(samples: readonly Sample[]): LatencySummary | null {
  const buckets = bucketsOf(samples);
  const count = buckets.at(-1)?.count ?? 0;
  if (!(count > 0)) return null;
  const micros = (q: number): number | null => {
    const seconds = quantile(buckets, q);
    return seconds === null ? null : Math.round(seconds * SECOND);
  };
  return { count, p50: micros(0.5), p99: micros(0.99) };
}

function roundTrips(samples: readonly Sample[], emitter: Emitter): void {
  const peers = new Map<string, Sample[]>();
  for (const sample of samples) {
    const to = label(sample.labels, 'To');
    if (to === null) continue;
    const list = peers.get(to);
    if (list === undefined) peers.set(to, [sample]);
    else list.push(sample);
  }
  for (const [to, list] of peers) {
    const peer = memberIdFromHex(to);
    const result = summary(list);
    if (peer === null || result === null) continue;
    // beyond the last finite bucket (3.3 s) only that bound is known
    const top = bucketsOf(list).findLast((bucket) => bucket.le !== Infinity)?.le ?? 0;
    emitter.fact(
      'peer.round-trip',
      { peer, p50: result.p50 ?? top * SECOND, p99: result.p99 ?? top * SECOND, count: result.count },
      list[0]?.line ?? 1,
      SCRAPED,
    );
  }
}

/** A scrape of etcd's `/metrics`. Counters and histograms count from the start of the process. */
export const etcdMetrics = defineParser({
  kind: 'document',
  id: 'etcd-metrics',
  title: 'etcd metrics',
  keep: 'all',
  accepts: (head) =>
    /^etcd_(?:server|disk|mvcc|debugging|network|cluster|snap)_\w+(?:\{[^\n]*\})? [\d.+-]/m.test(head) ||
    /^# (?:HELP|TYPE) etcd_(?:server|disk|mvcc|debugging|network|cluster)_/m.test(head),
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'etcd' });
    const samples = samplesOf(document, (name) => WANTED.has(name));
    const of = (name: string): Sample | undefined => samples.find((sample) => sample.name === name);
    const value = (name: string): number | null => of(name)?.value ?? null;
    const identity = of('etcd_server_id');
    const flag = (name: string): boolean | null => (of(name) === undefined ? null : value(name) === 1);
    const started = value('process_start_time_seconds');
    const anchor = of('etcd_server_has_leader') ?? identity ?? samples[0];
    if (anchor === undefined) {
      emitter.diagnostic('DOCUMENT_INVALID', 'none of the metrics etcd has are here');
      return;
    }
    emitter.fact(
      'etcd.metrics',
      {
        member: memberIdFromHex(label(identity?.labels ?? '', 'server_id') ?? ''),
        version: label(of('etcd_server_version')?.labels ?? '', 'server_version'),
        hasLeader: flag('etcd_server_has_leader'),
        isLeader: flag('etcd_server_is_leader'),
        leaderChanges: value('etcd_server_leader_changes_seen_total'),
        dbSizeBytes: value('etcd_mvcc_db_total_size_in_bytes') ?? value('etcd_debugging_mvcc_db_total_size_in_bytes'),
        dbSizeInUseBytes: value('etcd_mvcc_db_total_size_in_use_in_bytes'),
        quotaBytes: value('etcd_server_quota_backend_bytes') || null,
        startedAt: started === null ? null : epochMicros(started * SECOND),
        heartbeatSendFailures: value('etcd_server_heartbeat_send_failures_total'),
        proposalsFailed: value('etcd_server_proposals_failed_total'),
        currentRevision: value('etcd_debugging_mvcc_current_revision'),
        compactRevision: value('etcd_debugging_mvcc_compact_revision'),
      },
      anchor.line,
      SCRAPED,
    );
    const fsync = samples.filter((sample) => sample.name === FSYNC);
    const commit = samples.filter((sample) => sample.name === COMMIT);
    const wal = summary(fsync);
    const backend = summary(commit);
    const first = fsync[0] ?? commit[0];
    if (first !== undefined && (wal !== null || backend !== null)) emitter.fact('disk.latency', { wal, backend }, first.line, SCRAPED);
    roundTrips(
      samples.filter((sample) => sample.name === ROUND_TRIP),
      emitter,
    );
  },
});
