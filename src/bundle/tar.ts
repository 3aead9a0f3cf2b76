import { extract, type Header } from 'tar-stream';
import type { DiagnosticCode } from '../model/diagnostic.ts';
import type { ByteReader, Bytes } from './byte-reader.ts';
import { decodeName } from './entry-path.ts';
import { passing } from './files.ts';
import { BLOCK, isTarHeader } from './tar-checksum.ts';

/** A member of a tar. Its body can be read until the next member is asked for; what is left is passed over. */
export interface TarMember {
  readonly name: string;
  readonly type: 'file' | 'folder' | 'symlink' | 'hardlink' | 'special' | 'label' | 'sparse';
  readonly size: number;
  /** milliseconds since 1970; null when the header has none */
  readonly mtime: number | null;
  readonly link: string;
  readonly body: Bytes;
}

export type OnTarDamage = (code: DiagnosticCode, member: string | null, detail: string) => void;

/** Names may be in any encoding, so they are taken byte by byte and decoded here. */
const OPTIONS = { allowUnknownFormat: true, filenameEncoding: 'latin1', highWaterMark: 0 };

const TYPES: Readonly<Record<string, TarMember['type']>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'folder',
  symlink: 'symlink',
  link: 'hardlink',
  fifo: 'special',
  'character-device': 'special',
  'block-device': 'special',
};

/** GNU's type flags that tar-stream has no name for (tar.h): old sparse files, dumped folders, volume labels. Any other is a file. */
const GNU_TYPES: Readonly<Record<string, TarMember['type']>> = { S: 'sparse', D: 'folder', V: 'label' };

interface TarEntry {
  readonly header: Header;
  readonly chunks: AsyncIterator<unknown>;
  /** lets the parser go on to the next header */
  readonly next: () => void;
}

/**
 * tar-stream's parser, fed by hand and one write at a time: piped to, it loses what it holds when the source ends early,
 * and never says where a bad header stood.
 */
class TarParser {
  readonly #extract = extract(OPTIONS);
  #entry: TarEntry | null = null;
  #settle: (error: Error | null) => void = () => undefined;

  constructor() {
    this.#extract.on('entry', (header, stream, next) => {
      this.#entry = { header, chunks: stream[Symbol.asyncIterator](), next };
    });
    this.#extract.on('drain', () => this.#settle(null));
    this.#extract.on('error', (error: Error) => this.#settle(error));
  }

  /** Null once the bytes are taken in, or why they were not: then the parser is spent. An entry's bytes must be read meanwhile. */
  write(bytes: Uint8Array): Promise<Error | null> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#extract.write(bytes);
    });
  }

  /** The entry whose header the last write completed, if any. */
  takeEntry(): TarEntry | null {
    const entry = this.#entry;
    this.#entry = null;
    return entry;
  }
}

/**
 * Reads ustar, PAX, GNU and v7 tars as they stream by. A damaged header is told and the next sound one looked for;
 * concatenated tars are read through, as with `tar --ignore-zeros`.
 */
export async function* readTar(reader: ByteReader, onDamage: OnTarDamage): AsyncGenerator<TarMember> {
  let parser = new TarParser();
  let zeroBlocks = 0;
  let lost = false;
  // Long names and PAX records were read whose member is still to come.
  let awaited = false;
  for (;;) {
    // Headers go in block by block: the parser alone knows how many make up a member's.
    const block = await reader.take(BLOCK);
    if (block.length < BLOCK) {
      if (zeroBlocks < 2 && !lost && (awaited || block.length > 0)) onDamage('ARCHIVE_TRUNCATED', null, 'the archive ends within a header');
      return;
    }
    const refused = await parser.write(block);
    if (refused !== null) {
      // Behind the end mark tar writers may leave anything.
      if (zeroBlocks >= 2) return;
      if (!lost) onDamage('ARCHIVE_CORRUPT', null, `damaged header at byte ${reader.consumed - BLOCK}; the next sound one is looked for`);
      lost = true;
      awaited = false;
      parser = new TarParser();
      await seekHeader(reader);
      continue;
    }
    const entry = parser.takeEntry();
    if (entry === null) {
      const isZero = block.every((byte) => byte === 0);
      zeroBlocks = isZero ? zeroBlocks + 1 : 0;
      awaited ||= !isZero;
      lost &&= isZero;
      continue;
    }
    zeroBlocks = 0;
    lost = false;
    awaited = false;
    const member = describe(entry.header, block);
    if (member.type === 'sparse') await skipSparseMaps(reader, block);
    let torn = false;
    const body = bodyOf(reader, parser, entry, member.size, (missing) => {
      torn = true;
      onDamage('ARCHIVE_TRUNCATED', member.name, `the archive ends ${member.size - missing} bytes into this file of ${member.size}`);
    });
    yield { ...member, body: passing(body) };
    while ((await body.next()).done !== true);
    if (torn) return;
    const padded = (BLOCK - (member.size % BLOCK)) % BLOCK;
    const padding = await reader.take(padded);
    if (padding.length < padded) return onDamage('ARCHIVE_TRUNCATED', null, `the archive ends right after ${member.name}`);
    if (padded > 0) await parser.write(padding);
    entry.next();
  }
}

/** A PAX record before the member (POSIX.1-2001 pax); its text is UTF-8 by definition and comes decoded. */
function paxText(header: Header, key: string): string | null {
  const records = header.pax;
  const text: unknown = typeof records === 'object' && records !== null ? Reflect.get(records, key) : null;
  return typeof text === 'string' ? text : null;
}

function describe(header: Header, block: Uint8Array): Omit<TarMember, 'body'> {
  const pax = (key: string): string | null => paxText(header, key);
  const name = pax('GNU.sparse.name') ?? pax('path') ?? decodeName(Buffer.from(header.name, 'latin1'));
  const isSparse = (pax('GNU.sparse.major') ?? pax('GNU.sparse.map')) !== null;
  const type = TYPES[header.type] ?? GNU_TYPES[String.fromCharCode(block[156] ?? 0)] ?? 'file';
  const mtime = header.mtime.getTime();
  return {
    name,
    // v7 marks folders only by a trailing slash.
    type: isSparse ? 'sparse' : type === 'file' && name.endsWith('/') ? 'folder' : type,
    size: header.type === 'directory' ? 0 : header.size,
    mtime: mtime > 0 ? mtime : null,
    link: pax('linkpath') ?? decodeName(Buffer.from(header.linkname ?? '', 'latin1')),
  };
}

async function* bodyOf(reader: ByteReader, parser: TarParser, entry: TarEntry, size: number, onTorn: (missing: number) => void): AsyncGenerator<Uint8Array> {
  let left = size;
  while (left > 0) {
    const piece = await reader.next(left);
    if (piece === null) return onTorn(left);
    left -= piece.length;
    const written = parser.write(piece);
    for (let came = 0; came < piece.length;) {
      const step = await entry.chunks.next();
      if (step.done === true || !(step.value instanceof Uint8Array)) break;
      came += step.value.length;
      yield step.value;
    }
    await written;
  }
}

/** GNU's old sparse form may put more map blocks behind the header, which its size does not count. */
async function skipSparseMaps(reader: ByteReader, header: Uint8Array): Promise<void> {
  if (header[156] !== 0x53) return;
  for (let more = header[482] === 1; more;) more = (await reader.take(BLOCK))[504] === 1;
}

async function seekHeader(reader: ByteReader): Promise<void> {
  for (;;) {
    const block = await reader.peek(BLOCK);
    // v7 headers are too easily imitated by data: only marked ones are trusted here.
    if (block.length < BLOCK || (isTarHeader(block) && block[257] === 0x75 && block[258] === 0x73 && block[259] === 0x74)) return;
    await reader.skip(BLOCK);
  }
}
