import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../src/bundle/byte-reader.ts';
import { readTar } from '../../src/bundle/tar.ts';
import { tar } from './pack.ts';

interface Read {
  readonly name: string;
  readonly type: string;
  readonly link: string;
  readonly body: string;
}

/** Reads a tar that comes in pieces of these sizes, over and over. */
async function read(
  bytes: Uint8Array,
  sizes: readonly number[] = [65_536],
): Promise<{ readonly members: readonly Read[]; readonly damage: readonly (readonly [string, string | null])[] }> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0, n = 0; at < bytes.length; n += 1) {
      const size = sizes[n % sizes.length] ?? 1;
      yield bytes.subarray(at, at + size);
      at += size;
    }
  }
  const members: Read[] = [];
  const damage: (readonly [string, string | null])[] = [];
  for await (const { name, type, link, body } of readTar(new ByteReader(pieces()), (code, member) => damage.push([code, member]))) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    members.push({ name, type, link, body: Buffer.concat(chunks).toString() });
  }
  return { members, damage };
}

/** One header as GNU tar writes it, and its data. */
function member(flag: string, name: string | Uint8Array, body: string | Uint8Array = '', change: (header: Buffer) => void = () => undefined): Buffer {
  const data = Buffer.from(body);
  const header = Buffer.alloc(512);
  Buffer.from(name).copy(header, 0, 0, 100);
  header.write('0000644\0' + '0000000\0'.repeat(2), 100, 'latin1');
  header.write([data.length.toString(8).padStart(11, '0'), '14524770400', ''].join('\0'), 124, 'latin1');
  header.write(flag, 156, 'latin1');
  header.write('ustar  \0', 257, 'latin1');
  change(header);
  header.write('        ', 148, 'latin1');
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
    'latin1',
  );
  return Buffer.concat([header, data, Buffer.alloc((512 - (data.length % 512)) % 512)]);
}

const END = Buffer.alloc(1024);
const names = (members: readonly Read[]): readonly string[] => members.map(({ name }) => name);

describe('forms of tar', () => {
  test('long names and links, GNU and PAX', async () => {
    const long = `${'d/'.repeat(200)}name`;
    const gnu = Buffer.concat([
      member('L', '././@LongLink', `${long}\0`),
      member('K', '././@LongLink', `${long}-target\0`),
      member('2', 'short'),
      member('0', 'next', 'n'),
    ]);
    const pax = await tar({ name: `${long}-ü`, body: 'p' });
    const { members, damage } = await read(Buffer.concat([gnu, pax]), [7, 1000]);
    expect(members).toEqual([
      { name: long, type: 'symlink', link: `${long}-target`, body: '' },
      { name: 'next', type: 'file', link: '', body: 'n' },
      { name: `${long}-ü`, type: 'file', link: '', body: 'p' },
    ]);
    expect(damage).toEqual([]);
  });

  test('names that are not UTF-8', async () => {
    const { members } = await read(Buffer.concat([member('0', Buffer.from('e8aa9e', 'hex'), 'u'), member('0', Buffer.from('c4e3bac3', 'hex'), 'g'), END]));
    expect(names(members)).toEqual(['語', '你好']);
  });

  test('v7 has no mark, and folders by their name only', async () => {
    const v7 = (header: Buffer): unknown => header.fill(0, 257, 265);
    const { members, damage } = await read(Buffer.concat([member('\0', 'd/', '', v7), member('\0', 'd/a', 'a', v7), END]));
    expect(members.map(({ name, type }) => [name, type])).toEqual([
      ['d/', 'folder'],
      ['d/a', 'file'],
    ]);
    expect(damage).toEqual([]);
  });

  test('sparse files are told apart, with all their maps; a volume label is no file', async () => {
    const maps = Buffer.concat([Buffer.alloc(504), Buffer.from([1]), Buffer.alloc(519)]);
    const old = member('S', 'old', 'x'.repeat(600), (header) => (header[482] = 1));
    const record = '22 GNU.sparse.major=1\n';
    const bytes = Buffer.concat([
      member('V', 'label'),
      old.subarray(0, 512),
      maps,
      old.subarray(512),
      member('x', 'pax', record),
      member('0', 'new', 'y'),
      member('0', 'after', 'z'),
      END,
    ]);
    const { members, damage } = await read(bytes);
    expect(members.map(({ name, type }) => [name, type])).toEqual([
      ['label', 'label'],
      ['old', 'sparse'],
      ['new', 'sparse'],
      ['after', 'file'],
    ]);
    expect(damage).toEqual([]);
  });

  test('tars one after another are read through; rubbish behind the end is not', async () => {
    const one = Buffer.concat([member('0', 'a', 'a'), END, member('0', 'b', 'b'), END, Buffer.alloc(3000, 'rubbish')]);
    const { members, damage } = await read(one);
    expect(names(members)).toEqual(['a', 'b']);
    expect(damage).toEqual([]);
  });
});

describe('damage', () => {
  test('every damaged header is told once, and the next sound member is found', async () => {
    const bytes = Buffer.concat([
      member('0', 'a', 'a'),
      member('0', 'b', 'b'.repeat(5000)),
      member('0', 'c', 'c'),
      member('0', 'd', 'd'),
      member('0', 'e', 'e'),
      END,
    ]);
    bytes[1024] = 0xff;
    bytes[bytes.length - 1024 - 2048] = 0xff;
    const { members, damage } = await read(bytes);
    expect(names(members)).toEqual(['a', 'c', 'e']);
    expect(damage).toEqual([
      ['ARCHIVE_CORRUPT', null],
      ['ARCHIVE_CORRUPT', null],
    ]);
  });

  test('a size that cannot be is one file that never ends', async () => {
    const huge = member('0', 'huge', 'h', (header) => header.fill(0x80, 124, 125).fill(0xff, 125, 136));
    const { members, damage } = await read(Buffer.concat([huge, END]));
    expect(members.map(({ name, body }) => [name, body.length])).toEqual([['huge', 1536]]);
    expect(damage).toEqual([['ARCHIVE_TRUNCATED', 'huge']]);
  });

  test('wherever it is torn and however it comes, every byte that came is kept and the tear is told', async () => {
    const parts = [
      { name: 'a', body: 'a'.repeat(1500) },
      { name: 'n'.repeat(150), body: 'b' },
      { name: 'empty', body: '' },
      { name: 'c', body: 'c'.repeat(70_000) },
    ];
    const whole = await tar(...parts);
    const data = whole.length - 1024;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: data - 1 }),
        fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 5 }),
        async (end, sizes) => {
          const { members, damage } = await read(whole.subarray(0, end), sizes);
          const begun = parts.filter(({ body }) => body !== '' && whole.indexOf(body) <= end);
          expect(names(members).filter((name) => name !== 'empty')).toEqual(begun.map(({ name }) => name));
          for (const { name, body } of members) {
            const sent = parts.find((part) => part.name === name)?.body ?? '';
            expect(body).toBe(sent.slice(0, end - whole.indexOf(sent)));
          }
          const torn = members.at(-1);
          const isWhole = torn === undefined || torn.body === parts[members.length - 1]?.body;
          if (!isWhole) expect(damage).toEqual([['ARCHIVE_TRUNCATED', torn.name]]);
          // Between two members a tear cannot be seen.
          else if (end % 512 !== 0) expect(damage).toEqual([['ARCHIVE_TRUNCATED', null]]);
        },
      ),
      { numRuns: 150 },
    );
  });
});
