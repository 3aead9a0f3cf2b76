import type { DiagnosticCode } from '../model/diagnostic.ts';
import type { ByteReader, Bytes } from './byte-reader.ts';
import { decodeName } from './entry-path.ts';
import { BLOCK, decodePax, decodeTarHeader, isTarHeader, isZeroBlock, type TarHeader } from './tar-header.ts';

/** A member of a tar. Its body can be read until the next member is asked for; what is left is passed over. */
export interface TarMember {
  readonly name: string;
  readonly type: 'file' | 'folder' | 'symlink' | 'hardlink' | 'special' | 'sparse';
  readonly size: number;
  /** seconds since 1970, fractions kept */
  readonly mtime: number;
  readonly link: string;
  readonly body: Bytes;
}

export type OnTarDamage = (code: DiagnosticCode, member: string | null, detail: string) => void;

/** Long names and PAX records larger than this are no names. */
const MAX_META = 1024 * 1024;

const TYPES: Readonly<Record<string, TarMember['type']>> = { '0': 'file', '7': 'file', '1': 'hardlink', '2': 'symlink', '3': 'special', '4': 'special', '5': 'folder', '6': 'special', S: 'sparse', D: 'folder' };

/** Names gathered from the meta members that precede a member. */
interface Pending {
  name: string | null;
  link: string | null;
  pax: ReadonlyMap<string, string>;
}

const nothingPending = (): Pending => ({ name: null, link: null, pax: new Map() });

/**
 * Reads ustar, GNU and v7 tars as they stream by. A damaged header is told and the next sound one looked for;
 * concatenated tars are read through, as with `tar --ignore-zeros`.
 */
export async function* readTar(reader: ByteReader, onDamage: OnTarDamage): AsyncGenerator<TarMember> {
  let globals: ReadonlyMap<string, string> = new Map();
  let pending = nothingPending();
  let zeroBlocks = 0;
  let lost = false;
  for (;;) {
    const block = await reader.take(BLOCK);
    if (block.length < BLOCK) {
      if (block.length > 0 && zeroBlocks < 2 && !lost) onDamage('ARCHIVE_TRUNCATED', null, `the archive ends within a header, ${block.length} bytes into it`);
      return;
    }
    if (isZeroBlock(block)) {
      zeroBlocks += 1;
      continue;
    }
    const header = decodeTarHeader(block);
    if (header === null) {
      // Behind the end mark tar writers may leave anything.
      if (zeroBlocks >= 2) return;
      if (!lost) onDamage('ARCHIVE_CORRUPT', null, `damaged header at byte ${reader.consumed - BLOCK}; the next sound one is looked for`);
      lost = true;
      await seekHeader(reader);
      continue;
    }
    zeroBlocks = 0;
    lost = false;
    if (header.type === 'x' || header.type === 'g' || header.type === 'L' || header.type === 'K') {
      const body = await readMeta(reader, header, onDamage);
      if (body === null) continue;
      if (header.type === 'g') globals = decodePax(body);
      else if (header.type === 'x') pending.pax = decodePax(body);
      else if (header.type === 'L') pending.name = untilNul(body);
      else pending.link = untilNul(body);
      continue;
    }
    const member = describe(header, pending, globals);
    pending = nothingPending();
    if (header.type === 'S' && header.extended) await skipSparseMaps(reader);
    yield* oneMember(reader, member, onDamage);
  }
}

type Described = Omit<TarMember, 'body'>;

function describe(header: TarHeader, pending: Pending, globals: ReadonlyMap<string, string>): Described {
  const pax = (key: string): string | undefined => pending.pax.get(key) ?? globals.get(key);
  const paxSize = pax('size');
  const size = paxSize !== undefined && /^\d{1,15}$/.test(paxSize) ? Number(paxSize) : header.size;
  const paxTime = Number(pax('mtime') ?? Number.NaN);
  const name = pax('GNU.sparse.name') ?? pax('path') ?? pending.name ?? header.name;
  const sparse = pax('GNU.sparse.major') !== undefined || pax('GNU.sparse.map') !== undefined;
  const type = TYPES[header.type] ?? 'file';
  return {
    name,
    // v7 marks folders only by a trailing slash.
    type: sparse ? 'sparse' : type === 'file' && name.endsWith('/') ? 'folder' : type,
    // Links and folders carry no data whatever their size field says; GNU dump folders do.
    size: '12356'.includes(header.type) ? 0 : size,
    mtime: Number.isFinite(paxTime) ? paxTime : header.mtime,
    link: pax('linkpath') ?? pending.link ?? header.link,
  };
}

async function* oneMember(reader: ByteReader, member: Described, onDamage: OnTarDamage): AsyncGenerator<TarMember> {
  let left = member.size;
  let torn = false;
  const pull = async (): Promise<Uint8Array | null> => {
    if (left === 0 || torn) return null;
    const piece = await reader.next(left);
    if (piece === null) {
      torn = true;
      onDamage('ARCHIVE_TRUNCATED', member.name, `the archive ends ${member.size - left} bytes into this file of ${member.size}`);
      return null;
    }
    left -= piece.length;
    return piece;
  };
  async function* body(): AsyncGenerator<Uint8Array> {
    for (let piece = await pull(); piece !== null; piece = await pull()) yield piece;
  }
  yield { ...member, body: body() };
  while ((await pull()) !== null);
  if (torn) return;
  const padding = (BLOCK - (member.size % BLOCK)) % BLOCK;
  if ((await reader.skip(padding)) < padding) onDamage('ARCHIVE_TRUNCATED', null, `the archive ends right after ${member.name}`);
}

async function readMeta(reader: ByteReader, header: TarHeader, onDamage: OnTarDamage): Promise<Uint8Array | null> {
  const padded = Math.ceil(header.size / BLOCK) * BLOCK;
  if (header.size > MAX_META) {
    onDamage('ARCHIVE_CORRUPT', null, `a name record of ${header.size} bytes was passed over`);
    await reader.skip(padded);
    return null;
  }
  const body = await reader.take(padded);
  if (body.length === padded) return body.subarray(0, header.size);
  onDamage('ARCHIVE_TRUNCATED', null, 'the archive ends within a name record');
  return null;
}

async function seekHeader(reader: ByteReader): Promise<void> {
  for (;;) {
    const block = await reader.peek(BLOCK);
    // v7 headers are too easily imitated by data: only marked ones are trusted here.
    if (block.length < BLOCK || (isTarHeader(block) && block[257] === 0x75 && block[258] === 0x73 && block[259] === 0x74)) return;
    await reader.skip(BLOCK);
  }
}

async function skipSparseMaps(reader: ByteReader): Promise<void> {
  for (let more = true; more; ) {
    const block = await reader.take(BLOCK);
    more = block.length === BLOCK && block[504] === 1;
  }
}

function untilNul(body: Uint8Array): string {
  const end = body.indexOf(0);
  return decodeName(end < 0 ? body : body.subarray(0, end));
}
