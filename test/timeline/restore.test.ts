import { wordsIn } from '../../src/model/phrases.ts';
import { describe, expect, it } from 'vitest';
import type { Derived } from '../../src/model/derived.ts';
import type { FactMap } from '../../src/model/fact.ts';
import { buildHistory } from '../../src/timeline/build-history.ts';
import { CaseOfFacts, at, cluster, member } from './support/case-of-facts.ts';
import { STATUS } from './support/sentences.ts';

const CLUSTER = cluster('c1c1c1c1c1c1c1c1');
const ASKED = { ...STATUS, cluster: CLUSTER };
const CONTENT: FactMap['db.content'] = {
  member: null,
  origin: 'snapshot',
  path: '',
  revision: 0,
  compactRevision: null,
  totalKeys: 10,
  dbSizeBytes: 40_960,
  dbSizeInUseBytes: 40_960,
  hash: 1,
  sha256: 'ok',
  raftTerm: 2,
  consistentIndex: 10,
  version: '3.5.0',
};

function candidates(kase: CaseOfFacts): readonly Derived<'restore.candidate'>[] {
  return buildHistory(kase)
    .history.derived.filter((d) => d.type === 'restore.candidate')
    .toSorted((a, b) => (a.data.rank ?? Infinity) - (b.data.rank ?? Infinity));
}

function snapshot(
  kase: CaseOfFacts,
  path: string,
  content: Partial<FactMap['db.content']>,
  hashes: readonly (readonly [revision: number, hash: number])[] = [],
): void {
  const source = kase.addSource({ path, component: 'etcd' });
  kase.fact(source, 'db.content', null, { ...CONTENT, path, ...content }, 'observed');
  for (const id of ['a', 'b', 'c'])
    kase.fact(
      source,
      'member.listed',
      null,
      { member: member(id), cluster: CLUSTER, name: id, peerUrls: [], clientUrls: [], learner: false, started: true },
      'observed',
    );
  for (const [revision, hash] of [[content.revision ?? 0, content.hash ?? 1] as const, ...hashes])
    kase.fact(source, 'db.hashkv', null, { path, revision, compactRevision: -1, hash }, 'observed');
}

describe('restore candidates', () => {
  it('rank whole snapshots by revision and say what each loses', () => {
    const kase = new CaseOfFacts();
    snapshot(kase, 'x/old.db', { revision: 300, hash: 3, totalKeys: 3 });
    snapshot(kase, 'x/bk1-new.db', { revision: 588, hash: 5 });
    const tool = kase.addSource({ node: 'a', component: 'etcdctl' });
    kase.fact(tool, 'backup.saved', at(100), { path: '/var/new.db', sizeBytes: 41_000 });
    for (const [i, id] of ['a', 'b', 'c'].entries())
      kase.fact(tool, 'endpoint.status', at(290), { ...ASKED, endpoint: `http://10.0.0.${i}:2379`, member: member(id), revision: 1000 }, 'observed');
    expect(candidates(kase).map((c) => c.data)).toMatchObject([
      { path: 'x/bk1-new.db', rank: 1, usable: true, revision: 588, lostRevisions: 412, lostTime: 190_000_000 },
      { path: 'x/old.db', rank: 2, usable: true, lostRevisions: 700, lostTime: null },
    ]);
  });

  it('refuse what is damaged, torn, outvoted or of a broken write-ahead log', () => {
    const kase = new CaseOfFacts();
    snapshot(kase, 'x/flipped.db', { revision: 900, sha256: 'mismatch', hash: 9 });
    const torn = kase.addSource({ path: 'x/torn.db' });
    kase.fact(torn, 'db.content', null, { ...CONTENT, path: 'x/torn.db', revision: 800, hash: 8 }, 'observed');
    snapshot(kase, 'x/odd.db', { revision: 700, hash: 7 });
    snapshot(kase, 'x/good.db', { revision: 500, hash: 5 }, []);
    const tool = kase.addSource({ node: 'a', component: 'etcdctl' });
    for (const id of ['a', 'b', 'c'])
      kase.fact(
        tool,
        'endpoint.hashkv',
        at(5),
        { endpoint: id, member: member(id), hash: 77, revision: 700, compactRevision: -1, atRevision: null },
        'observed',
      );
    const wal = kase.addSource({ path: 'x/n2/member/wal/0.wal' });
    kase.fact(wal, 'etcd.identified', null, { member: member('b'), cluster: CLUSTER, name: 'b', version: null, peerUrls: [], clientUrls: [] }, 'observed');
    kase.fact(wal, 'wal.damaged', null, { reason: 'crc mismatch', file: '0.wal' }, 'observed');
    snapshot(kase, 'x/n2/member/snap/db', { revision: 650, hash: 6, origin: 'data-dir', sha256: 'absent' });
    const found = candidates(kase);
    expect(found.filter((c) => c.data.usable).map((c) => [c.data.path, c.data.rank])).toEqual([['x/good.db', 1]]);
    const reasons = new Map(found.map((c) => [c.data.path, wordsIn('en', c.data.reason)]));
    expect(reasons.get('x/flipped.db')).toContain('SHA-256');
    expect(reasons.get('x/torn.db')).toContain('do not add up');
    expect(reasons.get('x/odd.db')).toContain('differs from that of a, b, c');
    expect(reasons.get('x/n2/member/snap/db')).toContain('crc mismatch');
  });

  it('put files the bundle only speaks of last, and compare no copy with itself', () => {
    const kase = new CaseOfFacts();
    const tool = kase.addSource({ node: 'a', component: 'etcdctl' });
    kase.fact(tool, 'backup.file-listed', null, { path: '/backup/later.db', sizeBytes: 900_000, modifiedAt: at(500) }, 'observed');
    kase.fact(tool, 'backup.file-listed', null, { path: '/backup/empty.db', sizeBytes: 0, modifiedAt: at(600) }, 'observed');
    snapshot(kase, 'x/here.db', { revision: 20, hash: 2 });
    expect(candidates(kase).map((c) => [c.data.path, c.data.rank, c.data.lostRevisions])).toEqual([
      ['x/here.db', 1, null],
      ['/backup/later.db', 2, null],
      ['/backup/empty.db', null, null],
    ]);
    expect(candidates(new CaseOfFacts())).toEqual([]);
  });
});
