import { brotliCompress, brotliCompressSync, brotliDecompress, brotliDecompressSync, constants } from 'node:zlib';
import { CODEC_BROTLI, CODEC_NONE } from './schema.ts';

/** Stored bytes and how they are packed. */
export interface Packed {
  readonly codec: number;
  readonly data: Uint8Array;
}

const TOO_SMALL = 256;

/**
 * Brotli 1 beats deflate 1 on etcd's JSON lines in both ways: about 800 MB/s against 480, 13.6 : 1 against 11.1.
 * The large chunk makes one trip through the thread pool of most blocks; small blocks get a small one, since there may be very many.
 */
function options(raw: Uint8Array): { chunkSize: number; params: Record<number, number> } {
  return {
    chunkSize: Math.max(1024, Math.min(raw.byteLength, 131_072)),
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 1,
      [constants.BROTLI_PARAM_LGWIN]: 20,
      [constants.BROTLI_PARAM_SIZE_HINT]: raw.byteLength,
    },
  };
}

function smaller(raw: Uint8Array, packed: Uint8Array): Packed {
  return packed.byteLength < raw.byteLength ? { codec: CODEC_BROTLI, data: packed } : { codec: CODEC_NONE, data: raw };
}

/** Off the main thread. */
export function pack(raw: Uint8Array, done: (error: Error | null, packed: Packed) => void): void {
  brotliCompress(raw, options(raw), (error, packed) => {
    done(error, error === null ? smaller(raw, packed) : { codec: CODEC_NONE, data: raw });
  });
}

export function packSync(raw: Uint8Array): Packed {
  return raw.byteLength < TOO_SMALL ? { codec: CODEC_NONE, data: raw } : smaller(raw, brotliCompressSync(raw, options(raw)));
}

export function worthThread(raw: Uint8Array): boolean {
  return raw.byteLength >= TOO_SMALL;
}

/** `bytes` is the size it must come to: a damaged case cannot expand without end. Throws when it does not decode. */
export function unpack(codec: number, data: Uint8Array, bytes: number): Uint8Array {
  return codec === CODEC_NONE ? data : brotliDecompressSync(data, room(bytes));
}

/** The same off the main thread. Rejects when it does not decode. */
export function unpackApart(codec: number, data: Uint8Array, bytes: number): Promise<Uint8Array> {
  if (codec === CODEC_NONE) return Promise.resolve(data);
  return new Promise((resolve, reject) => {
    brotliDecompress(data, room(bytes), (error, raw) => {
      if (error === null) resolve(raw);
      else reject(error);
    });
  });
}

/** One byte to spare: a buffer that is exactly full makes zlib ask for more, into a second one as large. */
function room(bytes: number): { readonly chunkSize: number; readonly maxOutputLength: number } {
  return { chunkSize: Math.max(4096, bytes + 1), maxOutputLength: Math.max(1, bytes) };
}
