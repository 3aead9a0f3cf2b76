import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { carriedTypes } from '../../src/parsers/documents/carried/shapes.ts';
import { etcdDb } from '../../src/parsers/etcd-db/etcd-db.ts';
import { etcdRaftSnapshot } from '../../src/parsers/etcd-raft-snapshot/etcd-raft-snapshot.ts';
import { etcdWal } from '../../src/parsers/etcd-wal/etcd-wal.ts';
import { parse } from '../parsers/etcd-db/support.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');
const READERS = { '.db': etcdDb, '.wal': etcdWal, '.snap': etcdRaftSnapshot } as const;

function filesOf(ending: string): readonly string[] {
  return readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending) && statSync(join(FIXTURES, name)).isFile())
    .map((name) => join(FIXTURES, name));
}

it.each(Object.keys(READERS) as (keyof typeof READERS)[])(
  'every fact read from a %s file, whole or damaged, stands in its place when it is redacted',
  (ending) => {
    const files = filesOf(ending);
    expect(files.length).toBeGreaterThan(0);
    const carried: readonly string[] = carriedTypes();
    const seen = new Set<string>();
    for (const path of files) {
      const bytes = readFileSync(path);
      const damaged = Buffer.from(bytes).fill(0, 0, Math.min(8192, bytes.length));
      for (const content of [bytes, damaged]) for (const { type } of parse(READERS[ending], content).facts) seen.add(type);
    }
    expect(seen.size).toBeGreaterThan(0);
    expect([...seen].filter((type) => !carried.includes(type))).toEqual([]);
  },
);
