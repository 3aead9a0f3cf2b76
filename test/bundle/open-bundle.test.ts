import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/bundle/limits.ts';
import { openBundle } from '../../src/bundle/open-bundle.ts';
import { UsageError } from '../../src/model/errors.ts';
import { readAll, tar, zip } from './pack.ts';
import { workFolder } from '../support/work-folder.ts';
import { LOG, LONG_LOG, LONG_LZ4, PACKED } from './packed.ts';

let folder: ReturnType<typeof workFolder>;
beforeEach(() => {
  folder = workFolder();
});
afterEach(() => folder.remove());

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
const packed = (name: keyof typeof PACKED): Buffer => Buffer.from(PACKED[name], 'base64');

test('a socket in a directory is told, never opened', async () => {
  const log = folder.write('d/a.log', 'x');
  const server = createServer().listen(join(log, '../socket'));
  await once(server, 'listening');
  const out = await readAll(join(log, '..')).finally(() => server.close());
  expect([...out.files.keys()]).toEqual(['a.log']);
  expect(out.remarks).toMatchObject([{ code: 'ENTRY_UNREADABLE', path: 'socket', detail: 'a pipe, a socket or a device holds no content to read' }]);
});

describe('what can be opened', () => {
  test('a tar, with the top folder kept and ./ stripped', async () => {
    const file = folder.write('x.bin', await tar({ name: './', type: 'directory' }, { name: './top/a.log', body: 'one' }, { name: 'top/empty.log' }));
    const out = await readAll(file);
    expect([...out.files]).toEqual([
      ['top/a.log', 'one'],
      ['top/empty.log', ''],
    ]);
    expect(out.remarks).toEqual([]);
    expect(out.digests.get('top/a.log')).toEqual({ sha256: sha256('one'), bytes: 3 });
  });

  test('a tar.gz under any name; its own hash and position are known at the end', async () => {
    const bytes = gzipSync(await tar({ name: 'top/a.log', body: LOG }));
    const out = await readAll(folder.write('no-suffix', bytes));
    expect(out.files.get('top/a.log')).toBe(LOG);
    expect(out.sha256).toBe(sha256(bytes));
    expect(out.position).toBe(bytes.length);
  });

  test.each(['tarXz', 'tarZstd', 'tarBzip2'] as const)('%s, with an xz file in it', async (name) => {
    const out = await readAll(folder.write('b', packed(name)));
    expect([...out.files]).toEqual([
      ['top/a.log', LOG],
      ['top/b.log.xz', LOG],
    ]);
    expect(out.remarks).toEqual([]);
  });

  test.each([
    ['little endian', (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['big endian', (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['without a mark', (text: string): Buffer => Buffer.from(text, 'utf16le')],
  ])('text in UTF-16, %s, as UTF-8', async (_name, encode) => {
    const text = '{"level":"info","caller":"embed/etcd.go:1","msg":"Grüße, 世界"}\r\n'.repeat(40_000);
    const out = await readAll(folder.write('b', await tar({ name: 'a.log', body: encode(text) })));
    expect(out.files.get('a.log')).toBe(text);
    expect(out.digests.get('a.log')).toEqual({ sha256: sha256(text), bytes: Buffer.byteLength(text) });
    expect(out.remarks).toEqual([]);
  });

  test('lz4: frames, blocks that refer to each other, the old form, several one after another', async () => {
    const two = Buffer.concat([packed('lz4'), packed('lz4Legacy'), packed('lz4')]);
    const parts = [
      { name: 't/a.log.lz4', body: packed('lz4') },
      { name: 't/b.log.lz4', body: packed('lz4Legacy') },
      { name: 't/long.log.lz4', body: Buffer.from(LONG_LZ4, 'base64') },
      { name: 't/two', body: two },
    ];
    const out = await readAll(folder.write('b', await tar(...parts)));
    expect([...out.files]).toEqual([
      ['t/a.log.lz4', LOG],
      ['t/b.log.lz4', LOG],
      ['t/long.log.lz4', LONG_LOG],
      ['t/two', LOG + LOG + LOG],
    ]);
    expect(out.remarks).toEqual([]);
  });

  test('a zip, stored and deflated, with backslashes', async () => {
    const bytes = zip({ name: 'top\\a.log', body: LOG }, { name: 'top/b.log', body: 'b', stored: true }, { name: 'top/', body: '', stored: true });
    const out = await readAll(folder.write('b.zip', bytes));
    expect([...out.files]).toEqual([
      ['top/a.log', LOG],
      ['top/b.log', 'b'],
    ]);
    expect(out.sha256).toBe(sha256(bytes));
    expect(out.remarks).toEqual([]);
  });

  test('a single log, plain or compressed, is a bundle of one entry under its own name', async () => {
    const plain = await readAll(folder.write('etcd.log', LOG));
    expect([...plain.files]).toEqual([['etcd.log', LOG]]);
    expect(plain.local).toEqual(['etcd.log']);
    expect(plain.layout).toBe('generic');
    const squeezed = await readAll(folder.write('etcd.log.gz', gzipSync(LOG)));
    expect([...squeezed.files]).toEqual([['etcd.log.gz', LOG]]);
    expect(squeezed.local).toEqual([]);
  });

  test('a directory in sorted order, dot files included, compressed files and archives opened', async () => {
    folder.write('d/b/z.log', 'z');
    folder.write('d/b/.hidden', 'h');
    folder.write('d/a.log.gz', gzipSync('a'));
    folder.write('d/n.tgz', gzipSync(await tar({ name: 'in/x.log', body: 'x' })));
    folder.write('d/._a.log', new Uint8Array([0, 5, 0x16, 7, 0, 2, 0, 0]));
    const out = await readAll(join(folder.path, 'd'));
    expect([...out.files]).toEqual([
      ['a.log.gz', 'a'],
      ['b/.hidden', 'h'],
      ['b/z.log', 'z'],
      ['n.tgz!/in/x.log', 'x'],
    ]);
    expect(out.local).toEqual(['b/.hidden', 'b/z.log']);
    expect(out.sha256).toBeNull();
    expect(out.position).toBe(out.bytes);
  });

  test('a directory knows all restarts of a container beforehand', async () => {
    const pod = 'd/var/log/pods/kube-system_etcd-m1_04b3ddc6f8a9afbfebc4fc892018828c/etcd';
    for (const name of ['1.log', '2.log', '2.log.20261122-085952']) folder.write(`${pod}/${name}`, name);
    const generations = [];
    for await (const entry of (await openBundle(join(folder.path, 'd'), DEFAULT_LIMITS)).entries()) generations.push(entry.hints.generation);
    expect(generations).toEqual(['previous', 'current', 'rotated']);
  });

  test('archives nested in each other, in any mixture', async () => {
    const inner = zip({ name: 'deep/x.log', body: LOG }, { name: 'y.log.gz', body: gzipSync('y'), stored: true }, { name: 'z.log.zst', body: packed('zstd') });
    const middle = gzipSync(await tar({ name: 'm/inner.zip', body: inner }, { name: 'm/c.log.bz2', body: packed('bzip2') }));
    const out = await readAll(
      folder.write('outer', zip({ name: 'o/middle.tgz', body: middle }, { name: 'o/k.tar', body: await tar({ name: 'k.log', body: 'k' }) })),
    );
    expect([...out.files]).toEqual([
      ['o/middle.tgz!/m/inner.zip!/deep/x.log', LOG],
      ['o/middle.tgz!/m/inner.zip!/y.log.gz', 'y'],
      ['o/middle.tgz!/m/inner.zip!/z.log.zst', LOG],
      ['o/middle.tgz!/m/c.log.bz2', LOG],
      ['o/k.tar!/k.log', 'k'],
    ]);
    expect(out.remarks).toEqual([]);
  });
});

describe('an entry', () => {
  test('shows its head without losing bytes, and is hashed even when nobody reads it', async () => {
    const big = LOG.repeat(400);
    const bundle = await openBundle(folder.write('b', gzipSync(await tar({ name: 'a', body: big }, { name: 'b', body: 'b' }))), DEFAULT_LIMITS);
    const seen = [];
    for await (const entry of bundle.entries()) seen.push(entry);
    expect(seen.map((entry) => entry.head.length)).toEqual([65_536, 1]);
    expect(seen[0]?.digest()).toEqual({ sha256: sha256(big), bytes: big.length });
  });

  test('can be left half read', async () => {
    const big = LOG.repeat(4000);
    const bundle = await openBundle(folder.write('b', await tar({ name: 'a', body: big }, { name: 'b', body: 'b' })), DEFAULT_LIMITS);
    const seen = [];
    for await (const entry of bundle.entries()) {
      for await (const _ of entry.chunks()) break;
      seen.push(entry);
    }
    expect(seen.map((entry) => entry.digest().sha256)).toEqual([sha256(big), sha256('b')]);
  });
});

describe('what cannot be opened at all', () => {
  const failure = async (path: string): Promise<UsageError> => {
    const error: unknown = await openBundle(path, DEFAULT_LIMITS).catch((caught: unknown) => caught);
    if (!(error instanceof UsageError)) throw new Error('expected a UsageError');
    return error;
  };

  test('missing, empty, or no file', async () => {
    for (const path of [join(folder.path, 'nothing'), folder.write('empty', ''), '/dev/null', folder.path + '/empty/x']) {
      const error = await failure(path);
      expect(error.exitCode).toBe(3);
      expect(error.subject).toBe(path);
      expect(error.message).not.toContain('\n');
    }
  });

  test.skipIf(process.getuid?.() === 0)('without permission', async () => {
    const file = folder.write('secret', 'x');
    chmodSync(file, 0);
    expect((await failure(file)).message).toContain('permission');
  });

  test('an unreadable link target in a directory is only remarked', async () => {
    folder.write('d/a.log', 'a');
    symlinkSync('a.log', join(folder.path, 'd/inside'));
    symlinkSync('../../etc/passwd', join(folder.path, 'd/outside'));
    symlinkSync('gone.log', join(folder.path, 'd/dangling'));
    const out = await readAll(join(folder.path, 'd'));
    expect([...out.files.keys()]).toEqual(['a.log']);
    expect(out.remarks.map((remark) => [remark.code, remark.path])).toEqual([
      ['LINK_OUTSIDE', 'outside'],
      ['LINK_OUTSIDE', 'dangling'],
    ]);
  });
});
