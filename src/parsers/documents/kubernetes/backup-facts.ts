import type { JsonNode } from '../../json/json-tree.ts';
import { booleanAt, itemsAt, stringAt } from '../../json/json-access.ts';
import { backupCause } from '../etcdctl/backup.ts';
import type { Emitter } from '../emitter.ts';
import { speaksOfEtcdBackup } from '../schedules.ts';
import { workOf } from './cron-jobs.ts';
import { time } from './lease-facts.ts';
import { anchor, nameOf, namespaceOf } from './objects.ts';

/** A Job (batch/v1 JobStatus) that was to save etcd and failed. */
export function jobFacts(object: JsonNode, emitter: Emitter): void {
  const failed = itemsAt(object, 'status', 'conditions').find((one) => stringAt(one, 'type') === 'Failed' && stringAt(one, 'status') === 'True');
  if (failed === undefined) return;
  const name = `${namespaceOf(object)}/${nameOf(object)}`;
  if (!speaksOfEtcdBackup([name, ...workOf(object, ['spec', 'template', 'spec'])].join(' '))) return;
  const error = `Job ${name}: ${stringAt(failed, 'message') ?? stringAt(failed, 'reason') ?? 'failed'}`;
  const at = time(stringAt(failed, 'lastTransitionTime'));
  emitter.factAt('backup.failed', { error, cause: backupCause(error), path: null }, anchor(failed, ['reason'], ['type']), { at, meaning: 'observed' });
}

/** A Velero Backup (velero.io/v1 BackupStatus) that failed. */
export function veleroBackupFacts(object: JsonNode, emitter: Emitter): void {
  if (!(stringAt(object, 'apiVersion') ?? '').startsWith('velero.io/')) return;
  const phase = stringAt(object, 'status', 'phase');
  if (phase !== 'Failed' && phase !== 'PartiallyFailed' && phase !== 'FailedValidation') return;
  const reason = stringAt(object, 'status', 'failureReason') ?? stringAt(itemsAt(object, 'status', 'validationErrors')[0] ?? null);
  const error = `Backup ${nameOf(object)}: ${reason ?? phase}`;
  const at = time(stringAt(object, 'status', 'completionTimestamp') ?? stringAt(object, 'status', 'startTimestamp'));
  emitter.factAt('backup.failed', { error, cause: backupCause(error), path: null }, anchor(object, ['status', 'phase']), { at, meaning: 'observed' });
}

/** What k3s and rke2 keep of each etcd snapshot (k3s.cattle.io/v1 ETCDSnapshotFile). */
export function snapshotFileFacts(object: JsonNode, emitter: Emitter): void {
  const at = time(stringAt(object, 'status', 'creationTime'));
  const where = anchor(object, ['status', 'readyToUse'], ['status'], ['spec']);
  const name = stringAt(object, 'spec', 'snapshotName') ?? nameOf(object);
  const path = (stringAt(object, 'spec', 'location') || name).replace(/^file:\/\//, '');
  const message = stringAt(object, 'status', 'error', 'message');
  if (message !== null) emitter.factAt('backup.failed', { error: message, cause: backupCause(message), path }, where, { at, meaning: 'observed' });
  else if (booleanAt(object, 'status', 'readyToUse') === true) emitter.factAt('backup.saved', { path, sizeBytes: null }, where, { at, meaning: 'observed' });
}
