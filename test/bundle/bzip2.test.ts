import { expect, it } from 'vitest';
import { bzip2Bytes } from '../../src/bundle/bzip2.ts';

const TEXT = 'etcd\n'.repeat(3);
/** `TEXT`, as bzip2 1.0.8 compresses it */
const PACKED = Buffer.from('QlpoOTFBWSZTWVb4Zu4AAAXBgAAQDgAEACAAIj9UZBmg5URXi7kinChIK3wzdwA=', 'base64');

async function read(bytes: Uint8Array): Promise<{ readonly text: string; readonly damage: readonly string[] }> {
  const damage: string[] = [];
  let text = '';
  async function* source(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  for await (const block of bzip2Bytes(source(), (code, detail) => damage.push(`${code}: ${detail}`))) text += Buffer.from(block).toString();
  return { text, damage };
}

it('tells a bzip2 stream that ends early from one whose content is wrong', async () => {
  expect(await read(PACKED)).toEqual({ text: TEXT, damage: [] });
  expect(await read(PACKED.subarray(0, -12))).toEqual({ text: '', damage: ['COMPRESSION_TRUNCATED: the input ends early'] });
  // a bit of the block's own checksum
  const wrong = Buffer.from(PACKED);
  wrong[10] = (wrong[10] ?? 0) ^ 1;
  const { damage } = await read(wrong);
  expect(damage).toHaveLength(1);
  expect(damage[0]).toMatch(/^COMPRESSION_CORRUPT: /);
});
