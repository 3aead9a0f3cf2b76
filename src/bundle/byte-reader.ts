/** Bytes in order, ending early when damaged: damage is reported by whoever made them, never thrown here. */
export type Bytes = AsyncIterable<Uint8Array>;

const EMPTY = new Uint8Array(0);

/** Pulls from a byte stream with look-ahead. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array, unknown>;
  #queue: Uint8Array[] = [];
  #buffered = 0;
  #ended = false;
  #consumed = 0;

  constructor(source: Bytes) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** bytes handed out so far */
  get consumed(): number {
    return this.#consumed;
  }

  /** The next `count` bytes, fewer only at the end; consumes nothing. */
  async peek(count: number): Promise<Uint8Array> {
    while (this.#buffered < count && (await this.#fill()));
    const first = this.#queue[0];
    if (first === undefined) return EMPTY;
    if (first.length >= count || this.#queue.length === 1) return first.subarray(0, count);
    return this.#join(Math.min(count, this.#buffered));
  }

  /** Takes exactly `count` bytes, fewer only at the end. */
  async take(count: number): Promise<Uint8Array> {
    while (this.#buffered < count && (await this.#fill()));
    const first = this.#queue[0];
    if (first !== undefined && first.length >= count) return this.#shift(count) ?? EMPTY;
    const joined = this.#join(Math.min(count, this.#buffered));
    let left = joined.length;
    while (left > 0) left -= this.#shift(left)?.length ?? left;
    return joined;
  }

  /** The next piece of at most `max` bytes as it comes; null at the end. */
  async next(max = Number.MAX_SAFE_INTEGER): Promise<Uint8Array | null> {
    if (this.#queue.length === 0 && !(await this.#fill())) return null;
    return this.#shift(max);
  }

  /** Passes over `count` bytes; how many there were. */
  async skip(count: number): Promise<number> {
    let skipped = 0;
    while (skipped < count) {
      const piece = await this.next(count - skipped);
      if (piece === null) break;
      skipped += piece.length;
    }
    return skipped;
  }

  /** Everything that is left, piece by piece. */
  async *rest(): AsyncGenerator<Uint8Array> {
    for (let piece = await this.next(); piece !== null; piece = await this.next()) yield piece;
  }

  /** Lets go of the source without reading it to the end. */
  async close(): Promise<void> {
    this.#ended = true;
    this.#queue = [];
    this.#buffered = 0;
    await this.#source.return?.();
  }

  async #fill(): Promise<boolean> {
    while (!this.#ended) {
      const { done, value } = await this.#source.next();
      if (done === true) {
        this.#ended = true;
      } else if (value.length > 0) {
        this.#queue.push(value);
        this.#buffered += value.length;
        return true;
      }
    }
    return false;
  }

  #shift(max: number): Uint8Array | null {
    const first = this.#queue[0];
    if (first === undefined) return null;
    const piece = first.length <= max ? first : first.subarray(0, max);
    if (piece === first) this.#queue.shift();
    else this.#queue[0] = first.subarray(max);
    this.#buffered -= piece.length;
    this.#consumed += piece.length;
    return piece;
  }

  #join(count: number): Uint8Array {
    const joined = new Uint8Array(count);
    let at = 0;
    for (const piece of this.#queue) {
      if (at >= count) break;
      const part = piece.subarray(0, count - at);
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }
}
