declare module 'unbzip2-stream/lib/bit_iterator.js' {
  export interface BitReader {
    readonly bytesRead: number;
  }
  /** Asks for the next piece when it needs one; throws when there is none. */
  export default function bitIterator(next: () => Uint8Array | undefined): BitReader;
}

declare module 'unbzip2-stream/lib/bzip2.js' {
  import type { BitReader } from 'unbzip2-stream/lib/bit_iterator.js';
  interface Decoder {
    /** reads a stream's header; its block size in hundreds of kilobytes */
    header(bits: BitReader): number;
    /** reads one block, byte by byte to `put`; null at the end of a stream, otherwise the checksum so far */
    decompress(bits: BitReader, put: (byte: number) => void, buffer: Int32Array, size: number, checksum: number): number | null;
  }
  const decoder: Decoder;
  export default decoder;
}
