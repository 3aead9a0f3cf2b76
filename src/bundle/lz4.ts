import { ByteReader, type Bytes } from './byte-reader.ts';
import type { OnDamage } from './on-damage.ts';
import { decodeLz4Block } from './lz4-block.ts';
import { Xxh32 } from './xxh32.ts';

const FRAME = 0x184d_2204;
const LEGACY = 0x184c_2102;
const SKIPPABLE = 0x184d_2a50;
const LEGACY_BLOCK = 8 << 20;
/** how far back a block may refer */
const WINDOW = 64 << 10;

class Damage extends Error {}

const u32 = (bytes: Uint8Array): number => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).readUInt32LE(0);

async function exactly(reader: ByteReader, count: number): Promise<Uint8Array> {
  const bytes = await reader.take(count);
  if (bytes.byteLength < count) throw new RangeError('the data ends within a block');
  return bytes;
}

/** The bytes of one block, behind up to 64 KiB of what came before. */
class Blocks {
  private readonly output: Uint8Array;
  private history = 0;
  private readonly linked: boolean;

  constructor(largest: number, linked: boolean) {
    this.output = new Uint8Array(WINDOW + largest);
    this.linked = linked;
  }

  decode(packed: Uint8Array, stored: boolean): Uint8Array {
    const from = this.history;
    let to = from + packed.byteLength;
    if (!stored) to = decodeLz4Block(packed, this.output, from);
    else if (to > this.output.byteLength) to = -1;
    else this.output.set(packed, from);
    if (to < 0) throw new Damage('a block does not decode');
    const piece = this.output.slice(from, to);
    if (this.linked) {
      this.history = Math.min(WINDOW, to);
      this.output.copyWithin(0, to - this.history, to);
    }
    return piece;
  }
}

async function* frame(reader: ByteReader): AsyncGenerator<Uint8Array> {
  const [flags = 0, sizes = 0] = await exactly(reader, 2);
  if (flags >>> 6 !== 1) throw new Damage('a frame of an unknown version');
  const size = 1 << (8 + 2 * ((sizes >>> 4) & 7));
  if (size < 1 << 16) throw new Damage('a frame with an impossible block size');
  // content size, dictionary id, header checksum
  await exactly(reader, (flags & 8) === 0 ? 0 : 8);
  if ((flags & 1) !== 0) throw new Damage('a frame that needs a dictionary');
  await exactly(reader, 1);
  const blocks = new Blocks(size, (flags & 32) === 0);
  const sum = new Xxh32();
  for (;;) {
    const length = u32(await exactly(reader, 4));
    if (length === 0) break;
    const bytes = length & 0x7fff_ffff;
    if (bytes > size) throw new Damage('a block larger than its frame allows');
    const piece = blocks.decode(await exactly(reader, bytes), length > 0x7fff_ffff);
    if ((flags & 16) !== 0) await exactly(reader, 4);
    sum.add(piece);
    yield piece;
  }
  if ((flags & 4) !== 0 && u32(await exactly(reader, 4)) !== sum.digest()) throw new Damage('the content does not match its checksum');
}

/** The form of lz4 before its frames, still used for kernels: blocks of 8 MiB until another magic number or the end. */
async function* legacyFrame(reader: ByteReader): AsyncGenerator<Uint8Array> {
  for (;;) {
    const head = await reader.peek(4);
    if (head.byteLength < 4 || [FRAME, LEGACY].includes(u32(head))) return;
    const length = u32(await exactly(reader, 4));
    if (length > LEGACY_BLOCK + (LEGACY_BLOCK >>> 7)) throw new Damage('a block of an impossible size');
    yield new Blocks(LEGACY_BLOCK, false).decode(await exactly(reader, length), false);
  }
}

/** Decompresses `.lz4` files: frames one after another, skippable ones passed over. Upstream: lz4 `doc/lz4_Frame_format.md`. */
export async function* lz4Bytes(source: Bytes, onDamage: OnDamage): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(source);
  try {
    for (let head = await reader.take(4); head.byteLength > 0; head = await reader.take(4)) {
      const magic = head.byteLength < 4 ? 0 : u32(head);
      if (magic === FRAME) yield* frame(reader);
      else if (magic === LEGACY) yield* legacyFrame(reader);
      else if ((magic & 0xffff_fff0) === SKIPPABLE) await reader.skip(u32(await exactly(reader, 4)));
      else throw new Damage('something else follows a frame');
    }
  } catch (error) {
    if (error instanceof RangeError) onDamage('COMPRESSION_TRUNCATED', error.message);
    else if (error instanceof Damage) onDamage('COMPRESSION_CORRUPT', error.message);
    else throw error;
  } finally {
    await reader.close();
  }
}
