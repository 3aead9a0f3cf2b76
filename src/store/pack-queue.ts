import { pack, packSync, worthThread } from './codec.ts';
import type { Packed } from './codec.ts';

const THREADS = 3;
/** above this, blocks are compressed at once by the caller's thread: the bound on memory when nobody waits */
const HARD_BYTES = 48 << 20;
/** `drain()` waits for less than this */
const EASY_BYTES = 6 << 20;

interface Job {
  readonly block: number;
  readonly raw: Uint8Array;
  done: boolean;
}

/** Compresses raw text in libuv's thread pool, at most three blocks at a time, and hands it to `store` on the main thread. */
export class PackQueue {
  private readonly store: (block: number, packed: Packed) => void;
  private readonly onStored: (raw: Uint8Array) => void;
  private readonly jobs = new Map<number, Job>();
  private readonly waiting: Job[] = [];
  private active = 0;
  private bytes = 0;
  private failure: Error | null = null;
  private waiters: { readonly below: number; readonly wake: () => void }[] = [];

  /** `onStored` hears of raw text that nobody needs any more */
  constructor(store: (block: number, packed: Packed) => void, onStored: (raw: Uint8Array) => void) {
    this.store = store;
    this.onStored = onStored;
  }

  /** bytes of raw text not yet stored */
  pending(): number {
    return this.bytes;
  }

  /** raw text of a block that is not stored yet */
  raw(block: number): Uint8Array | null {
    return this.jobs.get(block)?.raw ?? null;
  }

  add(block: number, raw: Uint8Array): void {
    if (!worthThread(raw) || this.bytes + raw.byteLength > HARD_BYTES) {
      this.store(block, packSync(raw));
      this.onStored(raw);
      return;
    }
    const job: Job = { block, raw, done: false };
    this.jobs.set(block, job);
    this.bytes += raw.byteLength;
    this.waiting.push(job);
    this.start();
  }

  /** forgets a block's text, wherever it is on its way */
  drop(block: number): void {
    const job = this.jobs.get(block);
    if (job !== undefined) this.settle(job);
  }

  /** resolves once less than 6 MiB wait; rejects when a block could not be stored */
  drain(): Promise<void> {
    return this.below(EASY_BYTES);
  }

  flush(): Promise<void> {
    return this.below(0);
  }

  /** compresses everything left on this thread */
  finish(): void {
    for (const job of this.jobs.values()) {
      this.settle(job);
      this.store(job.block, packSync(job.raw));
    }
    if (this.failure !== null) throw this.failure;
  }

  abandon(): void {
    for (const job of this.jobs.values()) this.settle(job);
  }

  private async below(bytes: number): Promise<void> {
    if (this.bytes > bytes && this.failure === null) {
      await new Promise<void>((wake) => this.waiters.push({ below: bytes, wake }));
    }
    if (this.failure !== null) throw this.failure;
  }

  private start(): void {
    while (this.active < THREADS) {
      const job = this.waiting.shift();
      if (job === undefined) return;
      if (job.done) continue;
      this.active += 1;
      pack(job.raw, (error, packed) => {
        this.active -= 1;
        if (!job.done) {
          try {
            if (error !== null) throw error;
            this.store(job.block, packed);
          } catch (cause) {
            this.failure ??= cause instanceof Error ? cause : new Error(String(cause));
          }
          this.settle(job);
        }
        this.onStored(job.raw);
        this.start();
      });
    }
  }

  private settle(job: Job): void {
    if (job.done) return;
    job.done = true;
    this.jobs.delete(job.block);
    this.bytes -= job.raw.byteLength;
    const ready = this.waiters.filter((w) => this.bytes <= w.below || this.failure !== null);
    if (ready.length === 0) return;
    this.waiters = this.waiters.filter((w) => !ready.includes(w));
    for (const { wake } of ready) wake();
  }
}
