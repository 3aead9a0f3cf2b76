import type Database from 'better-sqlite3';
import type { EventBatch } from '../model/ports.ts';
import type { EntryId } from '../model/ids.ts';
import type { Packed } from './codec.ts';
import { PackQueue } from './pack-queue.ts';

const TARGET_BYTES = 512 << 10;
const TARGET_EVENTS = 16_384;

type RawBatch = Omit<EventBatch, 'events'>;

/** A block being filled with consecutive batches of one entry. Its times are the written ones, microseconds, carried ones included. */
export interface OpenBlock {
  readonly entry: EntryId;
  readonly offset: number;
  readonly firstLine: number;
  bytes: number;
  lineCount: number;
  readonly parts: Uint8Array[];
  firstEvent: number;
  eventCount: number;
  minTime: number;
  maxTime: number;
  maxLevel: number;
  /** by source: the time its first line without one takes from the block before */
  carried: Map<number, number> | null;
  /** sources that had lines before any time was seen */
  leading: Set<number> | null;
}

/** Gathers raw text into blocks of about half a mebibyte, stores where they lie at once and their text once it is compressed. */
export class BlockWriter {
  readonly queue: PackQueue;
  private readonly insertBlock: Database.Statement;
  private readonly insertData: Database.Statement;
  private readonly widen: Database.Statement;
  private readonly markTimeless: Database.Statement;
  private open: OpenBlock | null = null;
  private nextBlock = 1;
  private leading: { readonly block: number; readonly sources: readonly number[] }[] = [];

  constructor(db: Database.Database, onStored: (raw: Uint8Array) => void = () => undefined) {
    this.insertBlock = db.prepare(
      `INSERT INTO blocks (id, entry, offset, bytes, first_line, line_count, first_event, event_count, min_time, max_time, max_level, carried, timeless)
       VALUES (?,?,?,?,?,?,?,?,?,?,?,?,0)`,
    );
    this.insertData = db.prepare('INSERT INTO block_data (block, codec, data) VALUES (?,?,?)');
    this.widen = db.prepare(
      'UPDATE blocks SET min_time = min(coalesce(min_time, $time), $time), max_time = max(coalesce(max_time, $time), $time) WHERE id = $id',
    );
    this.queue = new PackQueue((block, packed) => this.storeData(block, packed), onStored);
    this.markTimeless = db.prepare('UPDATE blocks SET timeless = 1 WHERE id = ?');
  }

  private storeData(block: number, packed: Packed): void {
    this.insertData.run(block, packed.codec, packed.data);
  }

  /** the block that takes this batch; its events are to be added to it */
  take(batch: RawBatch, events: number): OpenBlock {
    const open = this.open;
    if (
      open !== null &&
      open.entry === batch.entry &&
      open.offset + open.bytes === batch.offset &&
      open.firstLine + open.lineCount === batch.firstLine &&
      open.bytes + batch.raw.byteLength <= TARGET_BYTES * 1.5 &&
      open.eventCount + events <= TARGET_EVENTS
    ) {
      open.parts.push(batch.raw);
      open.bytes += batch.raw.byteLength;
      open.lineCount += batch.lineCount;
      return open;
    }
    this.seal();
    const fresh: OpenBlock = {
      entry: batch.entry,
      offset: batch.offset,
      firstLine: batch.firstLine,
      bytes: batch.raw.byteLength,
      lineCount: batch.lineCount,
      parts: [batch.raw],
      firstEvent: 0,
      eventCount: 0,
      minTime: Infinity,
      maxTime: -Infinity,
      maxLevel: 0,
      carried: null,
      leading: null,
    };
    this.open = fresh;
    return fresh;
  }

  /** to be called when a batch's events are in: a full block goes on its way */
  sealIfFull(): void {
    if (this.open !== null && (this.open.bytes >= TARGET_BYTES || this.open.eventCount >= TARGET_EVENTS)) this.seal();
  }

  seal(): void {
    const block = this.open;
    if (block === null) return;
    this.open = null;
    const id = this.nextBlock++;
    this.insertBlock.run(
      id,
      block.entry,
      block.offset,
      block.bytes,
      block.firstLine,
      block.lineCount,
      block.eventCount === 0 ? null : block.firstEvent,
      block.eventCount,
      Number.isFinite(block.minTime) ? block.minTime : null,
      Number.isFinite(block.maxTime) ? block.maxTime : null,
      block.maxLevel,
      block.carried === null ? null : JSON.stringify(Object.fromEntries(block.carried)),
    );
    if (block.leading !== null) this.leading.push({ block: id, sources: [...block.leading] });
    const [first] = block.parts;
    this.queue.add(id, block.parts.length === 1 && first !== undefined ? first : Buffer.concat(block.parts));
  }

  /** lines before the first time of their source stand at that time: known only now */
  placeLeading(firstTime: (source: number) => number | null): void {
    for (const { block, sources } of this.leading) {
      let timeless = false;
      for (const source of sources) {
        const time = firstTime(source);
        if (time === null) timeless = true;
        else this.widen.run({ time, id: block });
      }
      if (timeless) this.markTimeless.run(block);
    }
    this.leading = [];
  }

  forget(blocks: readonly number[]): void {
    for (const block of blocks) this.queue.drop(block);
  }
}
