import { closeSync, createReadStream, createWriteStream, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import type { Pack } from 'tar-stream';
import { openPrivate } from './private-file.ts';

/** An entry up to this size waits in memory for its length to be known, a larger one on disk. */
const IN_MEMORY = 8 << 20;
const COMPRESSION = 6;

/** Writes a `.tar.gz` whose bytes depend on nothing but what was added. */
export class ArchiveWriter {
  readonly #pack: Pack = pack();
  readonly #done: Promise<void>;
  readonly #folder: string;
  #entries = 0;

  /** Throws UsageError when the file is there already or cannot be written. */
  constructor(file: string) {
    const fd = openPrivate(file, 'the output', '');
    this.#folder = mkdtempSync(join(tmpdir(), 'inquest-'));
    this.#done = pipeline(this.#pack, createGzip({ level: COMPRESSION }), createWriteStream(file, { fd }));
    // an error is told by whoever awaits the end
    this.#done.catch(() => undefined);
  }

  /** `modified` in seconds. A path that ends in `.gz` is compressed. Returns how many bytes the entry has. */
  async add(path: string, modified: number, chunks: AsyncIterable<Uint8Array>): Promise<number> {
    const spool = join(this.#folder, String((this.#entries += 1)));
    const source = path.endsWith('.gz') ? Readable.from(chunks).pipe(createGzip({ level: COMPRESSION })) : chunks;
    let parts: Uint8Array[] = [];
    let held = 0;
    let size = 0;
    let fd: number | null = null;
    try {
      for await (const chunk of source) {
        if (!(chunk instanceof Uint8Array)) continue;
        size += chunk.byteLength;
        held += chunk.byteLength;
        parts.push(chunk);
        if (held <= IN_MEMORY) continue;
        fd ??= openSync(spool, 'wx', 0o600);
        for (const part of parts) writeSync(fd, part);
        parts = [];
        held = 0;
      }
      if (fd !== null) for (const part of parts) writeSync(fd, part);
    } finally {
      if (fd !== null) closeSync(fd);
    }
    await this.#put(path, modified, size, fd === null ? parts : createReadStream(spool));
    if (fd !== null) rmSync(spool);
    return size;
  }

  async #put(path: string, modified: number, size: number, content: Iterable<Uint8Array> | AsyncIterable<unknown>): Promise<void> {
    let settle: (error?: Error | null) => void = () => undefined;
    const stored = new Promise<void>((resolve, reject) => (settle = (error) => (error == null ? resolve() : reject(error))));
    const sink = this.#pack.entry({ name: path, size, mode: 0o644, mtime: new Date(modified * 1000) }, (error) => settle(error));
    for await (const chunk of content) {
      if (chunk instanceof Uint8Array && !sink.write(chunk))
        await Promise.race([new Promise<void>((resolve) => sink.once('drain', () => resolve())), this.#done]);
    }
    sink.end(null);
    await Promise.race([stored, this.#done]);
  }

  async finish(): Promise<void> {
    this.#pack.finalize();
    await this.#done;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  abort(): void {
    this.#pack.destroy(new Error('abandoned'));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
