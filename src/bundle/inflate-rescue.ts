import { constants, gunzipSync, inflateRawSync } from 'node:zlib';

/** Sources up to this size are kept while they are read, so that the output of a failing zlib call can be had after all. */
export const RESCUE_BYTES = 1024 * 1024;

const MAX_OUTPUT = 64 * 1024 * 1024;

/**
 * What zlib had decompressed when it failed within the last `piece` bytes of `input`, less the `delivered` bytes the
 * caller has: zlib throws that away, so the longest prefix that decompresses without error is looked for.
 */
export function rescue(input: Uint8Array, piece: number, delivered: number, format: 'gzip' | 'raw'): Uint8Array | null {
  if (delivered > MAX_OUTPUT) return null;
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_OUTPUT * 2 };
  const attempt = (length: number): Uint8Array | null => {
    const prefix = input.subarray(0, length);
    try {
      return format === 'gzip' ? gunzipSync(prefix, options) : inflateRawSync(prefix, options);
    } catch {
      return null;
    }
  };
  let good = input.length - piece;
  let bad = input.length;
  let best: Uint8Array | null = null;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    const output = attempt(middle);
    if (output === null) bad = middle;
    else {
      good = middle;
      best = output;
    }
  }
  return best === null || best.length <= delivered ? null : best.subarray(delivered);
}
