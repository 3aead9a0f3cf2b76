import { createHash } from 'node:crypto';
import type { RandomAccess } from '../contract.ts';
import { hasTrailer } from './database.ts';

const CHUNK = 1 << 18;

/** What the SHA-256 at the end of a saved snapshot says about what stands before it. */
export interface TrailerCheck {
  readonly sha256: 'ok' | 'mismatch' | 'absent';
  /** hex; null when the file has none */
  readonly expected: string | null;
  readonly computed: string | null;
}

/** Reads the file once, in order. `snapshot status` of etcd's own tools leaves this to `snapshot restore`. */
export function checkTrailer(file: RandomAccess): TrailerCheck {
  if (!hasTrailer(file)) return { sha256: 'absent', expected: null, computed: null };
  const end = file.size - 32;
  const hash = createHash('sha256');
  const own = file.readInto === undefined ? null : new Uint8Array(CHUNK);
  for (let at = 0; at < end;) {
    const wanted = Math.min(CHUNK, end - at);
    const bytes = own === null ? file.read(at, wanted) : own.subarray(0, file.readInto?.(own.subarray(0, wanted), at));
    if (bytes.length === 0) break;
    hash.update(bytes);
    at += bytes.length;
  }
  const computed = hash.digest('hex');
  const expected = Buffer.from(file.read(end, 32)).toString('hex');
  return { sha256: computed === expected ? 'ok' : 'mismatch', expected, computed };
}
