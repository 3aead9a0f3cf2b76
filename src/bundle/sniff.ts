import { isTarHeader } from './tar-checksum.ts';

export type Compression = 'gzip' | 'zstd' | 'xz' | 'bzip2' | 'lz4' | Utf16;
/** text in two bytes a character, as Windows' shells write it */
export type Utf16 = 'utf-16le' | 'utf-16be';
export type Container = Compression | 'tar' | 'zip' | 'encrypted' | 'plain';

/** How many bytes `sniff` wants: one tar block. */
export const SNIFF_BYTES = 512;

const starts = (head: Uint8Array, ...magic: readonly number[]): boolean => magic.every((byte, at) => head[at] === byte);

function startsText(head: Uint8Array, text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (head[at] !== text.charCodeAt(at)) return false;
  return true;
}

/** RFC 4880 packets that only encrypted messages start with: session keys of version 3 and 4. */
function isPgp(head: Uint8Array): boolean {
  if (startsText(head, '-----BEGIN PGP MESSAGE')) return true;
  if (starts(head, 0x8c, 0x0d, 0x04)) return true;
  return (head[0] === 0x84 && head[2] === 3) || (head[0] === 0x85 && (head[1] ?? 9) < 8 && head[3] === 3 && (head[2] ?? 0) >= 4);
}

/** What a file is by its first bytes; its name is never asked. */
export function sniff(head: Uint8Array): Container {
  if (starts(head, 0x1f, 0x8b, 0x08)) return 'gzip';
  if (starts(head, 0x28, 0xb5, 0x2f, 0xfd)) return 'zstd';
  if (((head[0] ?? 0) & 0xf0) === 0x50 && starts(head.subarray(1), 0x2a, 0x4d, 0x18)) return 'zstd';
  if (starts(head, 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00)) return 'xz';
  if (starts(head, 0x04, 0x22, 0x4d, 0x18) || starts(head, 0x02, 0x21, 0x4c, 0x18)) return 'lz4';
  if (isBzip2(head)) return 'bzip2';
  if (starts(head, 0x50, 0x4b, 3, 4) || starts(head, 0x50, 0x4b, 5, 6) || starts(head, 0x50, 0x4b, 7, 8, 0x50, 0x4b, 3, 4)) return 'zip';
  if (startsText(head, 'age-encryption.org/v') || startsText(head, '-----BEGIN AGE ENCRYPTED FILE') || startsText(head, 'Salted__')) return 'encrypted';
  if (isPgp(head)) return 'encrypted';
  return isTarHeader(head) ? 'tar' : (utf16(head) ?? 'plain');
}

const TEXT_UNITS = 32;
const isTextUnit = (unit: number): boolean => (unit >= 32 && unit < 127) || unit === 9 || unit === 10 || unit === 13;

/** With a byte order mark, or ASCII with every other byte zero. */
function utf16(head: Uint8Array): Utf16 | null {
  const marked = starts(head, 0xff, 0xfe) ? 'utf-16le' : starts(head, 0xfe, 0xff) ? 'utf-16be' : null;
  const units = Math.min(TEXT_UNITS, head.length >> 1);
  const kind = marked ?? (head[0] === 0 ? 'utf-16be' : 'utf-16le');
  const [high, low] = kind === 'utf-16be' ? [0, 1] : [1, 0];
  let ascii = 0;
  for (let at = marked === null ? 0 : 1; at < units; at += 1) if (head[2 * at + high] === 0 && isTextUnit(head[2 * at + low] ?? 0)) ascii += 1;
  if (marked !== null) return units > 1 && ascii >= (units - 1) / 2 ? marked : null;
  return units >= 8 && ascii === units ? kind : null;
}

function isBzip2(head: Uint8Array): boolean {
  const level = head[3] ?? 0;
  if (!starts(head, 0x42, 0x5a, 0x68) || level < 0x31 || level > 0x39) return false;
  const block = head.subarray(4);
  return starts(block, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59) || starts(block, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90);
}
