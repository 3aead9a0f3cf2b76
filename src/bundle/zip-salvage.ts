import type { ByteReader } from './byte-reader.ts';
import { decodeName } from './entry-path.ts';
import { passing } from './files.ts';
import { inflate } from './inflate.ts';
import type { ZipMember } from './zip.ts';

const HEADER = 30;
const WINDOW = 65_536;
/** a data descriptor with its signature, 64-bit sizes */
const LONGEST_DESCRIPTOR = 24;

const u16 = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
const u32 = (bytes: Uint8Array, at: number): number => (u16(bytes, at) | (u16(bytes, at + 2) << 16)) >>> 0;
const marked = (bytes: Uint8Array, at: number, a: number, b: number): boolean =>
  bytes[at] === 0x50 && bytes[at + 1] === 0x4b && bytes[at + 2] === a && bytes[at + 3] === b;

/** Finds the descriptor that ends `before` bytes of data plus what `window` holds of it; -1 when it is not in there. */
function findDescriptor(window: Uint8Array, before: number): number {
  for (let at = window.indexOf(0x50); at >= 0 && at + 16 <= window.length; at = window.indexOf(0x50, at + 1)) {
    if (marked(window, at, 7, 8) && u32(window, at + 8) === (before + at) % 2 ** 32) return at;
  }
  return -1;
}

/** Data of unknown length, as writers that stream leave it: up to the descriptor that tells its length. */
async function* untilDescriptor(reader: ByteReader): AsyncGenerator<Uint8Array> {
  let count = 0;
  for (;;) {
    const window = await reader.peek(WINDOW);
    if (window.length === 0) return;
    const end = findDescriptor(window, count);
    const sure = end >= 0 ? end : window.length < WINDOW ? window.length : window.length - LONGEST_DESCRIPTOR;
    count += sure;
    if (sure > 0) yield await reader.take(sure);
    if (end < 0) continue;
    const behind = await reader.peek(LONGEST_DESCRIPTOR + 4);
    // With 64-bit sizes the next header stands eight bytes later.
    const short = behind.length <= 16 || (behind[16] === 0x50 && behind[17] === 0x4b);
    await reader.skip(short ? 16 : LONGEST_DESCRIPTOR);
    return;
  }
}

async function* exactly(reader: ByteReader, size: number): AsyncGenerator<Uint8Array> {
  let left = size;
  while (left > 0) {
    const piece = await reader.next(left);
    if (piece === null) return;
    left -= piece.length;
    yield piece;
  }
}

/** DOS date and time (no zone, taken as UTC) in milliseconds since 1970. */
function dosTime(time: number, date: number): number {
  return Date.UTC(1980 + (date >>> 9), ((date >>> 5) & 15) - 1, date & 31, time >>> 11, (time >>> 5) & 63, (time & 31) * 2);
}

/**
 * Members of a zip whose central directory is lost, by their local headers (PKWARE APPNOTE 4.3.7): what an interrupted
 * download leaves. Links and permissions stand only in the directory, so all members are files or folders here.
 */
export async function* salvageZip(reader: ByteReader): AsyncGenerator<ZipMember> {
  for (;;) {
    const head = await reader.peek(HEADER);
    if (head.length < HEADER || !marked(head, 0, 3, 4)) return;
    const header = Uint8Array.from(await reader.take(HEADER));
    const nameBytes = await reader.take(u16(header, 26));
    if (nameBytes.length < u16(header, 26)) return;
    const name = decodeName(nameBytes);
    await reader.skip(u16(header, 28));
    const method = u16(header, 8);
    const flags = u16(header, 6);
    const size = u32(header, 18);
    const streamed = (flags & 8) !== 0 || size === 0xffff_ffff;
    const raw = streamed ? untilDescriptor(reader) : exactly(reader, size);
    const mtime = dosTime(u16(header, 10), u16(header, 12));
    yield {
      name,
      type: name.endsWith('/') ? 'folder' : 'file',
      size: null,
      encrypted: (flags & 1) !== 0,
      mtime: Number.isFinite(mtime) ? mtime : null,
      body(onDamage) {
        if (method === 8) return inflate(passing(raw), 'raw', streamed ? null : size, onDamage);
        if (method !== 0) onDamage('ENTRY_UNREADABLE', `zip compression method ${method} is not supported`);
        return method === 0 ? passing(raw) : passing(nothing());
      },
    };
    while ((await raw.next()).done !== true);
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
