import bitIterator from 'unbzip2-stream/lib/bit_iterator.js';
import type { BitReader } from 'unbzip2-stream/lib/bit_iterator.js';
import bzip2 from 'unbzip2-stream/lib/bzip2.js';
import type { Bytes } from './byte-reader.ts';
import type { OnDamage } from './on-damage.ts';

const ENDS_EARLY = 'the input ends early';

/** A block of 900,000 bytes, compressed as badly as can be. */
const mostOfBlock = (hundreds: number): number => 25_000 + 100_000 * hundreds;

/** The bytes of one block: runs may make 46 MB of 900,000. */
class Output {
  #bytes = new Uint8Array(1 << 20);
  #used = 0;

  readonly put = (byte: number): void => {
    if (this.#used === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#used] = byte;
    this.#used += 1;
  };

  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#used);
    this.#used = 0;
    return taken;
  }
}

/**
 * Decompressed bytes of bzip2 streams one after another, block by block as they are asked for. The library's own stream decodes all that it holds at
 * once, and a few hundred bytes may hold gigabytes.
 */
export async function* bzip2Bytes(source: Bytes, onDamage: OnDamage): AsyncGenerator<Uint8Array> {
  const held: Uint8Array[] = [];
  let received = 0;
  // it takes a first piece at once
  let bits: BitReader | null = null;
  const output = new Output();
  let buffer = new Int32Array(0);
  let hundreds = 0;
  let checksum = 0;
  /** more was asked for than there is */
  let ranOut = false;
  const next = (): Uint8Array | undefined => {
    const piece = held.shift();
    ranOut ||= piece === undefined;
    return piece;
  };
  /** one header, or one block of what is held */
  const step = (reader: BitReader): void => {
    if (hundreds === 0) {
      hundreds = bzip2.header(reader);
      checksum = 0;
      if (buffer.length < hundreds * 100_000) buffer = new Int32Array(hundreds * 100_000);
      return;
    }
    const after = bzip2.decompress(reader, output.put, buffer, hundreds * 100_000, checksum);
    if (after === null) hundreds = 0;
    else checksum = after;
  };
  try {
    for await (const piece of source) {
      if (piece.length === 0) continue;
      held.push(piece);
      received += piece.length;
      bits ??= bitIterator(next);
      while (received - bits.bytesRead >= mostOfBlock(hundreds)) {
        step(bits);
        const bytes = output.take();
        if (bytes.length > 0) yield bytes;
      }
    }
    while (bits !== null && received > bits.bytesRead) {
      step(bits);
      const bytes = output.take();
      if (bytes.length > 0) yield bytes;
    }
    if (hundreds !== 0) onDamage('COMPRESSION_TRUNCATED', ENDS_EARLY);
  } catch (error) {
    // what the library says where it runs out is no word for people
    if (ranOut) onDamage('COMPRESSION_TRUNCATED', ENDS_EARLY);
    else onDamage('COMPRESSION_CORRUPT', error instanceof Error ? error.message : String(error));
  }
}
