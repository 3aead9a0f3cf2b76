import type { BundleRemark, OpenBundle, OpenEntry } from '../bundle/contract.ts';
import type { PathHints } from '../model/bundle.ts';
import { UsageError } from '../model/errors.ts';
import type { EpochMicros } from '../model/time.ts';
import type { BundleRead, EntryBegun, UnpackedReceiver } from './unpacked.ts';

/** Opens bundles that another thread reads. The order of calls counts: each bundle is to be read to its end before the next. */
export class UnpackedBundles {
  private readonly items: UnpackedReceiver;
  private opened = 0;

  constructor(items: UnpackedReceiver) {
    this.items = items;
  }

  /** Throws UsageError as `openBundle` does. */
  readonly open = async (path: string): Promise<OpenBundle> => {
    this.items.ask({ kind: 'open', path });
    const item = await this.items.item();
    if (item.kind === 'refused') throw new UsageError(item.message, { exitCode: item.exitCode, subject: item.subject });
    if (item.kind !== 'opened') throw new Error(`the unpacking thread said ${item.kind} instead of opening ${path}`);
    this.opened += 1;
    return new UnpackedBundle(path, item.bytes, this.opened - 1, this.items);
  };
}

class UnpackedBundle implements OpenBundle {
  readonly path: string;
  readonly bytes: number;
  private readonly number: number;
  private readonly items: UnpackedReceiver;
  private remarks: BundleRemark[] = [];
  private compressed = 0;
  private collected: EpochMicros | null = null;
  private whole: BundleRead | null = null;

  constructor(path: string, bytes: number, number: number, items: UnpackedReceiver) {
    this.path = path;
    this.bytes = bytes;
    this.number = number;
    this.items = items;
  }

  layout(): string {
    return this.whole?.layout ?? 'generic';
  }

  sha256(): string | null {
    return this.whole?.sha256 ?? null;
  }

  collectedAt(): EpochMicros | null {
    return this.collected;
  }

  takeRemarks(): readonly BundleRemark[] {
    const taken = this.remarks;
    this.remarks = [];
    return taken;
  }

  position(): number {
    return this.compressed;
  }

  async *entries(): AsyncGenerator<OpenEntry> {
    this.items.ask({ kind: 'read', bundle: this.number });
    for (let number = 0; ; number += 1) {
      const item = await this.items.item();
      if (item.kind === 'read') {
        this.whole = item;
        this.collected = item.collectedAt;
        this.compressed = item.position;
        this.remarks.push(...item.remarks);
        return;
      }
      if (item.kind !== 'entry') throw new Error(`the unpacking thread said ${item.kind} between two entries`);
      this.collected = item.collectedAt;
      this.compressed = item.position;
      const entry = new UnpackedEntry(
        item,
        () => this.next(),
        () => this.whole?.settled.get(number) ?? item.hints,
      );
      yield entry;
      await entry.drain();
    }
  }

  /** the next bytes of the entry under way, or its digest behind them */
  private async next(): Promise<Uint8Array | Digest> {
    const item = await this.items.item();
    if (item.kind !== 'bytes' && item.kind !== 'ended') throw new Error(`the unpacking thread said ${item.kind} within an entry`);
    this.compressed = item.position;
    if (item.kind === 'bytes') return item.raw;
    this.remarks.push(...item.remarks);
    return item.digest;
  }
}

type Digest = ReturnType<OpenEntry['digest']>;

class UnpackedEntry implements OpenEntry {
  readonly path: string;
  readonly modifiedAt: EpochMicros | null;
  readonly size: number | null;
  readonly localPath: string | null;
  readonly hints: PathHints;
  readonly head: Uint8Array;
  readonly wholeLines = true;
  readonly settledHints: () => PathHints;
  private readonly next: () => Promise<Uint8Array | Digest>;
  private end: Digest | null = null;

  constructor({ path, modifiedAt, size, localPath, hints, head }: EntryBegun, next: () => Promise<Uint8Array | Digest>, settledHints: () => PathHints) {
    this.path = path;
    this.modifiedAt = modifiedAt;
    this.size = size;
    this.localPath = localPath;
    this.hints = hints;
    this.head = head;
    this.next = next;
    this.settledHints = settledHints;
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    while (this.end === null) {
      const piece = await this.next();
      if (piece instanceof Uint8Array) yield piece;
      else this.end = piece;
    }
  }

  async drain(): Promise<void> {
    for await (const piece of this.chunks()) void piece;
  }

  digest(): Digest {
    if (this.end === null) throw new Error(`${this.path} was asked for its digest before it was read`);
    return this.end;
  }
}
