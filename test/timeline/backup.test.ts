import { describe, expect, it } from 'vitest';
import { buildHistory } from '../../src/timeline/build-history.ts';
import { CaseOfFacts, at } from './support/case-of-facts.ts';

/** What the history says of the newest backup, after saves at these seconds of which some files are damaged. */
function newest(saved: readonly (readonly [number, string])[], damaged: readonly string[]) {
  const kase = new CaseOfFacts();
  const tool = kase.addSource({ node: 'bk1', component: 'etcdctl' });
  for (const [seconds, path] of saved) kase.fact(tool, 'backup.saved', at(seconds), { path, sizeBytes: 41_000 });
  for (const path of damaged) kase.fact(tool, 'backup.damaged', null, { path, reason: 'expected sha256' }, 'observed');
  return buildHistory(kase).history.derived.find((one) => one.type === 'backup.newest')?.data;
}

describe('the newest backup', () => {
  it('is the last one saved', () => {
    expect(
      newest(
        [
          [100, '/b/a.db'],
          [200, '/b/b.db'],
        ],
        [],
      ),
    ).toMatchObject({ path: '/b/b.db', good: true });
  });

  it('is the last one that nothing speaks against', () => {
    expect(
      newest(
        [
          [100, '/b/a.db'],
          [200, '/b/b.db'],
        ],
        ['copied/b.db'],
      ),
    ).toMatchObject({ path: '/b/a.db', good: true });
  });

  it('is not good when every one is damaged', () => {
    expect(
      newest(
        [
          [100, '/b/a.db'],
          [200, '/b/b.db'],
        ],
        ['a.db', 'b.db'],
      ),
    ).toMatchObject({ path: '/b/b.db', good: false });
  });

  it('is told once, however many copies of it and words about it were collected', () => {
    const kase = new CaseOfFacts();
    const tool = kase.addSource({ node: 'bk1', component: 'etcdctl' });
    for (const path of ['/b/etcd-flipped.db', 'bundle/bk1-etcd-flipped.db', 'bundle/bk1-etcd-flipped-status.json', '/b/other.db'])
      kase.fact(tool, 'backup.damaged', null, { path, reason: 'expected sha256 [1]' }, 'observed');
    const found = buildHistory(kase).history.derived.filter((one) => one.type === 'backup.damaged');
    expect(found.map((one) => [one.data.path, one.evidence.length])).toEqual([
      ['/b/etcd-flipped.db', 3],
      ['/b/other.db', 1],
    ]);
  });

  it('is not told where the bundle says nothing of backups', () => {
    expect(newest([], [])).toBeUndefined();
  });
});
