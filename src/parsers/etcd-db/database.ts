import type { RandomAccess } from '../contract.ts';
import type { MetaPage } from './meta.ts';
import { readMetas } from './meta.ts';
import { Problems } from './problems.ts';
import { TreePass } from './tree.ts';

/** An opened bbolt file. Nothing but its meta pages has been read. */
export interface Database {
  readonly file: RandomAccess;
  /** null: neither meta page is sound, so nothing else can be read */
  readonly meta: MetaPage | null;
  readonly valid: readonly MetaPage[];
  /** what was wrong with the meta pages, and later with the pages of the first pass */
  readonly problems: Problems;
  /** bytes of the pages the meta page speaks of; 0 without one */
  readonly bytes: number;
  /** the file is shorter than that */
  readonly truncated: boolean;
}

/** Never throws on damage: what is wrong is in `problems`. */
export function openDatabase(file: RandomAccess): Database {
  const problems = new Problems();
  const metas = readMetas(file);
  for (const { page, offset, reason } of metas.problems) {
    problems.add({ code: 'DB_META_INVALID', page, offset, detail: `meta page ${page}: ${reason}` });
  }
  if (!('active' in metas)) return { file, meta: null, valid: [], problems, bytes: 0, truncated: false };
  const bytes = metas.active.pgid * metas.active.pageSize;
  const truncated = file.size < bytes;
  if (truncated) {
    problems.add({ code: 'DB_TRUNCATED', page: null, offset: file.size, detail: `the file has ${file.size} of ${bytes} bytes` });
  }
  return { file, meta: metas.active, valid: metas.valid, problems, bytes, truncated };
}

/** A fresh walk; its problems are kept apart unless they are asked for. */
export function beginPass(db: Database, problems: Problems = new Problems()): TreePass | null {
  return db.meta === null ? null : new TreePass(db.file, db.meta, problems);
}

/**
 * `snapshot` = made by `etcdctl snapshot save`, `data-dir` = a member's own file. Told by content: saving adds a SHA-256, and
 * writes both meta pages from one transaction, as T and T-1 (bbolt `tx.go` WriteTo); a member's file is grown ahead of its pages.
 */
export function databaseOrigin(db: Database): 'data-dir' | 'snapshot' {
  if (hasTrailer(db.file)) return 'snapshot';
  if (db.meta === null || db.file.size > db.bytes) return 'data-dir';
  const [a, b] = db.valid;
  if (a === undefined || b === undefined) return db.truncated ? 'data-dir' : 'snapshot';
  return a.txid === b.txid + 1 && a.root === b.root && a.pgid === b.pgid ? 'snapshot' : 'data-dir';
}

/** Whether a SHA-256 stands at the end: etcdutl `snapshot/v3_snapshot.go` hasChecksum. */
export function hasTrailer(file: RandomAccess): boolean {
  return file.size > 32 && file.size % 512 === 32;
}
