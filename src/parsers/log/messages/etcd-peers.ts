import { SECOND } from '../../../model/time.ts';
import { memberIdFromHex } from '../../../model/ids.ts';
import { defineMessages } from '../message.ts';
import { readTlsRejection } from './tls.ts';

const WARN = '{"level":"warn","ts":"2026-11-22T07:46:58.698266Z","caller":';

/** The peer transport: streams, probes, identity checks, TLS. Upstream: etcd `server/etcdserver/api/rafthttp/*.go`, `server/embed/config_logging.go`, 3.4–3.6. */
export const etcdPeerMessages = defineMessages([
  {
    id: 'peer became active',
    says: ['peer became active'],
    package: 'rafthttp',
    text: /^peer ([0-9a-f]+) became active/,
    samples: [
      { version: '3.5', line: `${WARN}"rafthttp/peer_status.go:53","msg":"peer became active","peer-id":"2172fe4f7581b595"}` },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 I | rafthttp: peer 4721aea1fe144eac became active' },
    ],
    read: (m, emit) => {
      const peer = m.id('peer-id', 1);
      if (peer !== null) emit('peer.became-active', { peer });
    },
  },
  {
    id: 'peer became inactive',
    says: ['peer became inactive (message send to peer failed)'],
    package: 'rafthttp',
    text: /^peer ([0-9a-f]+) became inactive \(message send to peer failed\)/,
    samples: [
      {
        version: '3.5',
        line: `${WARN}"rafthttp/peer_status.go:66","msg":"peer became inactive (message send to peer failed)","peer-id":"2172fe4f7581b595","error":"failed to dial 2172fe4f7581b595 on stream MsgApp v2 (dial tcp 127.0.0.1:23511: i/o timeout)"}`,
      },
      { version: '3.4.23', line: '2026-11-22 07:46:50.380679 I | rafthttp: peer 4721aea1fe144eac became inactive (message send to peer failed)' },
    ],
    read: (m, emit) => {
      const peer = m.id('peer-id', 1);
      if (peer !== null) emit('peer.became-inactive', { peer, error: m.str('error') });
    },
  },
  {
    id: 'lost TCP streaming connection with remote peer',
    throttle: { every: SECOND, by: ['remote-peer-id', 'error'] },
    says: ['lost TCP streaming connection with remote peer'],
    package: 'rafthttp',
    text: /^lost the TCP streaming connection with peer ([0-9a-f]+)/,
    samples: [
      {
        version: '3.5',
        line: `${WARN}"rafthttp/stream.go:421","msg":"lost TCP streaming connection with remote peer","stream-reader-type":"stream MsgApp v2","local-member-id":"146e974d9a20f516","remote-peer-id":"2172fe4f7581b595","error":"unexpected EOF"}`,
      },
      {
        version: '3.4',
        line: '2026-11-22 07:46:50.380679 W | rafthttp: lost the TCP streaming connection with peer 4721aea1fe144eac (stream MsgApp v2 reader)',
      },
    ],
    read: (m, emit) => {
      const peer = m.id('remote-peer-id', 1);
      if (peer !== null) emit('peer.stream-lost', { peer, error: m.str('error') });
    },
  },
  {
    id: 'peer stream failed',
    package: 'rafthttp',
    text: /^failed to (?:read|write|dial|find) ([0-9a-f]+) on stream .*? \((.*)\)$/,
    samples: [
      {
        version: '3.4.23',
        line: '2026-11-22 07:46:50.380679 E | rafthttp: failed to dial 4721aea1fe144eac on stream Message (dial tcp 127.0.0.1:23621: connect: connection refused)',
      },
    ],
    read: (m, emit) => {
      const peer = memberIdFromHex(m.str('', 1) ?? '');
      if (peer !== null) emit('peer.stream-lost', { peer, error: m.str('', 2) });
    },
  },
  {
    id: 'established TCP streaming connection with remote peer',
    throttle: { every: SECOND, by: ['remote-peer-id'] },
    says: ['established TCP streaming connection with remote peer'],
    package: 'rafthttp',
    text: /^established a TCP streaming connection with peer ([0-9a-f]+)/,
    samples: [
      {
        version: '3.5',
        line: `${WARN}"rafthttp/stream.go:412","msg":"established TCP streaming connection with remote peer","stream-reader-type":"stream Message","local-member-id":"146e974d9a20f516","remote-peer-id":"2172fe4f7581b595"}`,
      },
      {
        version: '3.4',
        line: '2026-11-22 07:46:50.380679 I | rafthttp: established a TCP streaming connection with peer 4721aea1fe144eac (stream Message writer)',
      },
    ],
    read: (m, emit) => {
      const peer = m.id('remote-peer-id', 1);
      if (peer !== null) emit('peer.stream-established', { peer });
    },
  },
  {
    id: 'prober detected unhealthy status',
    throttle: { every: SECOND, by: ['remote-peer-id', 'error'] },
    says: ['prober detected unhealthy status'],
    package: 'rafthttp',
    text: /^health check for peer ([0-9a-f]+) could not connect: (.*)/,
    samples: [
      {
        version: '3.5',
        line: `${WARN}"rafthttp/probing_status.go:68","msg":"prober detected unhealthy status","round-tripper-name":"ROUND_TRIPPER_SNAPSHOT","remote-peer-id":"2172fe4f7581b595","rtt":"0s","error":"dial tcp 127.0.0.1:23511: connect: connection refused"}`,
      },
      {
        version: '3.4',
        line: '2026-11-22 07:46:50.380679 W | rafthttp: health check for peer 4721aea1fe144eac could not connect: dial tcp 127.0.0.1:23621: connect: connection refused',
      },
    ],
    read: (m, emit) => {
      const peer = m.id('remote-peer-id', 1);
      if (peer !== null) emit('peer.probe-failed', { peer, error: m.str('error', 2), rtt: m.dur('rtt') });
      if (peer !== null) readTlsRejection(m.str('error', 2) ?? '', peer, 'peer', emit);
    },
  },
  {
    id: 'prober found high clock drift',
    says: ['prober found high clock drift'],
    package: 'rafthttp',
    text: /^the clock difference against peer ([0-9a-f]+) is too high \[(\S+) > 1s\]/,
    samples: [
      {
        version: '3.5',
        line: `${WARN}"rafthttp/probing_status.go:82","msg":"prober found high clock drift","round-tripper-name":"ROUND_TRIPPER_SNAPSHOT","remote-peer-id":"42daf86b2e9de464","clock-drift":"37.50016602s","rtt":"230.423µs"}`,
      },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 W | rafthttp: the clock difference against peer 4721aea1fe144eac is too high [1m2.3s > 1s]' },
    ],
    read: (m, emit) => {
      const peer = m.id('remote-peer-id', 1);
      const drift = m.dur('clock-drift', 2);
      if (peer !== null && drift !== null) emit('peer.clock-drift', { peer, drift, rtt: m.dur('rtt') ?? 0, error: m.str('error') });
    },
  },
  {
    id: 'peer not reachable',
    says: ['failed to reach the peer URL', 'failed to get version', 'failed to get cluster response'],
    package: 'etcdserver',
    text: /^(?:failed to reach the peerURL\((\S+)\) of member|cannot get the version of member) ([0-9a-f]+) \((.*)\)$/,
    samples: [
      {
        version: '3.5',
        line: `${WARN}"etcdserver/cluster_util.go:294","msg":"failed to reach the peer URL","address":"http://127.0.0.1:23511/version","remote-member-id":"2172fe4f7581b595","error":"dial tcp 127.0.0.1:23511: connect: connection refused"}`,
      },
      {
        version: '3.4',
        line: '2026-11-22 07:46:50.380679 W | etcdserver: failed to reach the peerURL(https://10.0.5.102:2380) of member 4c847ca3b440236 (dial tcp 10.0.5.102:2380: i/o timeout)',
      },
    ],
    read: (m, emit) => emit('peer.unreachable', { peer: m.id('remote-member-id', 2), address: m.str('address', 1), error: m.str('error', 3) ?? '' }),
  },
  {
    id: 'raft message dropped, buffer full',
    throttle: { every: SECOND, by: ['remote-peer-id'] },
    says: [
      'dropped internal Raft message since sending buffer is full',
      'dropped internal Raft message since sending buffer is full (overloaded network)',
      'dropped internal Raft message since receiving buffer is full (overloaded network)',
    ],
    package: 'rafthttp',
    text: /^dropped internal raft message (to|from) ([0-9a-f]+) since .*buffer is full/,
    samples: [
      {
        version: '3.5',
        line: `${WARN}"rafthttp/peer.go:267","msg":"dropped internal Raft message since sending buffer is full (overloaded network)","message-type":"MsgHeartbeat","local-member-id":"146e974d9a20f516","from":"146e974d9a20f516","remote-peer-id":"2172fe4f7581b595","remote-peer-name":"stream Message","remote-peer-active":false}`,
      },
      {
        version: '3.4',
        line: `2026-11-22 07:46:50.380679 W | rafthttp: dropped internal raft message to 4721aea1fe144eac since stream Message's sending buffer is full (bad/overloaded network)`,
      },
      {
        version: '3.4',
        line: '2026-11-22 07:46:50.380679 W | rafthttp: dropped internal raft message from 4721aea1fe144eac since receiving buffer is full (overloaded network) [merged 2 repeated lines in 1s]',
      },
    ],
    read: (m, emit) =>
      emit('peer.message-dropped', {
        peer: m.id('remote-peer-id', 2),
        message: m.str('message-type'),
        direction: m.text.includes('receiving') || m.str('', 1) === 'from' ? 'receiving' : 'sending',
      }),
  },
  {
    id: 'cluster ID mismatch',
    throttle: { every: SECOND, by: ['remote-peer-server-name', 'remote-peer-id'] },
    says: [
      'request cluster ID mismatch',
      'request sent was ignored by remote peer due to cluster ID mismatch',
      'request sent was ignored due to cluster ID mismatch',
    ],
    package: 'rafthttp',
    text: /^request (?:cluster ID mismatch \(got ([0-9a-f]+) want ([0-9a-f]+)\)|sent was ignored \(cluster ID mismatch: (?:peer|remote)\[([0-9a-f]+)\]=([0-9a-f]+), local=([0-9a-f]+)\))/,
    samples: [
      {
        version: '3.5',
        line: `${WARN}"rafthttp/http.go:500","msg":"request cluster ID mismatch","local-member-id":"f7a8e6c3212791f7","local-member-cluster-id":"30477999f4e079f1","local-member-server-version":"3.5.16","remote-peer-server-name":"44cc2f6701f11f47","remote-peer-server-version":"3.5.16","remote-peer-cluster-id":"67eee8c0873b539d"}`,
      },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 E | rafthttp: request cluster ID mismatch (got 30477999f4e079f1 want 67eee8c0873b539d)' },
    ],
    read: (m, emit) =>
      emit('peer.cluster-id-mismatch', {
        local: m.cluster('local-member-cluster-id', 2) ?? m.cluster('', 5),
        remote: m.cluster('remote-peer-cluster-id', 1) ?? m.cluster('', 4),
        peer: m.id('remote-peer-id', 3) ?? m.id('remote-peer-server-name'),
        peerName: m.str('remote-peer-server-name'),
      }),
  },
  {
    id: 'member ID mismatch',
    says: ['ignored streaming request; ID mismatch', 'rejected Raft message to mismatch member'],
    package: 'rafthttp',
    text: /^streaming request ignored \(ID mismatch got ([0-9a-f]+) want ([0-9a-f]+)\)/,
    samples: [
      {
        version: '3.5',
        line: `${WARN}"rafthttp/http.go:430","msg":"ignored streaming request; ID mismatch","local-member-id":"146e974d9a20f516","remote-peer-id-stream-handler":"146e974d9a20f516","remote-peer-id-header":"7809d95f2d705fc6","remote-peer-id-from":"2172fe4f7581b595","cluster-id":"67eee8c0873b539d"}`,
      },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 E | rafthttp: streaming request ignored (ID mismatch got 2172fe4f7581b595 want 146e974d9a20f516)' },
    ],
    read: (m, emit) =>
      emit('peer.member-id-mismatch', { local: m.id('local-member-id', 2), remote: m.id('remote-peer-id-from', 1) ?? m.id('mismatch-member-id') }),
  },
  {
    id: 'removed member still speaks',
    says: ['rejected stream from remote peer because it was removed', 'rejected Raft message from removed member'],
    package: 'rafthttp',
    text: /^rejected the stream from peer ([0-9a-f]+) since it was removed/,
    samples: [
      {
        version: '3.5',
        line: `${WARN}"rafthttp/http.go:420","msg":"rejected stream from remote peer because it was removed","local-member-id":"146e974d9a20f516","remote-peer-id-stream-handler":"146e974d9a20f516","remote-peer-id-from":"2172fe4f7581b595"}`,
      },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 W | rafthttp: rejected the stream from peer 4721aea1fe144eac since it was removed' },
    ],
    read: (m, emit) => emit('peer.removed-member-rejected', { peer: m.id('remote-peer-id-from', 1) ?? m.id('removed-member-id') }),
  },
  {
    id: 'removed member still sends',
    package: 'etcdserver',
    text: /^reject message from removed member ([0-9a-f]+)/,
    samples: [{ version: '3.4', line: '2026-11-22 07:46:50.380679 W | etcdserver: reject message from removed member 4721aea1fe144eac' }],
    read: (m, emit) => emit('peer.removed-member-rejected', { peer: m.id('', 1) }),
  },
  {
    id: 'rejected connection',
    throttle: { every: SECOND, by: ['error'] },
    says: ['rejected connection', 'rejected connection on client endpoint', 'rejected connection on peer endpoint'],
    package: 'embed',
    text: /^rejected connection from "([^"]*)" \(error "(.*?)", ServerName/,
    samples: [
      {
        version: '3.5.30',
        line: `${WARN}"embed/config_logging.go:161","msg":"rejected connection on peer endpoint","remote-addr":"10.60.0.12:41234","server-name":"","error":"tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-22T07:57:55Z is after 2021-01-01T00:00:00Z"}`,
      },
      {
        version: '3.4',
        line: '2026-11-22 07:46:50.380679 I | embed: rejected connection from "10.0.5.9:51234" (error "remote error: tls: bad certificate", ServerName "")',
      },
    ],
    read: (m, emit) => readTlsRejection(m.str('error', 2) ?? '', m.str('remote-addr', 1), m.text.includes('peer') ? 'peer' : 'client', emit),
  },
  {
    id: 'raft snapshot sent to peer',
    says: ['sending database snapshot'],
    package: 'rafthttp',
    text: /^start to send database snapshot \[index: (\d+), to ([0-9a-f]+)/,
    samples: [
      {
        version: '3.5',
        line: `${WARN}"rafthttp/snapshot_sender.go:81","msg":"sending database snapshot","snapshot-index":120,"remote-peer-id":"2172fe4f7581b595","bytes":20480,"size":"20 kB"}`,
      },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 I | rafthttp: start to send database snapshot [index: 120, to 4721aea1fe144eac, size 14 MB]...' },
    ],
    read: (m, emit) => {
      const to = m.id('remote-peer-id', 2);
      if (to !== null) emit('raft-snapshot.sent', { to, raftIndex: m.num('snapshot-index', 1) ?? 0 });
    },
  },
  {
    id: 'raft snapshot delivered to peer',
    says: ['sent database snapshot'],
    package: 'rafthttp',
    text: /^database snapshot \[index: (\d+), to: ([0-9a-f]+)\] sent out successfully/,
    samples: [
      {
        version: '3.5',
        line: `${WARN}"rafthttp/snapshot_sender.go:130","msg":"sent database snapshot","snapshot-index":120,"remote-peer-id":"2172fe4f7581b595","bytes":20480,"size":"20 kB"}`,
      },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 I | rafthttp: database snapshot [index: 120, to: 4721aea1fe144eac] sent out successfully' },
    ],
    read: (m, emit) => {
      const to = m.id('remote-peer-id', 2);
      if (to !== null) emit('raft-snapshot.delivered', { to, raftIndex: m.num('snapshot-index', 1) ?? 0 });
    },
  },
  {
    id: 'raft snapshot received',
    says: ['receiving database snapshot', 'received and saved database snapshot'],
    package: 'rafthttp',
    text: /^(receiving|successfully received and saved) database snapshot \[index: (\d+), from: ([0-9a-f]+)/,
    samples: [
      {
        version: '3.5',
        line: `${WARN}"rafthttp/http.go:260","msg":"receiving database snapshot","local-member-id":"2172fe4f7581b595","remote-snapshot-sender-id":"146e974d9a20f516","incoming-snapshot-index":120,"incoming-snapshot-message-size-bytes":9000,"incoming-snapshot-message-size":"9.0 kB"}`,
      },
      {
        version: '3.4',
        line: '2026-11-22 07:46:50.380679 I | rafthttp: receiving database snapshot [index: 120, from: 4721aea1fe144eac, raft message size: 9.0 kB]',
      },
      {
        version: '3.4',
        line: '2026-11-22 07:46:50.380679 I | rafthttp: successfully received and saved database snapshot [index: 120, from: 4721aea1fe144eac, raft message size: 9.0 kB]',
      },
    ],
    read: (m, emit) => {
      const from = m.id('remote-snapshot-sender-id', 3);
      if (from !== null)
        emit('raft-snapshot.received', { from, raftIndex: m.num('incoming-snapshot-index', 2) ?? 0, phase: m.text.includes('saved') ? 'saved' : 'started' });
    },
  },
]);
