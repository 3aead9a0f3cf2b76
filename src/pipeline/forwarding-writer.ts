import type { MessagePort } from 'node:worker_threads';
import { bundleId, entryId, sourceId } from '../model/ids.ts';
import type { BundleId, EntryId, SourceId } from '../model/ids.ts';
import { PACKED_FACT, packFacts } from '../model/packed-facts.ts';
import type { IngestWriter } from '../model/ports.ts';
import { BatchSender, type Answer } from './batch-sender.ts';

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

/** What may still be under way, in bytes, when reading goes on after it waited. */
const RESUME_BYTES = 4 << 20;
/** About what a call costs beside raw text, in bytes; and a fact, and a cited line. */
const CALL_BYTES = 64;
const ROW_BYTES = 200;

/**
 * Hands everything to a store in another thread. Ids are counted here and come out the same there. Raw text and columns are moved,
 * not copied.
 */
export class ForwardingWriter implements IngestWriter {
  private readonly sender: BatchSender<WriterCall>;
  private bundles = 0;
  private entries = 0;
  private sources = 0;
  private readonly messages = new Map<string, number>();

  constructor(port: MessagePort) {
    this.sender = new BatchSender(port, (calls, bytes): CallBatch => ({ kind: 'calls', calls, bytes }));
  }

  /** to be called when the other side has stored a batch */
  stored(answer: Answer): void {
    this.sender.answered(answer);
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
    const raw = ownBytes(batch.raw);
    const { source, line, offset, time, level, message } = batch.events;
    const columns = [source, line, offset, time, level, message].map((column) => column.buffer);
    this.sender.put(['events', { ...batch, raw }], raw.byteLength, raw.buffer, ...columns);
  }

  raw(batch: Parameters<IngestWriter['raw']>[0]): void {
    const raw = ownBytes(batch.raw);
    this.sender.put(['raw', { ...batch, raw }], raw.byteLength, raw.buffer);
  }

  facts(facts: Parameters<IngestWriter['facts']>[0]): void {
    this.packedFacts(packFacts(facts));
  }

  packedFacts(facts: Parameters<IngestWriter['packedFacts']>[0]): void {
    this.call(['packedFacts', facts], (facts.length / PACKED_FACT.length) * ROW_BYTES);
  }

  citedTexts(...args: Parameters<IngestWriter['citedTexts']>): void {
    this.call(['citedTexts', ...args], args[0].length * ROW_BYTES);
  }

  diagnostics(...args: Parameters<IngestWriter['diagnostics']>): void {
    this.call(['diagnostics', ...args]);
  }

  dropEntry(...args: Parameters<IngestWriter['dropEntry']>): void {
    this.call(['dropEntry', ...args]);
  }

  pending(): number {
    return this.sender.pending();
  }

  async drain(): Promise<void> {
    this.sender.send();
    await this.sender.room(RESUME_BYTES);
  }

  async flush(): Promise<void> {
    this.sender.send();
    await this.sender.room(0);
  }

  private call(call: WriterCall, bytes = CALL_BYTES): void {
    this.sender.put(call, bytes);
  }
}

/** Bytes that can be moved: those that fill their buffer; a small part of a large one is copied first, lest the rest go with it. */
function ownBytes(raw: Uint8Array): Uint8Array {
  return raw.buffer instanceof ArrayBuffer && raw.byteLength * 2 >= raw.buffer.byteLength
    ? new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength)
    : Uint8Array.from(raw);
}
