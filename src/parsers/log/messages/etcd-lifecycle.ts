import { parseGoDuration } from '../../../model/time.ts';
import { defineMessages } from '../message.ts';

/** Start, identity, stop of an etcd server. Upstream: etcd `server/embed/etcd.go`, `server/etcdmain/etcd.go`, `server/etcdserver/server.go`, 3.4–3.6. */
export const etcdLifecycleMessages = defineMessages([
  {
    id: 'starting an etcd server',
    says: ['starting an etcd server'],
    samples: [
      {
        version: '3.5.30',
        line: '{"level":"info","ts":"2026-11-22T07:41:35.229823Z","caller":"embed/etcd.go:310","msg":"starting an etcd server","etcd-version":"3.5.30","git-sha":"Not provided","name":"etcd-1","data-dir":"etcd-1.etcd","force-new-cluster":false,"heartbeat-interval":"100ms","election-timeout":"1s","quota-backend-bytes":2147483648,"pre-vote":true}',
      },
    ],
    read: (m, emit) =>
      emit('etcd.started', {
        name: m.str('name'),
        version: m.str('etcd-version'),
        dataDir: m.str('data-dir'),
        forceNewCluster: m.flag('force-new-cluster'),
        heartbeat: m.dur('heartbeat-interval'),
        election: m.dur('election-timeout'),
        quotaBytes: m.num('quota-backend-bytes'),
        peerUrls: m.list('initial-advertise-peer-urls'),
        clientUrls: m.list('advertise-client-urls'),
        initialCluster: m.str('initial-cluster'),
        initialClusterState: m.str('initial-cluster-state'),
        preVote: m.str('pre-vote') === null ? null : m.flag('pre-vote'),
      }),
  },
  {
    id: 'etcd version (process start)',
    package: 'etcdmain',
    text: /^etcd Version: (\S+)/,
    samples: [{ version: '3.4.23', line: '2026-11-22 07:41:35.229823 I | etcdmain: etcd Version: 3.4.23' }],
    read: (m, emit) =>
      emit('etcd.started', {
        name: null,
        version: m.str('', 1),
        dataDir: null,
        forceNewCluster: false,
        heartbeat: null,
        election: null,
        quotaBytes: null,
        peerUrls: [],
        clientUrls: [],
        initialCluster: null,
        initialClusterState: null,
        preVote: null,
      }),
  },
  {
    id: 'starting with client TLS',
    says: ['starting with client TLS'],
    package: 'embed',
    text: /^ClientTLS: (.*)$/,
    samples: [
      {
        version: '3.5.30',
        line: '{"level":"info","ts":"2026-11-22T09:16:12.153852Z","caller":"embed/etcd.go:762","msg":"starting with client TLS","tls-info":"cert = /etc/kubernetes/pki/etcd/server.crt, key = /etc/kubernetes/pki/etcd/server.key, client-cert=, client-key=, trusted-ca = /etc/kubernetes/pki/etcd/ca.crt, client-cert-auth = true, crl-file = ","cipher-suites":[]}',
      },
      {
        version: '3.4.23',
        line: '2026-11-22 07:41:35.229823 I | embed: ClientTLS: cert = /etc/etcd/pki/server.crt, key = /etc/etcd/pki/server.key, trusted-ca = /etc/etcd/pki/ca.crt, client-cert-auth = true, crl-file = ',
      },
    ],
    read: (m, emit) => {
      const info = m.str('tls-info', 1) ?? '';
      const file = (name: string): string | null => new RegExp(`(?:^|, )${name} = ([^,]+)`).exec(info)?.[1]?.trim() || null;
      emit('etcd.client-tls', { cert: file('cert'), key: file('key'), trustedCa: file('trusted-ca') });
    },
  },
  {
    id: 'embed: name',
    package: 'embed',
    text: /^name = (\S+)/,
    samples: [{ version: '3.4.23', line: '2026-11-22 07:41:35.229823 I | embed: name = node1' }],
  },
  {
    id: 'member identified at start',
    says: ['starting local member', 'starting etcd server'],
    package: 'etcdserver',
    text: /^starting member ([0-9a-f]+) in cluster ([0-9a-f]+)/,
    samples: [
      {
        version: '3.5',
        line: '{"level":"info","ts":"2026-11-22T07:41:35.229823Z","caller":"etcdserver/raft.go:495","msg":"starting local member","local-member-id":"146e974d9a20f516","cluster-id":"67eee8c0873b539d"}',
      },
      { version: '3.4', line: '2026-11-22 07:41:35.229823 I | etcdserver: starting member d8d76f1a02343b7b in cluster f2e47ae047a56745' },
    ],
    read: (m, emit) => {
      const member = m.id('local-member-id', 1);
      if (member !== null)
        emit('etcd.identified', {
          member,
          cluster: m.cluster('cluster-id', 2),
          name: null,
          version: m.str('local-server-version'),
          peerUrls: [],
          clientUrls: [],
        });
    },
  },
  {
    id: 'member restarted from its WAL',
    says: ['restarting local member', 'forcing restart member'],
    package: 'etcdserver',
    text: /^(?:restarting|(forcing) restart of) member ([0-9a-f]+) in cluster ([0-9a-f]+) at commit index (\d+)/,
    samples: [
      {
        version: '3.5',
        line: '{"level":"info","ts":"2026-11-22T07:41:35.229823Z","caller":"etcdserver/raft.go:541","msg":"restarting local member","cluster-id":"67eee8c0873b539d","local-member-id":"146e974d9a20f516","commit-index":14}',
      },
      {
        version: '3.4',
        line: '2026-11-22 07:41:35.229823 I | etcdserver: restarting member d8d76f1a02343b7b in cluster f2e47ae047a56745 at commit index 8990',
      },
    ],
    read: (m, emit) => {
      const member = m.id('local-member-id', 2);
      if (member === null) return;
      const forced = m.text.startsWith('forcing');
      emit('etcd.restarted-from-wal', { member, cluster: m.cluster('cluster-id', 3), commitIndex: m.num('commit-index', 4) ?? 0, forced });
    },
  },
  {
    id: 'now serving peer/client/metrics',
    says: ['now serving peer/client/metrics'],
    samples: [
      {
        version: '3.5',
        line: '{"level":"info","ts":"2026-11-22T07:41:35.229823Z","caller":"embed/etcd.go:279","msg":"now serving peer/client/metrics","local-member-id":"146e974d9a20f516","initial-advertise-peer-urls":["http://127.0.0.1:2380"],"listen-peer-urls":["http://127.0.0.1:2380"],"advertise-client-urls":["http://127.0.0.1:2379"],"listen-client-urls":["http://127.0.0.1:2379"],"listen-metrics-urls":[]}',
      },
    ],
    read: (m, emit) => {
      const member = m.id('local-member-id');
      if (member !== null)
        emit('etcd.identified', {
          member,
          cluster: null,
          name: null,
          version: null,
          peerUrls: m.list('initial-advertise-peer-urls'),
          clientUrls: m.list('advertise-client-urls'),
        });
    },
  },
  {
    id: 'serving client traffic',
    says: ['serving client traffic securely', 'serving client traffic insecurely; this is strongly discouraged!'],
    package: 'embed',
    text: /^serving (?:insecure )?client requests on (\S+?)(?:,|$)/,
    samples: [
      {
        version: '3.5',
        line: '{"level":"info","ts":"2026-11-22T07:41:35.229823Z","caller":"embed/serve.go:210","msg":"serving client traffic securely","address":"127.0.0.1:2379"}',
      },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 N | embed: serving insecure client requests on 127.0.0.1:2379, this is strongly discouraged!' },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 I | embed: serving client requests on 10.0.5.101:2379' },
    ],
    read: (m, emit) => emit('etcd.serving', { member: null, address: m.str('address', 1) ?? '' }),
  },
  {
    id: 'published local member to cluster',
    says: ['published local member to cluster through raft'],
    package: 'etcdserver',
    text: /^published \{Name:(\S*) ClientURLs:\[([^\]]*)\]\} to cluster ([0-9a-f]+)/,
    samples: [
      {
        version: '3.5',
        line: '{"level":"info","ts":"2026-11-22T07:41:35.229823Z","caller":"etcdserver/server.go:2136","msg":"published local member to cluster through raft","local-member-id":"146e974d9a20f516","local-member-attributes":"{Name:m1 ClientURLs:[http://127.0.0.1:23500]}","request-path":"/0/members/146e974d9a20f516/attributes","cluster-id":"67eee8c0873b539d","publish-timeout":"7s"}',
      },
      {
        version: '3.4',
        line: '2026-11-22 07:41:35.229823 I | etcdserver: published {Name:node1 ClientURLs:[https://10.0.5.101:2379]} to cluster 835ed5d48b1eb462',
      },
    ],
    read: (m, emit) => {
      const attributes = /^\{Name:(\S*) ClientURLs:\[([^\]]*)\]/.exec(m.str('local-member-attributes') ?? '');
      const member = m.id('local-member-id');
      const name = attributes?.[1] ?? m.str('', 1);
      const urls = (attributes?.[2] ?? m.str('', 2) ?? '').split(' ').filter((url) => url !== '');
      if (member !== null) emit('etcd.identified', { member, cluster: m.cluster('cluster-id'), name, version: null, peerUrls: [], clientUrls: urls });
      emit('etcd.ready', member === null && name !== null ? { member, name } : { member });
    },
  },
  {
    id: 'failed to publish local member',
    says: ['failed to publish local member to cluster through raft'],
    package: 'etcdserver',
    text: /^publish error: (.*)/,
    samples: [
      {
        version: '3.5',
        line: '{"level":"warn","ts":"2026-11-22T07:41:35.229823Z","caller":"etcdserver/server.go:2155","msg":"failed to publish local member to cluster through raft","local-member-id":"146e974d9a20f516","publish-timeout":"7s","error":"etcdserver: request timed out"}',
      },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 E | etcdserver: publish error: etcdserver: request timed out, possibly due to connection lost' },
    ],
    read: (m, emit) => emit('etcd.publish-failed', { member: m.id('local-member-id'), error: m.str('error', 1) ?? '' }),
  },
  {
    id: 'received signal; shutting down',
    says: ['received signal; shutting down'],
    package: 'pkg/osutil',
    text: /^received (\w+) signal, shutting down/,
    samples: [
      {
        version: '3.5',
        line: '{"level":"info","ts":"2026-11-22T07:41:35.229823Z","caller":"osutil/interrupt_unix.go:64","msg":"received signal; shutting down","signal":"terminated"}',
      },
      { version: '3.4', line: '2026-11-22 07:41:35.229823 N | pkg/osutil: received terminated signal, shutting down...' },
    ],
    read: (m, emit) => emit('etcd.signal-received', { signal: m.str('signal', 1) ?? '' }),
  },
  {
    id: 'closed etcd server',
    says: ['closed etcd server'],
    samples: [
      {
        version: '3.5',
        line: '{"level":"info","ts":"2026-11-22T07:41:35.229823Z","caller":"embed/etcd.go:379","msg":"closed etcd server","name":"m1","data-dir":"m1.etcd"}',
      },
    ],
    read: (m, emit) => emit('etcd.stopped', { name: m.str('name') }),
  },
  {
    id: 'start failed',
    says: [
      'discovery failed',
      'listener failed',
      'bootstrap failed',
      'creating peer listener failed',
      'failed to start etcd',
      'failed to start',
      'checkInitialHashKV failed',
      'failed to verify flags',
    ],
    samples: [
      {
        version: '3.6 and a timeout that is too short',
        line: '{"level":"warn","ts":"2026-11-29T17:30:05.492230Z","caller":"etcdmain/etcd.go:66","msg":"failed to verify flags","error":"--election-timeout[100ms] should be at least as 5 times as --heartbeat-interval[100ms]"}',
      },
      {
        version: '3.5',
        line: '{"level":"fatal","ts":"2026-11-22T07:55:22.561Z","caller":"etcdmain/etcd.go:204","msg":"discovery failed","error":"walpb: crc mismatch"}',
      },
    ],
    read: (m, emit) => {
      const reason = m.str('error') ?? m.text;
      if (m.text !== 'listener failed' || !/server is stopping|use of closed network/.test(reason)) emit('etcd.start-failed', { reason });
      if (/walpb: crc mismatch|wal: (?!file not found)|max entry size limit/.test(reason)) emit('wal.damaged', { reason, file: null });
    },
  },
  {
    id: 'etcdmain: fatal start error',
    package: 'etcdmain',
    text: /^(walpb: crc mismatch|wal: .*|.*couldn't find local name.*|.*has already been bootstrapped.*|.*data inconsistency.*|.*bind: .*|member count is unequal|error validating peerURLs.*)/,
    samples: [{ version: '3.4.23', line: '2026-11-22 07:55:27.314264 C | etcdmain: walpb: crc mismatch' }],
    read: (m, emit) => {
      const reason = m.str('', 1) ?? m.text;
      emit('etcd.start-failed', { reason });
      if (/^walpb|^wal:/.test(reason)) emit('wal.damaged', { reason, file: null });
    },
  },
  {
    id: 'invalid downgrade',
    says: ['invalid downgrade; server version is lower than determined cluster version'],
    samples: [
      {
        version: '3.5',
        line: '{"level":"fatal","ts":"2026-11-22T07:41:35.229823Z","caller":"membership/downgrade.go:67","msg":"invalid downgrade; server version is lower than determined cluster version","current-server-version":"3.4.23","determined-cluster-version":"3.5"}',
      },
    ],
    read: (m, emit) =>
      emit('etcd.start-failed', {
        reason: `${m.text} (server ${m.str('current-server-version') ?? '?'}, cluster ${m.str('determined-cluster-version') ?? '?'})`,
      }),
  },
  {
    id: 'cluster version changed',
    says: ['updated cluster version'],
    package: 'etcdserver/membership',
    text: /^updated the cluster version from (\S+) to (\S+)/,
    samples: [
      {
        version: '3.5',
        line: '{"level":"info","ts":"2026-11-22T07:41:35.229823Z","caller":"membership/cluster.go:576","msg":"updated cluster version","cluster-id":"67eee8c0873b539d","local-member-id":"146e974d9a20f516","from":"3.4","to":"3.5"}',
      },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 N | etcdserver/membership: updated the cluster version from 3.3 to 3.4' },
    ],
    read: (m, emit) => emit('etcd.version-changed', { from: m.str('from', 1) ?? '', to: m.str('to', 2) ?? '' }),
  },
  {
    id: 'backend quota',
    says: ['enabled backend quota with default value', 'enabled backend quota', 'quota exceeds the maximum value'],
    samples: [
      {
        version: '3.5',
        line: '{"level":"info","ts":"2026-11-22T07:41:35.229823Z","caller":"etcdserver/quota.go:117","msg":"enabled backend quota","quota-name":"v3-applier","quota-size-bytes":16777216,"quota-size":"17 MB"}',
      },
    ],
    read: (m, emit) => {
      const quotaBytes = m.num('quota-size-bytes');
      if (quotaBytes !== null) emit('etcd.quota', { quotaBytes });
    },
  },
  {
    id: 'embed: settings',
    package: 'embed',
    text: /^(heartbeat|election) = (\d+)ms$/,
    samples: [
      { version: '3.4', line: '2026-11-22 07:46:50.380679 I | embed: heartbeat = 100ms' },
      { version: '3.3', line: '2026-11-22 07:46:50.380690 I | embed: election = 1000ms' },
    ],
    read: (m, emit) => {
      const of = (name: string): number | null => (m.str('', 1) === name ? (m.num('', 2) ?? 0) * 1000 : null);
      emit('etcd.configured', { name: null, heartbeat: of('heartbeat'), election: of('election'), snapshotCount: null, autoCompaction: null });
    },
  },
  {
    id: 'opened backend db',
    says: ['opened backend db'],
    samples: [
      {
        version: '3.5',
        line: '{"level":"info","ts":"2026-11-22T07:41:35.229823Z","caller":"etcdserver/backend.go:81","msg":"opened backend db","path":"m1.etcd/member/snap/db","took":"2.5ms"}',
      },
    ],
    read: (m, emit) => emit('etcd.backend-opened', { took: m.dur('took') ?? 0 }),
  },
  {
    id: 'db file held by another process',
    says: ['db file is flocked by another process, or taking too long'],
    samples: [
      {
        version: '3.5',
        line: '{"level":"info","ts":"2026-11-22T07:41:35.229823Z","caller":"etcdserver/backend.go:92","msg":"db file is flocked by another process, or taking too long","path":"m1.etcd/member/snap/db","took":"10s"}',
      },
    ],
    read: (m, emit) => emit('etcd.backend-opened', { took: m.dur('took') ?? parseGoDuration('10s') ?? 0 }),
  },
  {
    id: 'member was removed from the cluster',
    says: ['server error', 'data-dir used by this member must be removed'],
    package: 'etcdserver',
    text: /^the member has been permanently removed from the cluster/,
    samples: [
      {
        version: '3.5',
        line: '{"level":"warn","ts":"2026-11-22T07:41:35.229823Z","caller":"etcdserver/server.go:1149","msg":"server error","error":"the member has been permanently removed from the cluster"}',
      },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 E | etcdserver: the member has been permanently removed from the cluster' },
    ],
    read: (m, emit) => {
      if (m.text !== 'server error' || (m.str('error') ?? '').includes('permanently removed'))
        emit('etcd.removed-from-cluster', { member: m.id('local-member-id') });
    },
  },
]);
