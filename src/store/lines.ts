import type { EventBatch } from '../model/ports.ts';

type RawBatch = Omit<EventBatch, 'events'>;

const NEWLINE = 0x0a;

/** Cuts a batch into pieces of whole lines of about `size` bytes; a longer line stays whole. */
export function* linesOf(batch: RawBatch, size: number): Generator<RawBatch> {
  const { raw, entry } = batch;
  if (raw.byteLength <= size) {
    yield batch;
    return;
  }
  let start = 0;
  let line = batch.firstLine;
  const last = batch.firstLine + batch.lineCount;
  while (start < raw.byteLength) {
    const newline = raw.indexOf(NEWLINE, start + size - 1);
    const end = newline === -1 ? raw.byteLength : newline + 1;
    const piece = raw.subarray(start, end);
    const lineCount = end === raw.byteLength ? last - line : countNewlines(piece);
    // A copy, so that one small piece does not keep the whole document alive.
    yield { entry, offset: batch.offset + start, firstLine: line, lineCount, raw: piece.slice() };
    line += lineCount;
    start = end;
  }
}

export function countNewlines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

/** Where the line that begins at `start` ends: the index of its newline, or the end. */
export function lineEnd(bytes: Uint8Array, start: number): number {
  const newline = bytes.indexOf(NEWLINE, start);
  return newline === -1 ? bytes.byteLength : newline;
}

/** A line without `\r?\n`; bytes that are not UTF-8 read as U+FFFD. */
export function lineText(bytes: Uint8Array, start: number): string {
  let end = lineEnd(bytes, start);
  if (end > start && bytes[end - 1] === 0x0d) end -= 1;
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}
