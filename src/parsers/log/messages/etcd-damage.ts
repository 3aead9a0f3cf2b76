import type { FactMap } from '../../../model/fact.ts';
import type { Emit, Message } from '../message.ts';
import { defineMessages } from '../message.ts';

const WARN = '{"level":"warn","ts":"2026-11-22T07:46:58.698266Z","caller":';

function mismatch(kind: FactMap['db.hash-mismatch']['kind'], peerGroup = 0, revisionGroup = 0): (m: Message, emit: Emit) => void {
  return (m, emit) =>
    emit('db.hash-mismatch', {
      kind,
      peer: m.id('remote-peer-id', peerGroup) ?? m.id('follower-peer-id'),
      revision: m.num('revision', revisionGroup) ?? m.num('leader-compact-revision') ?? m.num('local-member-revision') ?? m.num('leader-revision'),
      detail: m.text,
    });
}

/** Corruption of database, WAL and snapshots, and crashes. Upstream: etcd `server/etcdserver/corrupt.go`, `server/storage/wal/*.go`, `api/snap/*.go`, 3.4–3.6. */
export const etcdDamageMessages = defineMessages([
  {
    id: 'hash differs from remote peer (initial check)',
    says: ['found different hash values from remote peer'],
    package: 'etcdserver',
    text: /^[0-9a-f]+'s hash \d+ != ([0-9a-f]+)'s hash \d+ \(revision (\d+)/,
    samples: [
      {
        version: '3.5',
        line: `${WARN}"etcdserver/corrupt.go:108","msg":"found different hash values from remote peer","local-member-id":"b5d5d5056b13acf3","local-member-revision":700,"local-member-compact-revision":-1,"local-member-hash":1,"remote-peer-id":"2d8b6573e8b41364","remote-peer-endpoints":["http://10.90.0.3:2379"],"remote-peer-revision":700,"remote-peer-compact-revision":-1,"remote-peer-hash":2}`,
      },
      {
        version: '3.4',
        line: `2026-11-22 07:46:50.380679 E | etcdserver: b5d5d5056b13acf3's hash 1 != 2d8b6573e8b41364's hash 2 (revision 700, peer revision 700, compact revision 10)`,
      },
    ],
    read: mismatch('initial', 1, 2),
  },
  {
    id: 'hash mismatch between members (periodic check)',
    says: [
      'same compact revision then hashes must match',
      "revision from follower must be less than or equal to leader's",
      "compact revision from follower must be less than or equal to leader's",
    ],
    package: 'etcdserver',
    text: /^(?:hash \d+ at revision (\d+)|(?:compact )?revision \d+) from member ([0-9a-f]+), expected (?:hash|at most)/,
    samples: [
      {
        version: '3.5',
        line: `${WARN}"etcdserver/corrupt.go:210","msg":"same compact revision then hashes must match","leader-compact-revision":-1,"leader-hash":1,"follower-compact-revision":-1,"follower-hash":2,"follower-peer-id":"b5d5d5056b13acf3"}`,
      },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 E | etcdserver: hash 2 at revision 700 from member b5d5d5056b13acf3, expected hash 1' },
    ],
    read: mismatch('periodic', 2, 1),
  },
  {
    id: 'own hash changed between two reads',
    says: ['found hash mismatch'],
    samples: [
      {
        version: '3.5',
        line: `${WARN}"etcdserver/corrupt.go:180","msg":"found hash mismatch","revision-1":10,"compact-revision-1":1,"hash-1":1,"revision-2":10,"compact-revision-2":1,"hash-2":2}`,
      },
    ],
    read: mismatch('self'),
  },
  {
    id: 'compaction hash mismatch',
    says: [
      'failed compaction hash check',
      'Detected compaction hash mismatch',
      'Detected compaction hash mismatch but cannot identify the corrupted members, so intentionally set the memberID as 0',
    ],
    samples: [
      {
        version: '3.5',
        line: `${WARN}"etcdserver/corrupt.go:275","msg":"failed compaction hash check","revision":840,"leader-compact-revision":-1,"leader-hash":1,"follower-compact-revision":-1,"follower-hash":2,"follower-peer-id":"b5d5d5056b13acf3"}`,
      },
    ],
    read: mismatch('compaction'),
  },
  {
    id: 'WAL cannot be read',
    says: ['failed to read WAL, cannot be repaired', 'failed to open WAL', 'failed to repair'],
    package: 'etcdserver',
    text: /^(?:read|open) wal error:? \(?(.*?)\)?(?: and cannot be repaired)?$/,
    samples: [
      {
        version: '3.5',
        line: '{"level":"fatal","ts":"2026-11-22T07:55:22.561Z","caller":"etcdserver/storage.go:95","msg":"failed to read WAL, cannot be repaired","error":"walpb: crc mismatch"}',
      },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 C | etcdserver: read wal error (walpb: crc mismatch) and cannot be repaired' },
    ],
    read: (m, emit) => emit('wal.damaged', { reason: m.str('error', 1) ?? m.text, file: m.str('path') }),
  },
  {
    id: 'WAL repaired',
    says: ['repaired WAL', 'repaired'],
    package: 'etcdserver',
    text: /^repaired WAL error/,
    samples: [
      {
        version: '3.5',
        line: '{"level":"info","ts":"2026-11-22T07:55:22.561Z","caller":"etcdserver/storage.go:102","msg":"repaired WAL","error":"unexpected EOF"}',
      },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 I | etcdserver: repaired WAL error (unexpected EOF)' },
    ],
    read: (m, emit) => emit('wal.repaired', { path: m.str('path') }),
  },
  {
    id: 'snap file damaged',
    says: ['snap file is corrupt', 'renamed to a broken snap file', 'failed to read a snap file'],
    package: 'snap',
    text: /^corrupted snapshot file (\S+): (.*)/,
    samples: [
      {
        version: '3.5',
        line: `${WARN}"snap/snapshotter.go:190","msg":"snap file is corrupt","path":"m1.etcd/member/snap/0000000000000002-0000000000000079.snap","prev-crc":1,"new-crc":2}`,
      },
      {
        version: '3.4',
        line: '2026-11-22 07:46:50.380679 E | snap: corrupted snapshot file /var/lib/etcd/member/snap/0000000000000002-0000000000000079.snap: crc mismatch',
      },
    ],
    read: (m, emit) => emit('raft-snapshot.damaged', { reason: m.str('error', 2) ?? m.text, path: m.str('path', 1) }),
  },
  {
    id: 'database cannot be opened',
    says: [
      'failed to open database',
      'failed to recover v3 backend from snapshot',
      'failed to find [SNAPSHOT-INDEX].snap.db',
      'unexpected leader snapshot from outdated index',
    ],
    package: 'etcdserver',
    text: /^(recovering backend from snapshot error: .*)/,
    samples: [
      {
        version: '3.5',
        line: '{"level":"panic","ts":"2026-11-22T07:55:22.561Z","caller":"backend/backend.go:189","msg":"failed to open database","path":"m1.etcd/member/snap/db","error":"invalid database"}',
      },
      {
        version: '3.4',
        line: `2026-11-22 07:46:50.380679 C | etcdserver: recovering backend from snapshot error: failed to find database snapshot file (snap: snapshot file doesn't exist)`,
      },
    ],
    read: (m, emit) => emit('db.opened-damaged', { reason: m.str('error', 1) ?? m.text }),
  },
]);
