import type { RandomAccess } from '../contract.ts';
import { crc32c } from '../etcd-db/crc32c.ts';
import { protoBytes, protoFields, protoInteger, signed } from '../etcd-db/proto.ts';

/** `walpb.Record` types. Upstream: etcd `server/storage/wal/wal.go`. */
const RECORD_TYPES = ['unknown', 'metadata', 'entry', 'state', 'crc', 'snapshot'] as const;
export type RecordType = (typeof RECORD_TYPES)[number];

export interface WalRecord {
  readonly kind: 'record';
  readonly type: RecordType;
  /** of the frame, in the file */
  readonly offset: number;
  /** of the frame with its length field and padding */
  readonly length: number;
  readonly crc: number;
  readonly data: Uint8Array;
  /** the chain of checksums holds up to and including this record */
  readonly sound: boolean;
}

export interface WalDamage {
  readonly kind: 'damage';
  /** `crc`: the chain breaks; `record`: no record where one should be; `torn`: the last write did not reach the disk whole; `beyond`: bytes behind the end of the log */
  readonly how: 'crc' | 'record' | 'torn' | 'beyond';
  readonly offset: number;
  readonly length: number;
  readonly detail: string;
}

/** The running checksum, carried from one segment to the next; null = unknown, taken from the next record. */
export interface CrcChain {
  running: number | null;
}

const FRAME = 8;
const WINDOW = 1 << 20;
const SECTOR = 512;
const MAX_RECORD = 256 << 20;
const ZEROS = new Uint8Array(WINDOW);
const NONE = new Uint8Array(0);

/** Reads bytes of a file through one window. */
class Window {
  readonly #file: RandomAccess;
  #bytes: Uint8Array = NONE;
  #start = 0;

  constructor(file: RandomAccess) {
    this.#file = file;
  }

  get(offset: number, length: number): Uint8Array {
    const at = offset - this.#start;
    if (at < 0 || at + length > this.#bytes.length) {
      this.#bytes = this.#file.read(offset, Math.max(length, WINDOW));
      this.#start = offset;
      return this.#bytes.subarray(0, length);
    }
    return this.#bytes.subarray(at, at + length);
  }
}

interface Frame {
  readonly record: number;
  readonly padding: number;
}

/** The length field: low 56 bits the record's length, top byte `0x80 | padding` or 0. Null when it cannot be one. */
function frameOf(field: Uint8Array): Frame | null {
  const view = new DataView(field.buffer, field.byteOffset, FRAME);
  const high = view.getUint32(4, true);
  const record = (high & 0xff_ffff) * 0x1_0000_0000 + view.getUint32(0, true);
  const top = high >>> 24;
  const padding = top === 0 ? 0 : top & 7;
  if ((top & 0x78) !== 0 || (top !== 0 && top < 0x80) || padding !== (8 - (record % 8)) % 8) return null;
  return { record, padding };
}

const isZero = (bytes: Uint8Array): boolean => Buffer.compare(bytes, ZEROS.subarray(0, bytes.length)) === 0;

/** Whether any 512-byte sector of the record is all zero: etcd's rule for a torn write (`decoder.go` isTornEntry). */
function isTorn(bytes: Uint8Array, fileOffset: number): boolean {
  for (let at = 0; at < bytes.length;) {
    const size = Math.min(SECTOR - ((fileOffset + at) % SECTOR), bytes.length - at);
    if (isZero(bytes.subarray(at, at + size))) return true;
    at += size;
  }
  return false;
}

/**
 * A file copied while etcd appended to it: the record stops somewhere within a sector, and nothing follows. etcd itself never
 * sees this, since it reads after the write is done.
 */
function endsEarly(bytes: Uint8Array, next: Uint8Array): boolean {
  return bytes.length >= 2 * FRAME && isZero(bytes.subarray(bytes.length - 2 * FRAME)) && isZero(next);
}

/** The record in a frame; null when the bytes are none. */
function decode(bytes: Uint8Array): { type: RecordType; crc: number; data: Uint8Array } | null {
  const fields = protoFields(bytes);
  if (fields === null) return null;
  const type = RECORD_TYPES[signed(protoInteger(fields, 1))];
  if (type === undefined || type === 'unknown') return null;
  return { type, crc: Number(protoInteger(fields, 2) & 0xffff_ffffn), data: protoBytes(fields, 3) ?? NONE };
}

/**
 * The records of one segment with the chain of checksums followed; goes on behind damage where a next frame can be found.
 * Upstream: etcd `server/storage/wal/{encoder,decoder,repair}.go`.
 */
export function* readSegment(file: RandomAccess, chain: CrcChain): Generator<WalRecord | WalDamage, void, undefined> {
  const window = new Window(file);
  let at = 0;
  while (at + FRAME <= file.size) {
    const field = window.get(at, FRAME);
    if (field.length < FRAME) return;
    if (isZero(field)) {
      const beyond = firstNonZero(file, at);
      if (beyond !== null) yield { kind: 'damage', how: 'beyond', offset: beyond, length: 1, detail: `bytes behind the end of the log at ${at}` };
      return;
    }
    const frame = frameOf(field);
    const left = file.size - at - FRAME;
    if (frame === null || frame.record + frame.padding > left || frame.record > MAX_RECORD) {
      const torn = frame !== null && frame.record <= MAX_RECORD;
      const detail = torn ? `a record of ${frame.record} bytes, but the file has ${left} more` : 'the length of a record cannot be';
      yield { kind: 'damage', how: torn ? 'torn' : 'record', offset: at, length: Math.min(FRAME, left + FRAME), detail };
      const next = torn ? null : nextFrame(window, at + 8, file.size);
      if (next === null) return;
      chain.running = null;
      at = next;
      continue;
    }
    const whole = FRAME + frame.record + frame.padding;
    const bytes = window.get(at + FRAME, frame.record + frame.padding);
    if (bytes.length < frame.record) return;
    const record = decode(bytes.subarray(0, frame.record));
    if (record === null) {
      if (isTorn(bytes, at + FRAME) || endsEarly(bytes, window.get(at + whole, FRAME))) {
        yield { kind: 'damage', how: 'torn', offset: at, length: whole, detail: 'the last record was not written to its end' };
        return;
      }
      yield { kind: 'damage', how: 'record', offset: at, length: whole, detail: 'a record does not decode' };
      chain.running = null;
      at += whole;
      continue;
    }
    const problem = follow(chain, record);
    if (problem !== null) {
      if (isTorn(bytes, at + FRAME) || endsEarly(bytes, window.get(at + whole, FRAME))) {
        yield { kind: 'damage', how: 'torn', offset: at, length: whole, detail: 'the last record was not written to its end' };
        return;
      }
      yield { kind: 'damage', how: 'crc', offset: at, length: whole, detail: problem };
    }
    yield { kind: 'record', type: record.type, offset: at, length: whole, crc: record.crc, data: record.data, sound: problem === null };
    at += whole;
  }
}

/** Moves the chain past a record; what does not hold in words, else null. After a break the record's own value goes on. */
function follow(chain: CrcChain, record: { readonly type: RecordType; readonly crc: number; readonly data: Uint8Array }): string | null {
  const before = chain.running;
  chain.running = record.crc;
  if (before === null) return null;
  const computed = record.type === 'crc' ? before : crc32c(before, record.data);
  if (computed === record.crc || (record.type === 'crc' && before === 0)) return null;
  return `crc mismatch: expected ${record.crc.toString(16)} computed ${computed.toString(16)}`;
}

function firstNonZero(file: RandomAccess, from: number): number | null {
  for (let at = from; at < file.size;) {
    const bytes = file.read(at, Math.min(WINDOW, file.size - at));
    if (bytes.length === 0) return null;
    if (!isZero(bytes)) return at + bytes.findIndex((b) => b !== 0);
    at += bytes.length;
  }
  return null;
}

/** The next place, aligned to 8, where a frame with a record begins: `08 <type> 10`. */
function nextFrame(window: Window, from: number, size: number): number | null {
  for (let at = from; at + FRAME + 3 <= size; at += 8) {
    const bytes = window.get(at, FRAME + 3);
    if (bytes.length < FRAME + 3) return null;
    const type = bytes[9] ?? 0;
    if (bytes[8] !== 0x08 || bytes[10] !== 0x10 || type < 1 || type > 5) continue;
    const frame = frameOf(bytes);
    if (frame !== null && frame.record > 0 && at + FRAME + frame.record <= size) return at;
  }
  return null;
}
