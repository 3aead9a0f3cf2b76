import type { MessagePort } from 'node:worker_threads';

/** What the other side answers once it has dealt with items. */
export interface Answer {
  readonly bytes: number;
}

/** What items must come to before they are sent. */
const SEND_BYTES = 1 << 20;
const SEND_ITEMS = 2_000;

/**
 * Sends items to another thread, many at once, their buffers moved and not copied. Counts the bytes that are under way until the other
 * side has answered for them, so that whoever sends can wait for room.
 */
export class BatchSender<Item> {
  private readonly port: MessagePort;
  private readonly batchOf: (items: readonly Item[], bytes: number) => unknown;
  private items: Item[] = [];
  private moved: ArrayBuffer[] = [];
  private bytes = 0;
  private underWay = 0;
  private waiting: (() => void)[] = [];

  /** `batchOf` makes a message of items; the answer to it must name the same number of bytes. */
  constructor(port: MessagePort, batchOf: (items: readonly Item[], bytes: number) => unknown) {
    this.port = port;
    this.batchOf = batchOf;
  }

  /** `bytes` is what the item costs; `moved` are its buffers, of which the sender keeps nothing. */
  put(item: Item, bytes: number, ...moved: readonly ArrayBufferLike[]): void {
    this.items.push(item);
    for (const buffer of moved) if (buffer instanceof ArrayBuffer) this.moved.push(buffer);
    this.bytes += bytes;
    if (this.bytes >= SEND_BYTES || this.items.length >= SEND_ITEMS) this.send();
  }

  send(): void {
    if (this.items.length === 0) return;
    this.port.postMessage(this.batchOf(this.items, this.bytes), this.moved);
    this.underWay += this.bytes;
    this.items = [];
    this.moved = [];
    this.bytes = 0;
  }

  answered({ bytes }: Answer): void {
    this.underWay -= bytes;
    const waiting = this.waiting;
    this.waiting = [];
    for (const wake of waiting) wake();
  }

  /** bytes put and not yet answered for, sent or not */
  pending(): number {
    return this.underWay + this.bytes;
  }

  /** Null where no more than `most` bytes are under way; else resolves once that is so. */
  room(most: number): Promise<void> | null {
    return this.underWay <= most ? null : this.wait(most);
  }

  private async wait(most: number): Promise<void> {
    while (this.underWay > most) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}
