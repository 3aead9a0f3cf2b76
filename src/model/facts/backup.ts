import type { EpochMicros } from '../time.ts';

/** Backups of etcd and restores from them. */
export interface BackupFacts {
  'backup.saved': { path: string | null; sizeBytes: number | null };
  'backup.failed': { error: string; cause: BackupFailure; path: string | null };
  'backup.served': { phase: 'started' | 'finished'; sizeBytes: number | null };
  'backup.status': { path: string | null; hash: number | null; revision: number | null; totalKeys: number | null; sizeBytes: number | null };
  'backup.damaged': { path: string | null; reason: string };
  'backup.file-listed': { path: string; sizeBytes: number; modifiedAt: EpochMicros | null };
  'restore.started': { path: string | null };
  'restore.finished': { path: string | null };
  'restore.failed': { error: string; path: string | null };
}

export type BackupFailure = 'no-space' | 'read-only' | 'permission' | 'unreachable' | 'timeout' | 'tls' | 'auth' | 'interrupted' | 'other';
