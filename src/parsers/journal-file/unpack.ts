import { decompress } from 'fzstd';
import { xzBytes } from '../../bundle/xz.ts';
import { lz4Block } from '../../bundle/lz4-block.ts';

/** A packed field that unfolds to more than this is left out: core dumps, never messages. */
export const MAX_UNPACKED = 16 << 20;

/** Flags of a DATA object. Upstream: systemd `journal-def.h OBJECT_COMPRESSED_*`. */
export const PACKED = { XZ: 1, LZ4: 2, ZSTD: 4 } as const;
const LZ4_UTMOST_RATIO = 255;

/** The size a packed LZ4 or zstd payload claims to unfold to; null when it does not say. */
export function unpackedSize(flag: number, packed: Buffer): number | null {
  if (flag === PACKED.ZSTD) return zstdContentSize(packed);
  if (packed.byteLength < 8) return null;
  const size = packed.readUInt32LE(0) + packed.readUInt32LE(4) * 4_294_967_296;
  return size > (packed.byteLength - 8) * LZ4_UTMOST_RATIO ? null : size;
}

/** Unpacks LZ4 and zstd payloads of the size given by `unpackedSize`; null when damaged. Upstream: systemd `src/basic/compress.c`. */
export function unpack(flag: number, packed: Buffer, size: number): Uint8Array | null {
  if (flag === PACKED.LZ4) return lz4Block(packed.subarray(8), size);
  try {
    return decompress(packed, new Uint8Array(size));
  } catch {
    return null;
  }
}

/** Unpacks one xz stream; null when damaged or larger than `MAX_UNPACKED`. */
export async function unpackXz(packed: Uint8Array): Promise<Buffer | null> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  let whole = true;
  const source = xzBytes(once(packed), () => {
    whole = false;
  });
  for await (const piece of source) {
    size += piece.byteLength;
    if (size > MAX_UNPACKED) return null;
    pieces.push(Buffer.from(piece));
  }
  return whole ? Buffer.concat(pieces, size) : null;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** journald compresses in one go, so its frames always carry the size. Upstream: RFC 8878 section 3.1.1.1. */
function zstdContentSize(frame: Buffer): number | null {
  if (frame.byteLength < 8 || frame.readUInt32LE(0) !== 0xfd2fb528) return null;
  const descriptor = frame.readUInt8(4);
  const single = (descriptor >> 5) & 1;
  const at = 5 + (1 - single) + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  const code = descriptor >> 6;
  const width = code === 0 ? single : 1 << code;
  if (width === 0 || at + width > frame.byteLength) return null;
  switch (width) {
    case 1:
      return frame.readUInt8(at);
    case 2:
      return frame.readUInt16LE(at) + 256;
    case 4:
      return frame.readUInt32LE(at);
    default:
      return frame.readUInt32LE(at) + frame.readUInt32LE(at + 4) * 4_294_967_296;
  }
}
