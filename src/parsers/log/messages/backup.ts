import { MINUTE } from '../../../model/time.ts';
import { backupCause } from '../../documents/etcdctl/backup.ts';
import type { Emit, Message } from '../message.ts';
import { defineMessages } from '../message.ts';

const LINE = '{"level":"info","ts":"2026-11-22T07:41:40.100000Z","caller":"snapshot/v3_snapshot.go:65","msg":';
// the words of a failed restore, of a snapshot file that is no good, and of a failed save
const RESTORE = /expected sha256 \[|snapshot missing hash|data-dir "|wal-dir "|in the initial cluster configuration|--initial-cluster has/;
const DAMAGED =
  /expected sha256 \[|snapshot missing hash|invalid database|snapshot file integrity check failed|file size too small|version mismatch|checksum error/;
const SAVE =
  /could not open .*\.part\b|\.part: |sha256 checksum not found|could not (?:write|rename|fsync|sync)|snapshot must be requested to one selected node/;

/** `saved` and the like are anybody's words; the snapshot code writes them from its own files. */
function ofSnapshotCode(m: Message): boolean {
  const caller = m.str('caller');
  return caller === null || /\b(?:v3_snapshot|maintenance|snapshot)\.go\b/.test(caller);
}

function failed(m: Message, emit: Emit): void {
  const error = (m.str('', 1) ?? '').trim();
  const path = /(?:open|write) (\S+?)(?:\.part)?:? /.exec(`${error} `)?.[1] ?? null;
  if (DAMAGED.test(error)) emit('backup.damaged', { path, reason: error });
  if (RESTORE.test(error)) emit('restore.failed', { error, path });
  else if (SAVE.test(error)) emit('backup.failed', { error, cause: backupCause(error), path });
  else if (m.component === 'backup' && !DAMAGED.test(error)) emit('backup.failed', { error, cause: backupCause(error), path });
  else if (m.component === 'etcdctl') emit('etcdctl.failed', { command: null, error });
}

/**
 * What etcdctl and etcdutl say while they save and restore database snapshots, in the log of a job that runs them.
 * Upstream: etcd `client/v3/snapshot/v3_snapshot.go`, `client/v3/maintenance.go`, `etcdutl/snapshot/v3_snapshot.go`, 3.4–3.6.
 */
export const backupMessages = defineMessages([
  {
    id: 'snapshot saved',
    // etcdctl says it twice: as a log line and in plain words
    throttle: { every: MINUTE, by: ['path'], group: 1 },
    says: ['saved'],
    text: /^Snapshot saved at (.+?)\s*$/,
    samples: [
      { version: '3.5.30', line: `${LINE}"saved","path":"/backup/snap.db"}` },
      { version: '3.5.30', line: 'Snapshot saved at /backup/snap.db' },
    ],
    read: (m, emit) => {
      if (ofSnapshotCode(m)) emit('backup.saved', { path: m.str('path', 1), sizeBytes: null });
    },
  },
  {
    id: 'snapshot fetched',
    says: ['fetched snapshot'],
    samples: [
      { version: '3.5.30', line: `${LINE}"fetched snapshot","endpoint":"https://127.0.0.1:2379","size":"20 kB","took":"now"}` },
      { version: '3.6.0', line: `${LINE}"fetched snapshot","endpoint":"https://127.0.0.1:2379","size":"20 kB","took":"12.3ms","etcd-version":"3.6.0"}` },
    ],
  },
  {
    id: 'snapshot stream broke',
    throttle: { every: MINUTE },
    says: ['failed to receive from snapshot stream; closing'],
    samples: [
      {
        version: '3.5.30',
        line: `${LINE}"failed to receive from snapshot stream; closing","error":"rpc error: code = Unavailable desc = error reading from server: EOF"}`,
      },
    ],
    read: (m, emit) => {
      const error = m.str('error') ?? m.text;
      emit('backup.failed', { error, cause: backupCause(error), path: null });
    },
  },
  {
    id: 'restore began',
    says: ['restoring snapshot'],
    samples: [
      {
        version: '3.5.30',
        line: `${LINE}"restoring snapshot","path":"/backup/snap.db","wal-dir":"m1.etcd/member/wal","data-dir":"m1.etcd","snap-dir":"m1.etcd/member/snap"}`,
      },
    ],
    read: (m, emit) => {
      if (ofSnapshotCode(m)) emit('restore.started', { path: m.str('path') });
    },
  },
  {
    id: 'restore finished',
    says: ['restored snapshot'],
    samples: [
      {
        version: '3.5.30',
        line: `${LINE}"restored snapshot","path":"/backup/snap.db","wal-dir":"m1.etcd/member/wal","data-dir":"m1.etcd","snap-dir":"m1.etcd/member/snap"}`,
      },
    ],
    read: (m, emit) => {
      if (ofSnapshotCode(m)) emit('restore.finished', { path: m.str('path') });
    },
  },
  {
    id: 'command failed',
    text: /^Error: (.*)$/,
    samples: [
      { version: '3.5.30', line: 'Error: could not open /backup/snap.db.part (open /backup/snap.db.part: no space left on device)' },
      { version: '3.5.30', line: 'Error: expected sha256 [10 20], got [30 40]' },
      { version: '3.5.30', line: 'Error: context deadline exceeded' },
    ],
    read: failed,
  },
]);
