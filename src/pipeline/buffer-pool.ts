import { BLOCK_BYTES, freshBuffer } from './blocks.ts';

const MOST_KEPT = 32;

/** Buffers of blocks that were stored, to be filled again: fresh memory costs more than what is written into it. */
export class BufferPool {
  private readonly free: ArrayBuffer[] = [];

  readonly take = (): Uint8Array => {
    const buffer = this.free.pop();
    return buffer === undefined ? freshBuffer() : new Uint8Array(buffer);
  };

  give(buffer: ArrayBuffer): void {
    if (buffer.byteLength === BLOCK_BYTES && this.free.length < MOST_KEPT) this.free.push(buffer);
  }
}
