import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';

const gunzipped = (bytes: Buffer): Buffer => (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);

async function untar(bytes: Buffer): Promise<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for await (const entry of Readable.from([gunzipped(bytes)]).pipe(extract())) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
    if (entry.header.type === 'file') files.set(entry.header.name.replace(/^\.\//, ''), Buffer.concat(chunks));
  }
  return files;
}

/** Reads a bundle a second time, by other means than inquest does: the lines at an evidence path. */
export class BundleText {
  readonly #bundle: string;
  readonly #archives = new Map<string, Promise<ReadonlyMap<string, Buffer>>>();
  readonly #texts = new Map<string, Promise<readonly string[]>>();

  constructor(bundle: string) {
    this.#bundle = bundle;
  }

  lines(path: string): Promise<readonly string[]> {
    const known = this.#texts.get(path);
    if (known !== undefined) return known;
    const text = this.#bytes(path).then((bytes) => gunzipped(bytes).toString('utf8').split('\n'));
    this.#texts.set(path, text);
    return text;
  }

  async #bytes(path: string): Promise<Buffer> {
    const [first = '', ...inner] = path.split('!/');
    if (statSync(this.#bundle).isDirectory()) return this.#within(readFileSync(join(this.#bundle, first)), first, inner);
    return this.#within(readFileSync(this.#bundle), '', [first, ...inner]);
  }

  async #within(bytes: Buffer, key: string, inner: readonly string[]): Promise<Buffer> {
    const [next, ...rest] = inner;
    if (next === undefined) return bytes;
    const known = this.#archives.get(key) ?? untar(bytes);
    this.#archives.set(key, known);
    const found = (await known).get(next);
    if (found === undefined) throw new Error(`${next} is not in ${key === '' ? this.#bundle : key}`);
    return this.#within(found, `${key}!/${next}`, rest);
  }
}
