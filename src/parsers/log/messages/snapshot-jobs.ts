import { backupCause } from '../../documents/etcdctl/backup.ts';
import { defineMessages } from '../message.ts';

const AT = 'time="2026-11-22T07:41:40Z"';

/**
 * What k3s, rke2 and Velero say of backups that failed. Upstream: k3s `pkg/etcd/snapshot.go`, `pkg/etcd/s3/s3.go` (rke2 embeds it);
 * velero `pkg/controller/backup_controller.go`. Snapshots that succeed are told by etcd's own lines in the same log.
 */
export const snapshotJobMessages = defineMessages([
  {
    id: 'snapshot of k3s or rke2 failed',
    text: /^"?(?:Failed to take (?:etcd|scheduled) snapshot|Error received during snapshot upload to S3|Unable to initialize S3 client|[Ff]ailed to save (?:etcd )?snapshot): (.*?)"?$/,
    samples: [
      {
        version: 'k3s 1.30',
        line: `${AT} level=error msg="Failed to take etcd snapshot: could not open /s/etcd-snapshot-m1-1795338600.part (open /s/etcd-snapshot-m1-1795338600.part: no space left on device)"`,
      },
      {
        version: 'k3s 1.30',
        line: `${AT} level=error msg="Failed to take scheduled snapshot: failed to check etcd status for snapshot: context deadline exceeded"`,
      },
      { version: 'rke2 1.28', line: `${AT} level=error msg="Error received during snapshot upload to S3: Access Denied."` },
      {
        version: 'rke2 1.28',
        line: `${AT} level=warning msg="Unable to initialize S3 client: failed to test for existence of bucket backups: dial tcp 10.1.1.1:9000: connect: connection refused"`,
      },
    ],
    read: (m, emit) => {
      const error = m.str('', 1) ?? m.text;
      emit('backup.failed', { error, cause: backupCause(error), path: /open (\S+?)(?:\.part)?: /.exec(error)?.[1] ?? null });
    },
  },
  {
    id: 'backup of Velero failed',
    text: /^"backup failed".*? error="((?:[^"\\]|\\.)*)"/,
    samples: [
      {
        version: 'velero 1.9',
        line: `${AT} level=error msg="backup failed" backuprequest=velero/daily-1 controller=backup error="rpc error: code = Unknown desc = AccessDenied: Access Denied" logSource="pkg/controller/backup_controller.go:332"`,
      },
    ],
    read: (m, emit) => {
      const error = m.str('', 1) ?? '';
      emit('backup.failed', { error, cause: backupCause(error), path: null });
    },
  },
]);
