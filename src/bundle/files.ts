import { open } from 'node:fs/promises';
import type { Bytes } from './byte-reader.ts';

const PIECE = 512 * 1024;

/** A file's bytes in order; `onError` is told when it cannot be opened or read to its end. */
export async function* fileBytes(path: string, size: number, onError: (error: Error) => void): AsyncGenerator<Uint8Array> {
  try {
    const file = await open(path, 'r');
    try {
      for (;;) {
        const buffer = Buffer.allocUnsafe(Math.max(4096, Math.min(PIECE, size + 1)));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    onError(error);
  }
}

/** Passes bytes through and tells how many there were. */
export async function* tapped(source: Bytes, onPiece: (piece: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    onPiece(piece);
    yield piece;
  }
}

/** The same bytes; leaving it early leaves the source open. */
export async function* passing(source: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (let step = await source.next(); step.done !== true; step = await source.next()) yield step.value;
}
