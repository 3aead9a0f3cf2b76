import { decodeName } from './entry-path.ts';

/** One tar header: POSIX.1-1988 ustar, GNU and v7 forms. */
export interface TarHeader {
  readonly name: string;
  /** the type flag as a character; `0` for a regular file, also where v7 wrote NUL */
  readonly type: string;
  readonly size: number;
  /** seconds since 1970 */
  readonly mtime: number;
  readonly link: string;
  /** GNU old sparse: more map blocks follow the header */
  readonly extended: boolean;
}

export const BLOCK = 512;

function ascii(block: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at += 1) {
    const byte = block[at] ?? 0;
    if (byte === 0) break;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Octal digits, or GNU's base-256 form with the top bit set; NaN when neither. */
export function tarNumber(block: Uint8Array, from: number, to: number): number {
  const first = block[from] ?? 0;
  if ((first & 0x80) !== 0) {
    let value = (first & 0x40) !== 0 ? Number.NaN : first & 0x3f;
    for (let at = from + 1; at < to; at += 1) value = value * 256 + (block[at] ?? 0);
    return value;
  }
  const text = ascii(block, from, to).trim();
  if (text === '') return 0;
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
}

/** The header checksum counts its own field as blanks; some old writers summed signed bytes. */
function checksumHolds(block: Uint8Array): boolean {
  const claimed = tarNumber(block, 148, 156);
  if (!(claimed > 0)) return false;
  let unsigned = 8 * 32;
  let signed = 8 * 32;
  for (let at = 0; at < BLOCK; at += 1) {
    if (at >= 148 && at < 156) continue;
    const byte = block[at] ?? 0;
    unsigned += byte;
    signed += byte < 128 ? byte : byte - 256;
  }
  return claimed === unsigned || claimed === signed;
}

export function isZeroBlock(block: Uint8Array): boolean {
  for (const byte of block) if (byte !== 0) return false;
  return true;
}

/** True for a whole block with a right checksum, whatever its flavour. */
export function isTarHeader(block: Uint8Array): boolean {
  return block.length >= BLOCK && (block[0] ?? 0) !== 0 && checksumHolds(block);
}

function field(block: Uint8Array, from: number, to: number): string {
  let end = from;
  while (end < to && block[end] !== 0) end += 1;
  return decodeName(block.subarray(from, end));
}

/** Null when the block is no header. */
export function decodeTarHeader(block: Uint8Array): TarHeader | null {
  if (!isTarHeader(block)) return null;
  const size = tarNumber(block, 124, 136);
  if (!Number.isSafeInteger(size) || size < 0) return null;
  const flag = block[156] ?? 0;
  const magic = ascii(block, 257, 263);
  // Only POSIX ustar has a name prefix there; GNU keeps other fields in that space.
  const prefix = magic === 'ustar' && block[262] === 0 ? field(block, 345, 500) : '';
  const name = field(block, 0, 100);
  const mtime = tarNumber(block, 136, 148);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    type: flag === 0 ? '0' : String.fromCharCode(flag),
    size,
    mtime: Number.isFinite(mtime) ? mtime : 0,
    link: field(block, 157, 257),
    extended: block[482] === 1,
  };
}

/** PAX records, `<length> <key>=<value>\n`; what does not fit the form ends the list. */
export function decodePax(body: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < body.length) {
    const space = body.indexOf(0x20, at);
    if (space < 0 || space - at > 10) break;
    const length = Number(ascii(body, at, space));
    if (!Number.isInteger(length) || length < 5 || at + length > body.length) break;
    const record = body.subarray(space + 1, at + length - 1);
    const equals = record.indexOf(0x3d);
    if (equals > 0) records.set(ascii(record, 0, equals), decodeName(record.subarray(equals + 1)));
    at += length;
  }
  return records;
}
