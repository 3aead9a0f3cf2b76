import { cover, listsSecrets, mayHoldSecret, secretSpans } from '../model/secret-data.ts';
import type { Block } from './blocks.ts';

/** What must follow a block before it is handed on: etcd takes no object larger than 1.5 MiB, and base64 makes a third more of it. */
const AHEAD = 2 << 20;
const JOINT = 32;
const NEWLINE = 10;

interface Waiting {
  readonly block: Block;
  /** a look at its bytes says that it may hold a secret */
  readonly marked: boolean;
}

/**
 * Hands blocks on with what is secret in them covered, wherever borders of blocks fall: an object may say only below its data that it is a Secret, so
 * each block waits until enough follows it. `tell` hears how many places were covered in a block. `mask`: what covers them.
 */
export async function* hiddenBlocks(blocks: AsyncIterable<Block>, tell: (block: Block, places: number) => void, mask?: number): AsyncGenerator<Block> {
  const waiting: Waiting[] = [];
  let bytes = 0;
  let listed = false;
  const hide = (): void => {
    if (!listed && !waiting.some(({ marked }) => marked)) return;
    const text = waiting.map(({ block: { raw } }) => Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1')).join('');
    const spans = secretSpans(text, listed);
    let from = 0;
    let last = 0;
    for (const { block } of waiting) {
      const to = from + block.raw.byteLength;
      const places = spans.filter(({ start, end }) => end > from && start < to && cover(block.raw, start - from, end - from, mask)).length;
      if (places > 0) tell(block, places);
      last = places;
      from = to;
    }
    listed = (listed || listsSecrets(text)) && last > 0;
  };
  for await (const block of blocks) {
    const before = waiting.at(-1)?.block.raw;
    waiting.push({ block, marked: mayHoldSecret(block.raw) || (before !== undefined && splitMark(before, block.raw)) });
    bytes += block.raw.byteLength;
    if (bytes - (waiting[0]?.block.raw.byteLength ?? 0) < AHEAD) continue;
    hide();
    while (waiting.length > 0 && bytes - (waiting[0]?.block.raw.byteLength ?? 0) >= AHEAD) {
      const first = waiting.shift();
      if (first === undefined) break;
      bytes -= first.block.raw.byteLength;
      yield first.block;
    }
  }
  hide();
  for (const { block } of waiting) yield block;
}

/** Pieces of one long line may part a word. */
function splitMark(before: Uint8Array, after: Uint8Array): boolean {
  return before.at(-1) !== NEWLINE && mayHoldSecret(Buffer.concat([before.subarray(-JOINT), after.subarray(0, JOINT)]));
}
