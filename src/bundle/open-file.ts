import { createHash, type Hash } from 'node:crypto';
import type { PathHints } from '../model/bundle.ts';
import type { EpochMicros } from '../model/time.ts';
import type { ByteReader } from './byte-reader.ts';
import { HEAD_BYTES, type OpenEntry } from './contract.ts';
import type { Ledger } from './ledger.ts';

export interface FileFacts {
  readonly path: string;
  readonly modifiedAt: EpochMicros | null;
  readonly size: number | null;
  readonly localPath: string | null;
  readonly hints: PathHints;
  readonly settledHints: () => PathHints;
}

/** An entry whose bytes are hashed and counted on their way through. */
export class OpenFile implements OpenEntry {
  readonly path: string;
  readonly modifiedAt: EpochMicros | null;
  readonly size: number | null;
  readonly localPath: string | null;
  readonly hints: PathHints;
  readonly settledHints: () => PathHints;
  readonly head: Uint8Array;
  readonly wholeLines = false;
  readonly #reader: ByteReader;
  readonly #ledger: Ledger;
  readonly #hash: Hash = createHash('sha256');
  #sha256: string | null = null;
  #bytes = 0;

  private constructor(facts: FileFacts, head: Uint8Array, reader: ByteReader, ledger: Ledger) {
    this.path = facts.path;
    this.modifiedAt = facts.modifiedAt;
    this.size = facts.size;
    this.localPath = facts.localPath;
    this.hints = facts.hints;
    this.settledHints = facts.settledHints;
    this.head = head;
    this.#reader = reader;
    this.#ledger = ledger;
  }

  static async open(facts: FileFacts, reader: ByteReader, ledger: Ledger): Promise<OpenFile> {
    return new OpenFile(facts, await reader.peek(HEAD_BYTES), reader, ledger);
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    for (let piece = await this.#pull(); piece !== null; piece = await this.#pull()) yield piece;
  }

  async drain(): Promise<void> {
    while ((await this.#pull()) !== null);
  }

  digest(): { readonly sha256: string; readonly bytes: number } {
    if (this.#sha256 === null) throw new Error(`${this.path} was asked for its digest before it was read`);
    return { sha256: this.#sha256, bytes: this.#bytes };
  }

  async #pull(): Promise<Uint8Array | null> {
    if (this.#sha256 !== null) return null;
    const room = this.#ledger.limits.entryBytes - this.#bytes;
    const piece = await this.#reader.next();
    if (piece === null) return this.#close();
    const kept = piece.length <= room ? piece : piece.subarray(0, room);
    const affordable = this.#ledger.spend(kept, this.path);
    if (kept.length < piece.length) {
      this.#ledger.remark('ENTRY_TOO_LARGE', this.path, `only the first ${this.#ledger.limits.entryBytes} bytes were read (--limit-entry-bytes)`);
    }
    this.#bytes += kept.length;
    this.#hash.update(kept);
    // What a limit cut off stays unread: whoever made the stream passes over it.
    if (kept.length < piece.length || !affordable) this.#close();
    return kept;
  }

  #close(): null {
    this.#sha256 = this.#hash.digest('hex');
    return null;
  }
}
