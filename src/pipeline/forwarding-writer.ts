import type { MessagePort } from 'node:worker_threads';
import { bundleId, entryId, sourceId } from '../model/ids.ts';
import type { BundleId, EntryId, SourceId } from '../model/ids.ts';
import { PACKED_FACT, packFacts } from '../model/packed-facts.ts';
import type { IngestWriter } from '../model/ports.ts';

/** A call on an `IngestWriter`, as it crosses to the thread that holds the store. */
export type WriterCall = {
  readonly [Name in keyof IngestWriter]: readonly [Name, ...Parameters<IngestWriter[Name]>];
}[
  | 'bundle'
  | 'updateBundle'
  | 'beginEntry'
  | 'endEntry'
  | 'source'
  | 'updateSources'
  | 'message'
  | 'events'
  | 'raw'
  | 'packedFacts'
  | 'citedTexts'
  | 'diagnostics'
  | 'dropEntry'];

/** Calls in their order; answered with the same number of bytes once they are stored. */
export interface CallBatch {
  readonly kind: 'calls';
  readonly calls: readonly WriterCall[];
  readonly bytes: number;
}

const SEND_BYTES = 1 << 20;
const SEND_CALLS = 2_000;
/** what may be under way before reading waits */
const MAX_UNDER_WAY = 8 << 20;

/**
 * Hands everything to a store in another thread. Ids are counted here and come out the same there. Raw text and columns are moved,
 * not copied.
 */
export class ForwardingWriter implements IngestWriter {
  private readonly port: MessagePort;
  private calls: WriterCall[] = [];
  private moved: ArrayBuffer[] = [];
  private bytes = 0;
  private underWay = 0;
  private bundles = 0;
  private entries = 0;
  private sources = 0;
  private readonly messages = new Map<string, number>();
  private waiting: (() => void)[] = [];

  constructor(port: MessagePort) {
    this.port = port;
  }

  /** to be called when the other side has stored a batch */
  stored(bytes: number): void {
    this.underWay -= bytes;
    const waiting = this.waiting;
    this.waiting = [];
    for (const wake of waiting) wake();
  }

  bundle(...args: Parameters<IngestWriter['bundle']>): BundleId {
    this.call(['bundle', ...args]);
    this.bundles += 1;
    return bundleId(this.bundles);
  }

  updateBundle(...args: Parameters<IngestWriter['updateBundle']>): void {
    this.call(['updateBundle', ...args]);
  }

  beginEntry(...args: Parameters<IngestWriter['beginEntry']>): EntryId {
    this.call(['beginEntry', ...args]);
    this.entries += 1;
    return entryId(this.entries);
  }

  endEntry(...args: Parameters<IngestWriter['endEntry']>): void {
    this.call(['endEntry', ...args]);
  }

  source(...args: Parameters<IngestWriter['source']>): SourceId {
    this.call(['source', ...args]);
    this.sources += 1;
    return sourceId(this.sources);
  }

  updateSources(changes: Parameters<IngestWriter['updateSources']>[0]): void {
    this.call(['updateSources', [...changes]]);
  }

  /** the number is this side's own; the other side's table gives its own, so templates are sent once and translated there */
  message(text: string): number {
    let id = this.messages.get(text);
    if (id === undefined) {
      id = this.messages.size + 1;
      this.messages.set(text, id);
      this.call(['message', text]);
    }
    return id;
  }

  events(batch: Parameters<IngestWriter['events']>[0]): void {
    const raw = this.move(batch.raw);
    const { source, line, offset, time, level, message } = batch.events;
    for (const column of [source, line, offset, time, level, message]) if (column.buffer instanceof ArrayBuffer) this.moved.push(column.buffer);
    this.call(['events', { ...batch, raw }], raw.byteLength);
  }

  raw(batch: Parameters<IngestWriter['raw']>[0]): void {
    const raw = this.move(batch.raw);
    this.call(['raw', { ...batch, raw }], raw.byteLength);
  }

  facts(facts: Parameters<IngestWriter['facts']>[0]): void {
    this.packedFacts(packFacts(facts));
  }

  packedFacts(facts: Parameters<IngestWriter['packedFacts']>[0]): void {
    this.call(['packedFacts', facts], (facts.length / PACKED_FACT.length) * 200);
  }

  citedTexts(...args: Parameters<IngestWriter['citedTexts']>): void {
    this.call(['citedTexts', ...args], args[0].length * 200);
  }

  diagnostics(...args: Parameters<IngestWriter['diagnostics']>): void {
    this.call(['diagnostics', ...args]);
  }

  dropEntry(...args: Parameters<IngestWriter['dropEntry']>): void {
    this.call(['dropEntry', ...args]);
  }

  pending(): number {
    return this.underWay + this.bytes;
  }

  async drain(): Promise<void> {
    this.send();
    while (this.underWay > MAX_UNDER_WAY / 2) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  async flush(): Promise<void> {
    this.send();
    while (this.underWay > 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private call(call: WriterCall, bytes = 64): void {
    this.calls.push(call);
    this.bytes += bytes;
    if (this.bytes >= SEND_BYTES || this.calls.length >= SEND_CALLS) this.send();
  }

  private send(): void {
    if (this.calls.length === 0) return;
    const batch: CallBatch = { kind: 'calls', calls: this.calls, bytes: this.bytes };
    this.port.postMessage(batch, this.moved);
    this.underWay += this.bytes;
    this.calls = [];
    this.moved = [];
    this.bytes = 0;
  }

  /** bytes that fill their buffer are moved; a small part of a large one is copied first, lest the rest go with it */
  private move(raw: Uint8Array): Uint8Array {
    const own =
      raw.buffer instanceof ArrayBuffer && raw.byteLength * 2 >= raw.buffer.byteLength
        ? new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength)
        : Uint8Array.from(raw);
    if (own.buffer instanceof ArrayBuffer) this.moved.push(own.buffer);
    return own;
  }
}
