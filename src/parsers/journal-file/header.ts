import type { RandomAccess } from '../contract.ts';

const SIGNATURE = Buffer.from('LPKSHHRH', 'latin1');
/** the header of the first journal files; later ones only append to it */
const MIN_HEADER = 208;
const KNOWN_INCOMPATIBLE = 31;
const XZ = 1;
const COMPACT = 16;
const STATES = ['offline', 'online', 'archived'] as const;

/** What a journal file says about itself. Upstream: systemd `src/libsystemd/sd-journal/journal-def.h struct Header`. */
export interface JournalHeader {
  readonly compact: boolean;
  /** some DATA may be packed as xz */
  readonly xz: boolean;
  /** flags that mean a layout this reader does not know; 0 = none */
  readonly unknownFlags: number;
  /** `online` is also what a crash or a copy of an open file leaves behind */
  readonly state: string;
  readonly headerSize: number;
  /** size the file should have */
  readonly expectedSize: number;
  readonly entries: number;
  /** first global ENTRY_ARRAY; 0 = none */
  readonly entryArray: number;
  readonly tailObject: number;
  /** what the numbers of entries are unique in, 32 hex digits: files of one journal share it, copies too */
  readonly seqnumId: string;
  readonly headSeqnum: number;
  readonly tailSeqnum: number;
}

export function looksLikeJournal(head: Uint8Array): boolean {
  return head.byteLength >= SIGNATURE.byteLength && SIGNATURE.equals(head.subarray(0, SIGNATURE.byteLength));
}

/** Null when the file is too short to hold a header. */
export function readHeader(file: RandomAccess): JournalHeader | null {
  const bytes = file.read(0, MIN_HEADER);
  if (bytes.byteLength < MIN_HEADER) return null;
  const b = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u64 = (at: number): number => b.readUInt32LE(at) + b.readUInt32LE(at + 4) * 4_294_967_296;
  const incompatible = b.readUInt32LE(12);
  const headerSize = u64(88);
  return {
    compact: (incompatible & COMPACT) !== 0,
    xz: (incompatible & XZ) !== 0,
    unknownFlags: (incompatible & ~KNOWN_INCOMPATIBLE) >>> 0,
    state: STATES[b.readUInt8(16)] ?? `unknown (${b.readUInt8(16)})`,
    headerSize,
    expectedSize: headerSize + u64(96),
    entries: u64(152),
    entryArray: u64(176),
    tailObject: u64(136),
    seqnumId: b.toString('hex', 72, 88),
    headSeqnum: u64(168),
    tailSeqnum: u64(160),
  };
}

/** Where objects begin, also when the header lies about its size. */
export function firstObject(header: JournalHeader, size: number): number {
  const { headerSize } = header;
  return headerSize >= MIN_HEADER && headerSize % 8 === 0 && headerSize <= size ? headerSize : MIN_HEADER;
}
