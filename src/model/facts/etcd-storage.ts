import type { MemberId } from '../ids.ts';
import type { Micros } from '../time.ts';

/** What etcd keeps on disk: its database, write-ahead log and raft snapshots, by its log or as read from the files. */
export interface EtcdStorageFacts {
  'db.quota-exceeded': { quotaBytes: number | null };
  'alarm.raised': { alarm: AlarmKind; member: MemberId | null; raftIndex?: number };
  'alarm.disarmed': { alarm: AlarmKind; member: MemberId | null; raftIndex?: number };
  'alarm.listed': { alarm: AlarmKind; member: MemberId | null };
  'db.compaction-finished': { revision: number; took: Micros | null; dbSizeBytes: number | null; dbSizeInUseBytes: number | null };
  'db.compaction-failed': { error: string };
  'db.defragmentation-started': Record<string, never>;
  'db.defragmentation-finished': { dbSizeBytes: number | null; reclaimedBytes: number | null; took: Micros | null };
  'db.defragmentation-failed': { error: string };
  'db.hash-mismatch': { kind: 'initial' | 'periodic' | 'compaction' | 'self'; peer: MemberId | null; revision: number | null; detail: string };
  'db.opened-damaged': { reason: string };
  'wal.damaged': { reason: string; file: string | null };
  'wal.repaired': { path: string | null };
  'raft-snapshot.damaged': { reason: string; path: string | null };
  'raft-snapshot.sent': { to: MemberId; raftIndex: number };
  'raft-snapshot.received': { from: MemberId; raftIndex: number; phase: 'started' | 'saved' };
  'raft-snapshot.delivered': { to: MemberId; raftIndex: number };
  'db.content': {
    member: MemberId | null;
    origin: 'data-dir' | 'snapshot';
    path: string;
    revision: number;
    compactRevision: number | null;
    totalKeys: number;
    dbSizeBytes: number;
    dbSizeInUseBytes: number;
    hash: number;
    sha256: 'ok' | 'mismatch' | 'absent';
    raftTerm: number | null;
    consistentIndex: number | null;
    version: string | null;
  };
  /** of a file whose tree is lost: what its leaf pages still tell, older states among it */
  'db.salvaged': {
    path: string;
    origin: 'data-dir' | 'snapshot';
    leaves: number;
    revision: number | null;
    consistentIndex: number | null;
    raftTerm: number | null;
    members: number;
  };
  'db.usage': { path: string; by: 'bucket' | 'prefix' | 'resource'; name: string; keys: number; revisions: number; bytes: number; deadBytes: number };
  'db.hashkv': { path: string; revision: number; compactRevision: number; hash: number };
}

export type AlarmKind = 'NOSPACE' | 'CORRUPT';
