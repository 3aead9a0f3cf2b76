import { createGunzip, createInflateRaw } from 'node:zlib';
import type { Bytes } from './byte-reader.ts';
import type { OnDamage } from './on-damage.ts';
import { RESCUE_BYTES, rescue } from './inflate-rescue.ts';

const KIB = 1024;

interface Sizes {
  /** compressed bytes given to zlib at once */
  readonly piece: number;
  /** decompressed bytes per buffer */
  readonly chunk: number;
}

/**
 * A failing zlib call loses what it had produced, so small inputs go in small pieces (and are rescued afterwards);
 * large ones in large pieces, since every call is a trip to the thread pool.
 */
function sizesFor(compressed: number | null): Sizes {
  if (compressed !== null && compressed <= 64 * KIB) return { piece: 2 * KIB, chunk: 64 * KIB };
  if (compressed !== null && compressed <= 1024 * KIB) return { piece: 16 * KIB, chunk: 256 * KIB };
  return { piece: 64 * KIB, chunk: 1024 * KIB };
}

async function* pieces(source: Bytes, size: number): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += size) yield chunk.subarray(at, at + size);
  }
}

/** One zlib stream driven by hand: a piece in, all of its output out, nothing lost on error. */
class Inflater {
  readonly #zlib;
  #output: Uint8Array[] = [];
  #error: Error | null = null;
  #ended = false;
  #wake: () => void = () => undefined;

  constructor(format: 'gzip' | 'raw', chunkSize: number) {
    this.#zlib = format === 'gzip' ? createGunzip({ chunkSize }) : createInflateRaw({ chunkSize });
    this.#zlib.on('data', (data: Uint8Array) => this.#output.push(data));
    this.#zlib.on('end', () => {
      this.#ended = true;
      this.#wake();
    });
    this.#zlib.on('error', (error: Error) => {
      this.#error = error;
      this.#wake();
    });
  }

  get done(): boolean {
    return this.#ended || this.#error !== null;
  }

  get error(): Error | null {
    return this.#error;
  }

  write(piece: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#zlib.write(piece, () => resolve());
    });
  }

  finish(): Promise<void> {
    if (this.done) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#zlib.end();
    });
  }

  takeOutput(): readonly Uint8Array[] {
    if (!this.done) while (this.#zlib.read() !== null);
    const taken = this.#output;
    this.#output = [];
    return taken;
  }

  close(): void {
    this.#zlib.destroy();
  }
}

function isTruncation(error: Error): boolean {
  return 'code' in error && error.code === 'Z_BUF_ERROR';
}

/**
 * Gzip (RFC 1952, any number of members) or raw deflate, in zlib's thread pool and one piece ahead of the reader.
 * `compressed` is the size of the source where known.
 */
export async function* inflate(source: Bytes, format: 'gzip' | 'raw', compressed: number | null, onDamage: OnDamage): AsyncGenerator<Uint8Array> {
  const sizes = sizesFor(compressed);
  const inflater = new Inflater(format, sizes.chunk);
  const kept: Uint8Array[] | null = compressed !== null && compressed <= RESCUE_BYTES ? [] : null;
  let delivered = 0;
  const output = (): readonly Uint8Array[] => {
    const ready = inflater.takeOutput();
    for (const chunk of ready) delivered += chunk.length;
    return ready;
  };
  try {
    let pending: Promise<void> = Promise.resolve();
    for await (const piece of pieces(source, sizes.piece)) {
      await pending;
      const ready = output();
      if (inflater.done) {
        yield* ready;
        break;
      }
      pending = inflater.write(piece);
      kept?.push(piece);
      yield* ready;
    }
    await pending;
    yield* output();
    await inflater.finish();
    yield* output();
    const { error } = inflater;
    if (error === null) return;
    if (isTruncation(error)) return onDamage('COMPRESSION_TRUNCATED', error.message);
    const rest = kept === null ? null : rescue(Buffer.concat(kept), kept.at(-1)?.length ?? 0, delivered, format);
    if (rest !== null) yield rest;
    onDamage('COMPRESSION_CORRUPT', error.message);
  } finally {
    inflater.close();
  }
}
