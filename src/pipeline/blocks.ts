/** A run of whole lines of one entry, or a piece of a line too long to be handed on whole. */
export interface Block {
  readonly raw: Uint8Array;
  /** byte offset in the entry */
  readonly offset: number;
  /** 1-based number of the first line */
  readonly firstLine: number;
  /** lines that begin in the block: 0 for the later pieces of an over-long line */
  readonly lineCount: number;
}

/** The size of a block's buffer, in bytes. */
export const BLOCK_BYTES = 1 << 20;
const NEWLINE = 10;

/** Gives a buffer of `BLOCK_BYTES`, its content undefined. */
export type TakeBuffer = () => Uint8Array;

export const freshBuffer: TakeBuffer = () => new Uint8Array(Buffer.allocUnsafeSlow(BLOCK_BYTES).buffer);

/**
 * Puts a stream of chunks together to pieces of at most 1 MiB, each in a buffer of its own and cut after a newline where it holds one:
 * blocks can be made of them without another copy.
 */
export async function* wholeLines(chunks: AsyncIterable<Uint8Array>, takeBuffer: TakeBuffer): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  for await (const chunk of chunks) {
    held.push(chunk);
    heldBytes += chunk.byteLength;
    while (heldBytes >= BLOCK_BYTES) {
      const all = filled(takeBuffer(), held);
      const cut = all.lastIndexOf(NEWLINE) + 1;
      const end = cut === 0 ? all.byteLength : cut;
      held = after(held, end);
      heldBytes -= end;
      yield all.subarray(0, end);
    }
  }
  if (heldBytes > 0) yield filled(new Uint8Array(heldBytes), held);
}

/**
 * Cuts a stream of chunks into blocks of whole lines of at most 1 MiB. A line longer than `lineBytes` comes in pieces: its beginning as
 * one line, the rest in blocks that begin no line; `onLongLine` hears of it once. Chunks that `wholeLines` made are `ready`: most are blocks
 * as they come.
 */
export async function* lineBlocks(
  chunks: AsyncIterable<Uint8Array>,
  lineBytes: number,
  onLongLine: (line: number) => void,
  ready = false,
): AsyncGenerator<Block> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let offset = 0;
  let line = 1;
  /** how much must be held before a block is cut from it: more than a block once a line did not end within one */
  let enough = BLOCK_BYTES;
  /** the beginning of the line under way was handed on */
  let within = false;
  const take = (raw: Uint8Array): Block => {
    const lineCount = within ? 0 : countLines(raw);
    const block = { raw, offset, firstLine: line, lineCount };
    offset += raw.byteLength;
    const whole = raw.at(-1) === NEWLINE;
    line += within ? (whole ? 1 : 0) : whole ? lineCount : lineCount - 1;
    within = !whole;
    return block;
  };
  /** what follows the end of an over-long line is a block of its own */
  const takeAll = function* (raw: Uint8Array): Generator<Block> {
    const rest = within ? raw.indexOf(NEWLINE) + 1 : 0;
    if (rest > 0) yield take(Uint8Array.from(raw.subarray(0, rest)));
    if (rest < raw.byteLength) yield take(rest === 0 ? raw : Uint8Array.from(raw.subarray(rest)));
  };
  for await (const chunk of chunks) {
    if (ready && heldBytes === 0 && !within && chunk.at(-1) === NEWLINE) {
      yield take(chunk);
      continue;
    }
    held.push(chunk);
    heldBytes += chunk.byteLength;
    while (heldBytes >= enough) {
      // always a copy: chunks may share buffers with others, and a block may leave for another thread, buffer and all
      const all = enough === BLOCK_BYTES ? filled(freshBuffer(), held) : Buffer.concat(held, heldBytes);
      const cut = all.lastIndexOf(NEWLINE) + 1;
      if (cut === 0 && !within && enough === BLOCK_BYTES) {
        enough = BLOCK_BYTES + lineBytes;
        continue;
      }
      if (cut === 0 && !within) onLongLine(line);
      enough = BLOCK_BYTES;
      const end = cut === 0 ? all.byteLength : cut;
      held = after(held, end);
      heldBytes -= end;
      yield* takeAll(all.subarray(0, end));
    }
  }
  if (heldBytes > 0) yield* takeAll(Buffer.concat(held, heldBytes));
}

/** The buffer filled from the beginning of the pieces, which hold enough for it. */
function filled(buffer: Uint8Array, pieces: readonly Uint8Array[]): Uint8Array {
  let at = 0;
  for (const piece of pieces) {
    const room = buffer.byteLength - at;
    buffer.set(piece.byteLength > room ? piece.subarray(0, room) : piece, at);
    at += Math.min(room, piece.byteLength);
  }
  return buffer;
}

/** What follows the first `count` bytes of the pieces. */
function after(pieces: readonly Uint8Array[], count: number): Uint8Array[] {
  let left = count;
  const rest: Uint8Array[] = [];
  for (const piece of pieces) {
    if (left < piece.byteLength) rest.push(piece.subarray(left));
    left = Math.max(0, left - piece.byteLength);
  }
  return rest;
}

/** Lines in a block; a last line without its newline counts. */
export function countLines(raw: Uint8Array): number {
  // a Buffer looks for a byte six times as fast as a plain array of bytes does
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return bytes.length > 0 && bytes.at(-1) !== NEWLINE ? count + 1 : count;
}

/**
 * Everything of an entry in one piece; null once it exceeds `limit` bytes. Where its `size` was told, it is put in its place as it comes, so that
 * a large one is not held twice.
 */
export async function readWhole(chunks: AsyncIterable<Uint8Array>, limit: number, size: number | null = null): Promise<Uint8Array | null> {
  if (size !== null && size > limit) return null;
  let whole = new Uint8Array(Math.min(size ?? 0, limit));
  let read = 0;
  for await (const chunk of chunks) {
    const end = read + chunk.byteLength;
    if (end > limit) return null;
    if (end > whole.byteLength) {
      const larger = new Uint8Array(Math.min(limit, Math.max(end, whole.byteLength * 2)));
      larger.set(whole.subarray(0, read));
      whole = larger;
    }
    whole.set(chunk, read);
    read = end;
  }
  return whole.subarray(0, read);
}
