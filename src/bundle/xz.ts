import { ReadableStream } from 'node:stream/web';
import xzDecompress from 'xz-decompress';
import type { Bytes } from './byte-reader.ts';
import type { OnDamage } from './on-damage.ts';

const NO_LOCK = { acquire: (): Promise<void> => Promise.resolve(), release: (): void => undefined };

/**
 * The library lets only one stream be open at a time and makes the next wait, which never ends when an xz file lies
 * within an xz archive. Its decoders do not share state, so the lock goes.
 */
function openXz(source: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  Reflect.set(xzDecompress.XzReadableStream, '_contextMutex', NO_LOCK);
  return new xzDecompress.XzReadableStream(source);
}

/** Decompressed bytes of one xz stream (LZMA2). */
export async function* xzBytes(source: Bytes, onDamage: OnDamage): AsyncGenerator<Uint8Array> {
  const input: AsyncIterator<Uint8Array, unknown> = source[Symbol.asyncIterator]();
  let exhausted = false;
  const feed = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await input.next();
        if (done !== true) controller.enqueue(value);
        else {
          exhausted = true;
          controller.close();
        }
      },
      async cancel() {
        await input.return?.();
      },
    },
    { highWaterMark: 0 },
  );
  const reader = openXz(feed).getReader();
  let finished = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (value.length > 0) yield value;
    }
    finished = true;
  } catch (error) {
    finished = true;
    onDamage(exhausted ? 'COMPRESSION_TRUNCATED' : 'COMPRESSION_CORRUPT', error instanceof Error ? error.message : String(error));
  } finally {
    if (!finished) await reader.cancel().catch(() => undefined);
  }
}
