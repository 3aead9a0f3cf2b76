import { Decompress as ZstdDecompress } from 'fzstd';
import type { Bytes } from './byte-reader.ts';
import { bzip2Bytes } from './bzip2.ts';
import { inflate } from './inflate.ts';
import { lz4Bytes } from './lz4.ts';
import type { OnDamage } from './on-damage.ts';
import type { Compression, Utf16 } from './sniff.ts';
import { xzBytes } from './xz.ts';

/** A decoder that is fed and answers at once. */
interface PushDecoder {
  push(piece: Uint8Array): void;
  /** throws when the data is not complete */
  end(): void;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Pieces small enough that the output of one, at the format's utmost ratio, still fits in memory. */
const PIECE = 64 * 1024;

async function* pushed(source: Bytes, open: (emit: (data: Uint8Array) => void) => PushDecoder, onDamage: OnDamage): AsyncGenerator<Uint8Array> {
  let output: Uint8Array[] = [];
  const drain = (): readonly Uint8Array[] => {
    const taken = output;
    output = [];
    return taken;
  };
  const decoder = open((data) => output.push(data));
  let ending = false;
  try {
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length; at += PIECE) {
        decoder.push(chunk.subarray(at, at + PIECE));
        yield* drain();
      }
    }
    ending = true;
    decoder.end();
  } catch (error) {
    yield* drain();
    onDamage(ending ? 'COMPRESSION_TRUNCATED' : 'COMPRESSION_CORRUPT', messageOf(error));
    return;
  }
  yield* drain();
}

function openZstd(emit: (data: Uint8Array) => void): PushDecoder {
  // The decoder reuses its window, so what it hands out is copied.
  const zstd = new ZstdDecompress((data) => emit(data.slice()));
  return { push: (piece) => void zstd.push(piece.slice()), end: () => void zstd.push(new Uint8Array(0), true) };
}

/** The same text in UTF-8, which every reader of text expects; its byte order mark goes. */
async function* utf8From(kind: Utf16, source: Bytes): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(kind);
  for await (const chunk of source) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

/** Decompressed bytes of a compressed stream; `compressed` is its size where known. Damage ends it early and is told. */
export function decompress(kind: Compression, source: Bytes, compressed: number | null, onDamage: OnDamage): AsyncGenerator<Uint8Array> {
  switch (kind) {
    case 'gzip':
      return inflate(source, 'gzip', compressed, onDamage);
    case 'zstd':
      return pushed(source, openZstd, onDamage);
    case 'bzip2':
      return bzip2Bytes(source, onDamage);
    case 'xz':
      return xzBytes(source, onDamage);
    case 'lz4':
      return lz4Bytes(source, onDamage);
    case 'utf-16le':
    case 'utf-16be':
      return utf8From(kind, source);
  }
}
