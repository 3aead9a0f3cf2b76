import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inquest as start } from '../e2e/support/inquest.ts';
import { workFolder } from '../support/work-folder.ts';

const work = workFolder();
afterAll(work.remove);

const inquest = async (...args: readonly string[]): Promise<string> => (await start(args)).stdout;

/** Texts that are inquest's own: no line of the bundle, path, command, or summary that quotes an error. */
function ownTexts(value: unknown, key = ''): readonly string[] {
  if (['text', 'path', 'command', 'summary'].includes(key)) return [];
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => ownTexts(one, Array.isArray(value) ? key : name));
}

describe('a case analysed in Chinese', () => {
  const file = join(work.path, 'zh.inquest');

  it.each(['sample-bundles/certificates.tar.gz', 'sample-bundles/nospace', 'sample-bundles/split-brain-etcd.tar'])(
    'has no English sentence of its own: %s',
    async (bundle) => {
      const report: unknown = JSON.parse(await inquest('analyze', bundle, '--lang', 'zh', '--format', 'json'));
      expect(ownTexts(report).filter((text) => /[a-z]{2,} [a-z]{2,} [a-z]{2,}/.test(text))).toEqual([]);
    },
  );

  it('is shown in Chinese without being asked', async () => {
    await inquest('ingest', 'sample-bundles/no-leader', '-o', file, '--lang', 'zh');
    const report = await inquest('analyze', file);
    expect(report).toContain('没有 leader');
    expect(report).toContain('证据');
    expect(await inquest('query', file, "SELECT why FROM evidence WHERE finding = 'no-leader-1'", '--format', 'csv')).toContain('etcd-2 没有 leader');
    expect(await inquest('analyze', file, '--lang', 'en')).toContain('etcd-2 has no leader');
  });
});
