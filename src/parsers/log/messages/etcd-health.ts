import { SECOND } from '../../../model/time.ts';
import type { AlarmKind } from '../../../model/facts/etcd-storage.ts';
import { memberIdFromDecimal } from '../../../model/ids.ts';
import type { Emit, Message } from '../message.ts';
import { defineMessages } from '../message.ts';

const WARN = '{"level":"warn","ts":"2026-11-22T07:46:58.698266Z","caller":';

function alarmKind(text: string | null): AlarmKind | null {
  return text === 'NOSPACE' || text === 'CORRUPT' ? text : null;
}

function unhealthy(m: Message, emit: Emit): void {
  emit('etcd.unhealthy', { reason: m.str('error', 1) ?? m.str('alarm') ?? m.str('output') ?? m.str('reason') ?? m.text });
}

const DISK_ERROR = /no space left on device|input\/output error|read-only file system|structure needs cleaning/;

/** Latency, disk, quota, compaction, corruption. Upstream: etcd `server/etcdserver/{raft,server,corrupt}.go`, `server/storage/**`, 3.4–3.6. */
export const etcdHealthMessages = defineMessages([
  {
    id: 'leader failed to send heartbeat on time',
    says: ['leader failed to send out heartbeat on time; took too long, leader is overloaded likely from slow disk'],
    package: 'etcdserver',
    text: /^failed to send out heartbeat on time \(exceeded the \S+ timeout for ([^,)]+)(?:, to ([0-9a-f]+))?\)/,
    samples: [
      {
        version: '3.5.30',
        line: `${WARN}"etcdserver/raft.go:428","msg":"leader failed to send out heartbeat on time; took too long, leader is overloaded likely from slow disk","to":"2172fe4f7581b595","heartbeat-interval":"100ms","expected-duration":"200ms","exceeded-duration":"9.928890784s"}`,
      },
      {
        version: '3.4',
        line: '2026-11-22 07:46:50.380679 W | etcdserver: failed to send out heartbeat on time (exceeded the 100ms timeout for 9.928890784s, to 4c847ca3b440236)',
      },
    ],
    read: (m, emit) => emit('raft.heartbeat-late', { to: m.id('to', 2), exceeded: m.dur('exceeded-duration', 1) ?? 0 }),
  },
  {
    id: 'slow fdatasync',
    says: ['slow fdatasync'],
    package: 'wal',
    text: /^sync duration of (\S+), expected less than/,
    samples: [
      { version: '3.5', line: `${WARN}"wal/wal.go:805","msg":"slow fdatasync","took":"1.502s","expected-duration":"1s"}` },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 W | wal: sync duration of 1.502s, expected less than 1s' },
    ],
    read: (m, emit) => emit('wal.fdatasync-slow', { took: m.dur('took', 1) ?? 0 }),
  },
  {
    id: 'apply request took too long',
    throttle: { every: 2 * SECOND, by: ['prefix'], worse: 'took' },
    says: ['apply request took too long'],
    package: 'etcdserver',
    text: /^(read-only range |read-only txn )?request "(.*?)" with result ".*?" took too long \((\S+)\) to execute/,
    samples: [
      {
        version: '3.5',
        line: `${WARN}"etcdserver/util.go:170","msg":"apply request took too long","took":"115.24ms","expected-duration":"100ms","prefix":"read-only range ","request":"key:\\"foo\\" ","response":"range_response_count:1 size:28"}`,
      },
      {
        version: '3.4',
        line: '2026-11-22 07:46:50.380679 W | etcdserver: read-only range request "key:\\"foo\\" " with result "range_response_count:1 size:28" took too long (115.24ms) to execute',
      },
    ],
    read: (m, emit) =>
      emit('etcd.apply-slow', {
        took: m.dur('took', 3) ?? 0,
        expected: m.dur('expected-duration'),
        readOnly: (m.str('prefix', 1) ?? '').startsWith('read-only'),
        request: null,
        error: m.str('error'),
      }),
  },
  {
    id: 'failed to apply request',
    throttle: { every: SECOND, by: ['error'] },
    says: ['failed to apply request'],
    package: 'etcdserver',
    text: /^failed to apply request ".*" with response ".*" took \(\S+\) to execute, err is (.*)$/,
    samples: [
      {
        version: '3.5',
        line: `${WARN}"etcdserver/util.go:123","msg":"failed to apply request","took":"25µs","request":"header:<ID:1 > put:<key:\\"a\\" value_size:1 >","response":"","error":"etcdserver: no space"}`,
      },
      {
        version: '3.4.23',
        line: '2026-11-22 07:41:40.017028 W | etcdserver: failed to apply request "header:<ID:13632574202397360670 > compaction:<revision:3 > " with response "" took (8.102µs) to execute, err is mvcc: required revision has been compacted',
      },
    ],
    read: (m, emit) => emit('etcd.apply-failed', { error: m.str('error', 1) ?? '', request: null }),
  },
  {
    id: 'read index response too slow',
    throttle: { every: SECOND },
    says: ['waiting for ReadIndex response took too long, retrying', 'timed out waiting for read index response (local node might have slow network)'],
    package: 'etcdserver',
    text: /^(waiting for ReadIndex response took too long, retrying|timed out waiting for read index response)/,
    samples: [
      {
        version: '3.5',
        line: `${WARN}"etcdserver/v3_server.go:815","msg":"waiting for ReadIndex response took too long, retrying","sent-request-id":7587890122480104450,"retry-timeout":"500ms"}`,
      },
      {
        version: '3.4',
        line: '2026-11-22 07:46:50.380679 W | etcdserver: waiting for ReadIndex response took too long, retrying (sent-request-id: 7587890122480104450, retry-timeout: 500ms)',
      },
      {
        version: '3.4',
        line: '2026-11-22 07:46:50.380679 W | etcdserver: timed out waiting for read index response (local node might have slow network) timeout: 7s',
      },
    ],
    read: (m, emit) => emit('etcd.read-index-slow', { timedOut: m.text.startsWith('timed out') }),
  },
  {
    id: 'etcd health check failed',
    throttle: { every: SECOND, by: ['error', 'reason', 'alarm'] },
    says: [
      'serving /health false; no leader',
      'serving /health false; Range fails',
      'serving /health false due to an alarm',
      '/health error',
      'Health check error',
    ],
    package: 'etcdserver/api/etcdhttp',
    text: /^\/?(?:serving \/health false; |health error; |health error )(.*?)(?: \(status code \d+\))?$/,
    samples: [
      { version: '3.5', line: `${WARN}"etcdhttp/health.go:173","msg":"serving /health false; no leader"}` },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 W | etcdserver/api/etcdhttp: /health error; no leader (status code 503)' },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 W | etcdserver/api/etcdhttp: /health error due to memberID:143731304051952863 alarm:NOSPACE' },
    ],
    read: unhealthy,
  },
  {
    id: 'slow request (trace)',
    throttle: { every: 2 * SECOND, worse: 'duration' },
    samples: [
      {
        version: '3.5',
        line: '{"level":"info","ts":"2026-11-22T07:46:58.698266Z","caller":"traceutil/trace.go:171","msg":"trace[1203985236] range","detail":"{range_begin:foo; range_end:; }","duration":"1.2s","start":"2026-11-22T07:46:57.498266Z","end":"2026-11-22T07:46:58.698266Z","steps":["trace[1203985236] \'agreement among raft nodes before linearized reading\'  (duration: 1.1s)"],"step_count":1}',
      },
    ],
    read(m, emit) {
      const took = m.dur('duration');
      if (took !== null) emit('etcd.trace-slow', { operation: m.text.slice(m.text.indexOf(']') + 2), took });
    },
  },
  {
    id: 'request stats',
    says: ['request stats'],
    samples: [
      {
        version: '3.5',
        line: '{"level":"debug","ts":"2026-11-22T07:46:58.698266Z","caller":"v3rpc/interceptor.go:182","msg":"request stats","start time":"2026-11-22T07:46:58.1Z","time spent":"598ms","remote":"127.0.0.1:44224","response type":"/etcdserverpb.KV/Put","request count":1,"request size":12,"response count":0,"response size":28,"request content":"key:\\"a\\" value_size:1 "}',
      },
    ],
    read: (m, emit) => {
      const took = m.dur('time spent') ?? 0;
      // etcd warns above 300 ms (DefaultWarningUnaryRequestDuration); at debug level every call is logged
      if (took > 300_000) emit('etcd.request-slow', { took, method: m.str('response type') });
    },
  },
  {
    id: 'disk write failed',
    says: [
      'failed to preallocate space when creating a new WAL',
      'failed to save Raft hard state and entries',
      'failed to save Raft snapshot',
      'failed to commit tx',
      'failed to save incoming database snapshot',
    ],
    samples: [
      {
        version: '3.5',
        line: '{"level":"fatal","ts":"2026-11-22T07:46:58.698266Z","caller":"etcdserver/raft.go:232","msg":"failed to save Raft hard state and entries","error":"write m1.etcd/member/wal/0.wal: no space left on device"}',
      },
    ],
    read: (m, emit) => {
      const error = m.str('error') ?? '';
      emit('etcd.disk-failed', { operation: m.text, error });
      if (DISK_ERROR.test(error) && m.text.startsWith('failed to save')) emit('etcd.crashed', { reason: `${m.text}: ${error}`, kind: 'fatal' });
    },
  },
  {
    id: 'too many requests or file descriptors',
    says: ['80% of file descriptors are used', 'file descriptor limit of etcd process is too low; please set higher'],
    samples: [{ version: '3.5', line: `${WARN}"etcdserver/metrics.go:228","msg":"80% of file descriptors are used","used":820,"limit":1024}` }],
    read: (m, emit) => emit('etcd.overloaded', { reason: m.text }),
  },
  {
    id: 'lease revoke failed',
    says: ['failed to revoke lease', "Ignore the lease revoking request because current member isn't a leader", "Failed to check current member's leadership"],
    package: 'etcdserver',
    text: /^failed to revoke [0-9a-f]+ \("?(.*?)"?\)$/,
    samples: [
      {
        version: '3.5',
        line: `${WARN}"etcdserver/server.go:1199","msg":"failed to revoke lease","lease-id":"326963f02a9c7a31","error":"etcdserver: request timed out"}`,
      },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 W | etcdserver: failed to revoke 326963f02a9c7a31 ("etcdserver: request timed out")' },
    ],
    read: (m, emit) => emit('etcd.lease-revoke-failed', { error: m.str('error', 1) ?? m.text }),
  },
  {
    id: 'backend quota exceeded; raising alarm',
    says: ['message exceeded backend quota; raising alarm'],
    package: 'etcdserver',
    text: /^applying raft message exceeded backend quota/,
    samples: [
      {
        version: '3.5',
        line: `${WARN}"etcdserver/server.go:2386","msg":"message exceeded backend quota; raising alarm","quota-size-bytes":16777216,"quota-size":"17 MB","error":"etcdserver: no space"}`,
      },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 E | etcdserver: applying raft message exceeded backend quota' },
    ],
    read: (m, emit) => emit('db.quota-exceeded', { quotaBytes: m.num('quota-size-bytes') }),
  },
  {
    id: 'alarm raised',
    says: ['alarm raised'],
    package: 'etcdserver',
    text: /^alarm (\w+) raised by peer ([0-9a-f]+)/,
    samples: [
      { version: '3.5', line: `${WARN}"etcdserver/apply.go:727","msg":"alarm raised","alarm":"NOSPACE","from":"1fea2dc091eccdf"}` },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 W | etcdserver: alarm NOSPACE raised by peer d8d76f1a02343b7b' },
    ],
    read: (m, emit) => {
      const alarm = alarmKind(m.str('alarm', 1));
      if (alarm !== null) emit('alarm.raised', { alarm, member: m.id('from', 2) });
    },
  },
  {
    id: 'alarm disarmed',
    says: ['alarm disarmed'],
    package: 'etcdserver',
    text: /^alarm disarmed memberID:(\d+) alarm:(\w+)/,
    samples: [
      { version: '3.5', line: `${WARN}"etcdserver/apply.go:748","msg":"alarm disarmed","alarm":"NOSPACE","from":"1fea2dc091eccdf"}` },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 I | etcdserver: alarm disarmed memberID:143731304051952863 alarm:NOSPACE ' },
    ],
    read: (m, emit) => {
      const alarm = alarmKind(m.str('alarm', 2));
      if (alarm !== null) emit('alarm.disarmed', { alarm, member: m.id('from') ?? memberIdFromDecimal(m.str('', 1) ?? '') });
    },
  },
  {
    id: 'finished scheduled compaction',
    says: ['finished scheduled compaction'],
    package: 'mvcc',
    text: /^finished scheduled compaction at (\d+) \(took (\S+)\)/,
    samples: [
      {
        version: '3.5',
        line: '{"level":"info","ts":"2026-11-22T07:46:58.698266Z","caller":"mvcc/kvstore_compaction.go:68","msg":"finished scheduled compaction","compact-revision":845,"took":"2.1ms","hash":2210361423,"current-db-size-bytes":1003520,"current-db-size":"1.0 MB","current-db-size-in-use-bytes":319488,"current-db-size-in-use":"320 kB"}',
      },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 I | mvcc: finished scheduled compaction at 845 (took 2.1ms)' },
    ],
    read: (m, emit) =>
      emit('db.compaction-finished', {
        revision: m.num('compact-revision', 1) ?? 0,
        took: m.dur('took', 2),
        dbSizeBytes: m.num('current-db-size-bytes'),
        dbSizeInUseBytes: m.num('current-db-size-in-use-bytes'),
      }),
  },
  {
    id: 'compaction failed',
    says: ['failed auto periodic compaction', 'failed auto revision compaction'],
    package: 'compactor',
    text: /^Failed auto-compaction at revision \d+ \((.*)\)/,
    samples: [
      {
        version: '3.5',
        line: `${WARN}"v3compactor/periodic.go:140","msg":"failed auto periodic compaction","revision":100,"compact-period":"1h0m0s","error":"etcdserver: request timed out"}`,
      },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 W | compactor: Failed auto-compaction at revision 100 (etcdserver: request timed out)' },
    ],
    read: (m, emit) => emit('db.compaction-failed', { error: m.str('error', 1) ?? '' }),
  },
  {
    id: 'defragmentation started',
    says: ['starting defragment'],
    package: 'etcdserver/api/v3rpc',
    text: /^starting to defragment the storage backend/,
    samples: [
      { version: '3.5', line: '{"level":"info","ts":"2026-11-22T07:46:58.698266Z","caller":"v3rpc/maintenance.go:90","msg":"starting defragment"}' },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 N | etcdserver/api/v3rpc: starting to defragment the storage backend...' },
    ],
    read: (_m, emit) => emit('db.defragmentation-started', {}),
  },
  {
    id: 'defragmentation finished',
    says: ['finished defragmenting directory'],
    package: 'etcdserver/api/v3rpc',
    text: /^finished defragmenting the storage backend/,
    samples: [
      {
        version: '3.5',
        line: '{"level":"info","ts":"2026-11-22T07:46:58.698266Z","caller":"backend/backend.go:549","msg":"finished defragmenting directory","path":"m1.etcd/member/snap/db","current-db-size-bytes-diff":-684032,"current-db-size-bytes":319488,"current-db-size":"320 kB","current-db-size-in-use-bytes-diff":-8192,"current-db-size-in-use-bytes":311296,"current-db-size-in-use":"311 kB","took":"25.1ms"}',
      },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 N | etcdserver/api/v3rpc: finished defragmenting the storage backend' },
    ],
    read: (m, emit) => {
      const diff = m.num('current-db-size-bytes-diff');
      emit('db.defragmentation-finished', { dbSizeBytes: m.num('current-db-size-bytes'), reclaimedBytes: diff === null ? null : -diff, took: m.dur('took') });
    },
  },
  {
    id: 'defragmentation failed',
    says: ['failed to defragment'],
    package: 'etcdserver/api/v3rpc',
    text: /^failed to defragment the storage backend \((.*)\)/,
    samples: [
      { version: '3.5', line: `${WARN}"v3rpc/maintenance.go:95","msg":"failed to defragment","error":"no space left on device"}` },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 E | etcdserver/api/v3rpc: failed to defragment the storage backend (no space left on device)' },
    ],
    read: (m, emit) => emit('db.defragmentation-failed', { error: m.str('error', 1) ?? '' }),
  },
  {
    id: 'database served to a backup client',
    says: ['sending database snapshot to client', 'successfully sent database snapshot to client'],
    package: 'etcdserver/api/v3rpc',
    text: /^(successfully sent|sending) database snapshot to client .*\[(\d+) bytes\]/,
    samples: [
      {
        version: '3.5',
        line: '{"level":"info","ts":"2026-11-22T07:46:58.698266Z","caller":"v3rpc/maintenance.go:130","msg":"sending database snapshot to client","total-bytes":20480,"size":"20 kB"}',
      },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 I | etcdserver/api/v3rpc: sending database snapshot to client 20 kB [20480 bytes]' },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 I | etcdserver/api/v3rpc: successfully sent database snapshot to client 20 kB [20480 bytes]' },
    ],
    read: (m, emit) => emit('backup.served', { phase: m.text.startsWith('successfully') ? 'finished' : 'started', sizeBytes: m.num('total-bytes', 2) }),
  },
]);
