/** A run of whole lines of one entry. */
export interface Block {
  readonly raw: Uint8Array;
  /** byte offset in the entry */
  readonly offset: number;
  /** 1-based number of the first line */
  readonly firstLine: number;
  readonly lineCount: number;
}

const TARGET = 1 << 20;
const NEWLINE = 10;

/**
 * Cuts a stream of chunks into blocks of whole lines of about 1 MiB. A line longer than `lineBytes` is passed on in pieces, each
 * a line of its own to the parser; `onLongLine` hears of it.
 */
export async function* lineBlocks(chunks: AsyncIterable<Uint8Array>, lineBytes: number, onLongLine: (line: number) => void): AsyncGenerator<Block> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let offset = 0;
  let line = 1;
  const take = (raw: Uint8Array): Block => {
    const lineCount = countLines(raw);
    const block = { raw, offset, firstLine: line, lineCount };
    offset += raw.byteLength;
    line += raw.at(-1) === NEWLINE ? lineCount : lineCount - (raw.byteLength === 0 ? 0 : 1);
    return block;
  };
  for await (const chunk of chunks) {
    held.push(chunk);
    heldBytes += chunk.byteLength;
    if (heldBytes < TARGET) continue;
    // always a copy: chunks may share buffers with others, and a block may leave for another thread, buffer and all
    const all = Buffer.concat(held, heldBytes);
    const cut = all.lastIndexOf(NEWLINE) + 1;
    if (cut === 0 && heldBytes < TARGET + lineBytes) {
      held = [all];
      continue;
    }
    if (cut === 0) onLongLine(line);
    const end = cut === 0 ? heldBytes : cut;
    held = end < heldBytes ? [Uint8Array.from(all.subarray(end))] : [];
    heldBytes -= end;
    yield take(all.subarray(0, end));
  }
  if (heldBytes > 0) yield take(Buffer.concat(held, heldBytes));
}

/** Lines in a block; a last line without its newline counts. */
function countLines(raw: Uint8Array): number {
  let count = 0;
  for (let at = raw.indexOf(NEWLINE); at >= 0; at = raw.indexOf(NEWLINE, at + 1)) count += 1;
  return raw.byteLength > 0 && raw.at(-1) !== NEWLINE ? count + 1 : count;
}

/** Everything of an entry in one piece; null once it exceeds `limit` bytes. */
export async function readWhole(chunks: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > limit) return null;
    parts.push(chunk);
  }
  return Buffer.concat(parts, size);
}
