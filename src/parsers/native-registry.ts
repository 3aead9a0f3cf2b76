import type { BinaryParser } from './contract.ts';
import { etcdDb } from './etcd-db/etcd-db.ts';
import { etcdRaftSnapshot } from './etcd-raft-snapshot/etcd-raft-snapshot.ts';
import { etcdWal } from './etcd-wal/etcd-wal.ts';
import { journalFile } from './journal-file/journal-file.ts';
import { logExport } from './log-export/log-export.ts';

/** Readers of files that are not lines: etcd's own, journals, exports of log stores; each refuses what is not its own. */
export const nativeParsers: readonly BinaryParser[] = [etcdDb, etcdWal, etcdRaftSnapshot, journalFile, logExport];
