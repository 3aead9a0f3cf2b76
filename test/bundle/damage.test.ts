import { writeFileSync } from 'node:fs';
import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readAll, tar, zip } from './pack.ts';
import { workFolder } from '../support/work-folder.ts';
import { LOG, PACKED } from './packed.ts';

let folder: ReturnType<typeof workFolder>;
beforeEach(() => {
  folder = workFolder();
});
afterEach(() => folder.remove());

/** 45 MiB of `x`, as bzip2 makes them. */
const BZIP2_BLOCK = 'QlpoOTFBWSZTWbTrVKABX44AgIBAAAggADCATUZCoCWpCoCXMUFZJlNZPaGWxQAJ2oCEgEAAAQAIIAAwzAmqaZIhW1REK8XckU4UJBUdz+EA';

const BIG = Array.from({ length: 6000 }, (_, n) => `${n} ${(n * 2_654_435_761) % 4_294_967_296}\n`).join('');

describe('torn and damaged', () => {
  test('a truncated gzip keeps everything that came', async () => {
    const whole = gzipSync(BIG);
    const out = await readAll(folder.write('x.log.gz', whole.subarray(0, whole.length - 100)));
    expect(out.codes).toEqual(['COMPRESSION_TRUNCATED']);
    const kept = out.files.get('x.log.gz') ?? '';
    expect(BIG.startsWith(kept)).toBe(true);
    expect(kept.length).toBeGreaterThan(BIG.length * 0.99);
  });

  test('a gzip with a damaged middle keeps what came before', async () => {
    const broken = Buffer.from(gzipSync(BIG));
    broken.fill(0xff, broken.length / 2, broken.length / 2 + 200);
    const out = await readAll(folder.write('d/x.log.gz', broken) && `${folder.path}/d`);
    expect(out.codes).toEqual(['COMPRESSION_CORRUPT']);
    const kept = out.files.get('x.log.gz') ?? '';
    expect(kept.length).toBeGreaterThan(BIG.length * 0.4);
    expect(kept.startsWith(BIG.slice(0, BIG.length * 0.4))).toBe(true);
  });

  test('a small gzip followed by something else loses nothing', async () => {
    const out = await readAll(folder.write('x.gz', Buffer.concat([gzipSync(BIG), Buffer.from('something else')])));
    expect(out.files.get('x.gz')).toBe(BIG);
    expect(out.codes).toEqual(['COMPRESSION_CORRUPT']);
    const padded = await readAll(folder.write('y.gz', Buffer.concat([gzipSync(BIG), Buffer.alloc(4096)])));
    expect(padded.files.get('y.gz')).toBe(BIG);
    expect(padded.remarks).toEqual([]);
  });

  test('gzip members one after another are one file, wherever reads fall', async () => {
    const parts = Array.from({ length: 50 }, (_, n) => `${n} ${'x'.repeat(n * 97)}\n`);
    const out = await readAll(folder.write('x.gz', Buffer.concat(parts.map((part) => gzipSync(part)))));
    expect(out.files.get('x.gz')).toBe(parts.join(''));
    expect(out.remarks).toEqual([]);
  });

  test('a tar torn within a file names it and keeps its beginning', async () => {
    const whole = await tar({ name: 't/a.log', body: 'a' }, { name: 't/b.log', body: BIG }, { name: 't/c.log', body: 'c' });
    const out = await readAll(folder.write('x', whole.subarray(0, 1024 + 512 + 5000)));
    expect(out.remarks.map((remark) => [remark.code, remark.path])).toEqual([['ARCHIVE_TRUNCATED', 't/b.log']]);
    expect([...out.files]).toEqual([
      ['t/a.log', 'a'],
      ['t/b.log', BIG.slice(0, 5000)],
    ]);
  });

  test('a torn tar.gz keeps what came', async () => {
    const whole = gzipSync(await tar({ name: 't/a.log', body: 'a' }, { name: 't/b.log', body: BIG }));
    const out = await readAll(folder.write('x', whole.subarray(0, whole.length / 2)));
    expect(new Set(out.codes)).toEqual(new Set(['COMPRESSION_TRUNCATED', 'ARCHIVE_TRUNCATED']));
    expect(BIG.startsWith(out.files.get('t/b.log') ?? 'none')).toBe(true);
  });

  test('a tar with one bad header goes on at the next', async () => {
    const bytes = await tar({ name: 't/a.log', body: 'a' }, { name: 't/b.log', body: 'b' }, { name: 't/c.log', body: 'c' });
    bytes.fill(0x58, 1024, 1100);
    const out = await readAll(folder.write('x', bytes));
    expect(out.codes).toEqual(['ARCHIVE_CORRUPT']);
    expect([...out.files.keys()]).toEqual(['t/a.log', 't/c.log']);
  });

  test('a damaged archive within another does not spoil the rest', async () => {
    const torn = gzipSync(await tar({ name: 'x.log', body: BIG })).subarray(0, 3000);
    const out = await readAll(folder.write('x', await tar({ name: 'n.tgz', body: torn }, { name: 'after.log', body: 'fine' })));
    expect(out.files.get('after.log')).toBe('fine');
    expect(out.codes).toContain('COMPRESSION_TRUNCATED');
  });

  test.each(['xz', 'bzip2', 'zstd', 'lz4'] as const)('a truncated %s is told', async (name) => {
    const whole = Buffer.from(PACKED[name], 'base64');
    const out = await readAll(folder.write('x', whole.subarray(0, whole.length - 12)));
    expect(out.codes).toEqual(['COMPRESSION_TRUNCATED']);
    expect(LOG.startsWith(out.files.get('x') ?? 'none')).toBe(true);
  });

  test('an lz4 whose content is not what its checksum says is told', async () => {
    const bytes = Buffer.from(PACKED.lz4, 'base64');
    bytes.write('X', bytes.indexOf('line'), 'latin1');
    const out = await readAll(folder.write('x', bytes));
    expect(out.codes).toEqual(['COMPRESSION_CORRUPT']);
    expect(out.files.get('x')).toContain('Xine 0 of the log');
  });

  test('a zip without its end still gives its files', async () => {
    const whole = zip({ name: 'a.log', body: BIG }, { name: 'b.log', body: 'b', stored: true }, { name: 'c.log', body: BIG });
    const out = await readAll(folder.write('x', whole.subarray(0, whole.length / 2 + 2000)));
    expect(out.files.get('a.log')).toBe(BIG);
    expect(out.files.get('b.log')).toBe('b');
    expect(BIG.startsWith(out.files.get('c.log') ?? 'none')).toBe(true);
    expect(out.codes).toContain('ARCHIVE_TRUNCATED');
  });

  test('encrypted files are told', async () => {
    const out = await readAll(
      folder.write('x', zip({ name: 'a.log', body: 'secret', flags: 0x801 }, { name: 'b.age', body: 'age-encryption.org/v1\n-> X25519' })),
    );
    expect(out.remarks.map((remark) => [remark.code, remark.path])).toEqual([
      ['ENCRYPTED', 'a.log'],
      ['ENCRYPTED', 'b.age'],
    ]);
  });

  test('no bytes whatever make it throw', async () => {
    const seeds = [
      gzipSync(await tar({ name: 'a', body: LOG }, { name: 'b', body: gzipSync(LOG) })),
      await tar({ name: 'a', body: LOG }),
      zip({ name: 'a', body: LOG }),
      ...Object.values(PACKED).map((text) => Buffer.from(text, 'base64')),
    ];
    const hurt = fc.record({
      seed: fc.integer({ min: 0, max: seeds.length - 1 }),
      cuts: fc.array(fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) }), { maxLength: 4 }),
      end: fc.double({ min: 0.05, max: 1, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(hurt, async ({ seed, cuts, end }) => {
        const whole = Buffer.from(seeds[seed] ?? '');
        for (const { at, byte } of cuts) whole[at % whole.length] = byte;
        const out = await readAll(folder.write('hurt', whole.subarray(0, Math.max(1, Math.floor(whole.length * end)))));
        expect(out.position).toBe(out.bytes);
      }),
      { numRuns: 150 },
    );
  });
});

describe('names and links', () => {
  test('names that escape are kept harmless, duplicates side by side', async () => {
    const out = await readAll(
      folder.write(
        'x',
        await tar(
          { name: '../../etc/passwd', body: '1' },
          { name: '/abs/x', body: '2' },
          { name: 'a', body: '3' },
          { name: 'a', body: '4' },
          { name: 'a', body: '5' },
        ),
      ),
    );
    expect([...out.files]).toEqual([
      ['etc/passwd', '1'],
      ['abs/x', '2'],
      ['a', '3'],
      ['a (2)', '4'],
      ['a (3)', '5'],
    ]);
    expect(out.codes).toEqual(['PATH_ESCAPES', 'PATH_ESCAPES', 'PATH_DUPLICATE', 'PATH_DUPLICATE']);
  });

  test('names longer than any file can have are cut, and told', async () => {
    const out = await readAll(folder.write('x', await tar({ name: `${'d/'.repeat(30_000)}etcd.log`, body: '1' })));
    expect([...out.files.keys()].map((path) => [path.length < 4100, path.endsWith('d/etcd.log')])).toEqual([[true, true]]);
    expect(out.codes).toEqual(['PATH_ESCAPES']);
  });

  test('control characters stay in the name', async () => {
    const out = await readAll(folder.write('x', await tar({ name: 'a\u001b[31m\nb', body: '1' })));
    expect([...out.files.keys()]).toEqual(['a\u001b[31m\nb']);
  });

  test('links are no entries; those that lead nowhere in the bundle are told', async () => {
    const out = await readAll(
      folder.write(
        'x',
        await tar(
          { name: 't/var/log/pods/p/0.log', body: '1' },
          { name: 't/var/log/containers/c.log', type: 'symlink', to: '/var/log/pods/p/0.log' },
          { name: 't/ok', type: 'symlink', to: 'var/log' },
          { name: 't/hard', type: 'link', to: 't/var/log/pods/p/0.log' },
          { name: 't/out', type: 'symlink', to: '../../../etc/shadow' },
          { name: 't/abs', type: 'symlink', to: '/etc/shadow' },
          { name: 't/pipe', type: 'fifo' },
        ),
      ),
    );
    expect([...out.files.keys()]).toEqual(['t/var/log/pods/p/0.log']);
    expect(out.remarks.map((remark) => [remark.code, remark.path])).toEqual([
      ['LINK_OUTSIDE', 't/out'],
      ['ENTRY_UNREADABLE', 't/pipe'],
      ['LINK_OUTSIDE', 't/abs'],
    ]);
  });
});

test('a file whose name is no UTF-8 is told, and does not take its folder with it', async () => {
  folder.write('d/etcd.log', LOG);
  folder.write('d/sub/other.log', 'x');
  writeFileSync(Buffer.concat([Buffer.from(`${folder.path}/d/sub/bad`), Buffer.from([0xff, 0xfe])]), LOG);
  const out = await readAll(`${folder.path}/d`);
  expect([...out.files.keys()]).toEqual(['etcd.log', 'sub/other.log']);
  expect(out.remarks.map((remark) => remark.path)).toEqual(['sub/bad\ufffd\ufffd']);
});

describe('limits', () => {
  const nested = async (levels: number): Promise<Buffer> => {
    let bytes = await tar({ name: 'x.log', body: 'x' });
    for (let n = 0; n < levels; n += 1) bytes = await tar({ name: 'n.tar', body: bytes });
    return bytes;
  };

  test('nesting', async () => {
    const fine = await readAll(folder.write('x', await nested(2)), { nesting: 2 });
    expect([...fine.files.keys()]).toEqual(['n.tar!/n.tar!/x.log']);
    const deep = await readAll(folder.write('x', await nested(3)), { nesting: 2 });
    expect([...deep.files.keys()]).toEqual(['n.tar!/n.tar!/n.tar']);
    expect(deep.codes).toEqual(['NESTING_LIMIT']);
  });

  test('gzip in gzip without end', async () => {
    let bytes: Uint8Array = Buffer.from('x');
    for (let n = 0; n < 20; n += 1) bytes = gzipSync(bytes);
    expect((await readAll(folder.write('x', bytes))).codes).toEqual(['NESTING_LIMIT']);
  });

  test('entries', async () => {
    const out = await readAll(folder.write('x', await tar(...Array.from({ length: 9 }, (_, n) => ({ name: `f${n}`, body: 'x' })))), { entries: 5 });
    expect(out.files.size).toBe(5);
    expect(out.codes).toEqual(['ENTRY_LIMIT']);
    expect(out.sha256).not.toBeNull();
  });

  test('bytes of one entry: the rest of the bundle is still read', async () => {
    const out = await readAll(folder.write('x', await tar({ name: 'a', body: BIG }, { name: 'b', body: 'b' })), { entryBytes: 100 });
    expect([...out.files]).toEqual([
      ['a', BIG.slice(0, 100)],
      ['b', 'b'],
    ]);
    expect(out.codes).toEqual(['ENTRY_TOO_LARGE']);
  });

  test('bytes in all', async () => {
    const out = await readAll(folder.write('x', await tar({ name: 'a', body: BIG }, { name: 'b', body: 'b' })), { totalBytes: 100 });
    expect([...out.files.keys()]).toEqual(['a']);
    expect(out.codes).toEqual(['EXPANSION_LIMIT']);
  });

  test('a bomb stops soon after 64 MiB', async () => {
    const bomb = gzipSync(Buffer.alloc(96 * 1024 * 1024, 'x'));
    for (const bytes of [bomb, await tar({ name: 'bomb.gz', body: bomb })]) {
      const bundle = await readAll(folder.write('x', bytes), { expansion: 500 });
      expect(bundle.codes).toEqual(['EXPANSION_LIMIT']);
      expect([...bundle.digests.values()][0]?.bytes).toBeLessThan(140 * 1024 * 1024);
    }
  });

  test('a bzip2 of few bytes and much content is stopped at the limit, not decoded whole', async () => {
    const bomb = Buffer.from(BZIP2_BLOCK, 'base64');
    const bytes = Buffer.concat(Array.from({ length: 8 }, () => bomb));
    const bundle = await readAll(folder.write('x.bz2', bytes), { expansion: 1000 });
    expect(bundle.codes).toEqual(['EXPANSION_LIMIT']);
    expect([...bundle.digests.values()][0]?.bytes).toBeLessThan(120 * 1024 * 1024);
  });

  test('the zeros of preallocated files are no bomb', async () => {
    const out = await readAll(folder.write('x.gz', gzipSync(gzipSync(Buffer.alloc(80 * 1024 * 1024)))));
    expect(out.remarks).toEqual([]);
    expect(out.digests.get('x.gz')?.bytes).toBe(80 * 1024 * 1024);
  });

  test('a zip too large to hold in memory is kept closed', async () => {
    const out = await readAll(folder.write('x', await tar({ name: 'in.zip', body: zip({ name: 'a', body: BIG }) })), { binaryBytes: 1000 });
    expect([...out.files.keys()]).toEqual(['in.zip']);
    expect(out.codes).toEqual(['ENTRY_TOO_LARGE']);
  });
});

test('a zip whose sizes lie is cut, not believed', async () => {
  const bytes = zip({ name: 'a', body: 'abc' });
  const raw = deflateRawSync(Buffer.from('abc'));
  expect(bytes.includes(raw)).toBe(true);
  bytes.writeUInt32LE(9999, 22);
  bytes.writeUInt32LE(9999, bytes.indexOf(Buffer.from('PK\u0001\u0002', 'latin1')) + 24);
  const out = await readAll(folder.write('x', bytes));
  expect(out.files.get('a')).toBe('abc');
  expect(out.codes).toEqual(['COMPRESSION_TRUNCATED']);
});

test('a zip written as a stream and torn is read up to the tear', async () => {
  const body = Buffer.from('unknown length '.repeat(3000));
  const data = deflateRawSync(body);
  const header = Buffer.alloc(30);
  header.write('PK\u0003\u0004', 0, 'latin1');
  header.writeUInt16LE(8, 6);
  header.writeUInt16LE(8, 8);
  header.writeUInt16LE(1, 26);
  const descriptor = Buffer.alloc(16);
  descriptor.write('PK\u0007\u0008', 0, 'latin1');
  descriptor.writeUInt32LE(data.length, 8);
  descriptor.writeUInt32LE(body.length, 12);
  const member = (name: string): Buffer => Buffer.concat([header, Buffer.from(name), data, descriptor]);
  const out = await readAll(folder.write('x', Buffer.concat([member('a'), member('b'), header])));
  expect([...out.files]).toEqual([
    ['a', body.toString()],
    ['b', body.toString()],
  ]);
  expect(out.codes).toEqual(['ARCHIVE_TRUNCATED']);
});
