import type { MessagePort } from 'node:worker_threads';
import type { BundleRemark, OpenEntry } from '../bundle/contract.ts';
import type { PathHints } from '../model/bundle.ts';
import type { EpochMicros } from '../model/time.ts';
import { BatchSender, type Answer } from './batch-sender.ts';

/** What the unpacking thread says of a bundle, in the order of its bytes. */
export type Unpacked =
  | { readonly kind: 'opened'; readonly bytes: number }
  | { readonly kind: 'refused'; readonly message: string; readonly exitCode: 2 | 3; readonly subject: string | null }
  | EntryBegun
  | { readonly kind: 'bytes'; readonly raw: Uint8Array; readonly position: number }
  | { readonly kind: 'ended'; readonly digest: ReturnType<OpenEntry['digest']>; readonly remarks: readonly BundleRemark[]; readonly position: number }
  | BundleRead;

/** An entry without its bytes: they follow as items of their own. */
export interface EntryBegun extends Pick<OpenEntry, 'path' | 'modifiedAt' | 'size' | 'localPath' | 'hints' | 'head'> {
  readonly kind: 'entry';
  /** when the bundle was collected, as far as the paths up to this one tell */
  readonly collectedAt: EpochMicros | null;
  readonly position: number;
}

/** What is known of a bundle once all of it was read. */
export interface BundleRead {
  readonly kind: 'read';
  readonly layout: string;
  readonly sha256: string | null;
  readonly collectedAt: EpochMicros | null;
  readonly remarks: readonly BundleRemark[];
  readonly position: number;
  /** what all paths together say of entries of which the paths before them said something else; by the entry's number */
  readonly settled: ReadonlyMap<number, PathHints>;
}

/** What is asked of the unpacking thread: bundles to be opened, numbered from 0 as they come; one of them to be read; or more bytes, as these were taken up. */
export type UnpackOrder =
  | { readonly kind: 'open'; readonly path: string }
  | { readonly kind: 'read'; readonly bundle: number }
  | { readonly kind: 'taken'; readonly bytes: number };

/** Items in their order, as they cross. */
export interface UnpackedBatch {
  readonly items: readonly Unpacked[];
  readonly bytes: number;
}

/** What may be under way before unpacking waits, in bytes. */
const MAX_UNDER_WAY = 6 << 20;
/** what an item costs beside its bytes, so that many small ones are not too many */
const ITEM_BYTES = 256;

/** Sends items to the thread that takes them; waits when too much is under way. */
export class UnpackedSender {
  private readonly sender: BatchSender<Unpacked>;

  constructor(port: MessagePort) {
    this.sender = new BatchSender(port, (items, bytes): UnpackedBatch => ({ items, bytes }));
  }

  /** to be called when the other side has taken a batch */
  taken(answer: Answer): void {
    this.sender.answered(answer);
  }

  /** Resolves, where it does not return null, once there is room for more. `bytes` is moved: it must be all of its buffer that matters. */
  put(item: Unpacked, bytes: Uint8Array | null = null): Promise<void> | null {
    if (bytes === null) this.sender.put(item, ITEM_BYTES);
    else this.sender.put(item, ITEM_BYTES + bytes.byteLength, bytes.buffer);
    return this.sender.room(MAX_UNDER_WAY);
  }

  send(): void {
    this.sender.send();
  }
}

/** Takes items in their order; says how many bytes were taken once all of a batch were. */
export class UnpackedReceiver {
  private readonly port: MessagePort;
  private batches: UnpackedBatch[] = [];
  private next = 0;
  private wake: (() => void) | null = null;

  constructor(port: MessagePort) {
    this.port = port;
    port.on('message', (batch: UnpackedBatch) => {
      this.batches.push(batch);
      this.wake?.();
      this.wake = null;
    });
  }

  ask(order: UnpackOrder): void {
    this.port.postMessage(order);
  }

  async item(): Promise<Unpacked> {
    for (;;) {
      const item = this.take();
      if (item !== null) return item;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  private take(): Unpacked | null {
    const batch = this.batches[0];
    const item = batch?.items[this.next];
    if (batch === undefined || item === undefined) return null;
    this.next += 1;
    if (this.next === batch.items.length) {
      this.batches.shift();
      this.next = 0;
      this.ask({ kind: 'taken', bytes: batch.bytes });
    }
    return item;
  }

  close(): void {
    this.port.close();
  }
}
