import { promisify } from 'node:util';
import yauzl, { type Entry as ZipEntry, type ZipFile } from 'yauzl';
import type { Bytes } from './byte-reader.ts';
import type { OnDamage } from './on-damage.ts';
import { decodeName } from './entry-path.ts';
import { inflate } from './inflate.ts';

/** A member of a zip (PKWARE APPNOTE 6.3). */
export interface ZipMember {
  readonly name: string;
  readonly type: 'file' | 'folder' | 'symlink' | 'special';
  /** decompressed; null when not known */
  readonly size: number | null;
  readonly encrypted: boolean;
  /** milliseconds since 1970; DOS times have no zone and are taken as UTC */
  readonly mtime: number | null;
  /** decompressed; damage ends it early and is told */
  body(onDamage: OnDamage): Bytes;
}

const OPTIONS = { lazyEntries: true, decodeStrings: false, validateEntrySizes: false, autoClose: false } as const;

const UNIX = 3;
const FILE_KIND = 0o170000;

function typeOf(entry: ZipEntry, name: string): ZipMember['type'] {
  const mode = entry.versionMadeBy >>> 8 === UNIX ? (entry.externalFileAttributes >>> 16) & FILE_KIND : 0;
  if (mode === 0o120000) return 'symlink';
  if (mode === 0o040000 || name.endsWith('/') || (name.endsWith('\\') && entry.uncompressedSize === 0)) return 'folder';
  return mode === 0 || mode === 0o100000 ? 'file' : 'special';
}

async function* stored(zip: ZipFile, entry: ZipEntry, onDamage: OnDamage): AsyncGenerator<Uint8Array> {
  try {
    const stream = await zip.openReadStreamPromise(entry, { decodeFileData: false });
    for await (const chunk of stream) if (chunk instanceof Uint8Array) yield chunk;
  } catch (error) {
    onDamage('ARCHIVE_CORRUPT', error instanceof Error ? error.message : String(error));
  }
}

async function* bodyOf(zip: ZipFile, entry: ZipEntry, onDamage: OnDamage): AsyncGenerator<Uint8Array> {
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    onDamage('ENTRY_UNREADABLE', `zip compression method ${entry.compressionMethod} is not supported`);
    return;
  }
  const raw = stored(zip, entry, onDamage);
  const bytes = entry.compressionMethod === 0 ? raw : inflate(raw, 'raw', entry.compressedSize, onDamage);
  let count = 0;
  for await (const chunk of bytes) {
    count += chunk.length;
    yield chunk;
  }
  if (count < entry.uncompressedSize) onDamage('COMPRESSION_TRUNCATED', `${count} of ${entry.uncompressedSize} bytes could be read`);
}

const fromBuffer = promisify<Buffer, yauzl.Options, ZipFile>(yauzl.fromBuffer);
const openFile = promisify<string, yauzl.Options, ZipFile>(yauzl.open);

/** Members in the order of the central directory. Throws where that cannot be read. */
export async function* readZip(source: { readonly file: string } | { readonly buffer: Uint8Array }): AsyncGenerator<ZipMember> {
  const zip =
    'file' in source
      ? await openFile(source.file, OPTIONS)
      : await fromBuffer(Buffer.from(source.buffer.buffer, source.buffer.byteOffset, source.buffer.byteLength), OPTIONS);
  try {
    for await (const entry of zip.eachEntry()) {
      const name = decodeName(entry.fileNameRaw);
      const mtime = entry.getLastModDate({ timezone: 'UTC' }).getTime();
      yield {
        name,
        type: typeOf(entry, name),
        size: entry.uncompressedSize,
        encrypted: entry.isEncrypted(),
        mtime: Number.isFinite(mtime) ? mtime : null,
        body: (onDamage) => bodyOf(zip, entry, onDamage),
      };
    }
  } finally {
    zip.close();
  }
}
