import type { PathHints } from '../model/bundle.ts';
import { epochMicros, type EpochMicros } from '../model/time.ts';
import { ByteReader, type Bytes } from './byte-reader.ts';
import { decompress } from './decompress.ts';
import type { OnDamage } from './on-damage.ts';
import { archiveStem, cleanPath } from './entry-path.ts';
import { Expansion } from './expansion.ts';
import type { Ledger } from './ledger.ts';
import type { LinkBook } from './links.ts';
import { HOSTNAME_BYTES, isHostnameFile } from './machine-name.ts';
import { OpenFile } from './open-file.ts';
import { Scope } from './scope.ts';
import { SNIFF_BYTES, sniff, type Compression } from './sniff.ts';
import { readTar } from './tar.ts';
import { salvageZip } from './zip-salvage.ts';
import { readZip, type ZipMember } from './zip.ts';

/** What one walk through a bundle shares. */
export interface Walk {
  readonly ledger: Ledger;
  readonly links: LinkBook;
  /** every scope opened, outermost first */
  readonly scopes: Scope[];
}

/** A file on its way to become an entry, or to be opened as the archive it is. */
export interface Item {
  /** full path in the bundle; of the bundle itself: its base name */
  readonly path: string;
  /** the file given on the command line: its members have no prefix */
  readonly top: boolean;
  /** path within `scope` */
  readonly inner: string;
  readonly scope: Scope;
  readonly size: number | null;
  readonly modifiedAt: EpochMicros | null;
  readonly localPath: string | null;
  /** where a zip can be read at random; stays when the item is not an entry itself */
  readonly zipFile: string | null;
  readonly reader: ByteReader;
  /** compressions already taken off */
  readonly layers: number;
}

/** The entries an item amounts to: itself, or what it holds. */
export async function* expand(walk: Walk, item: Item): AsyncGenerator<OpenFile, void> {
  const head = await item.reader.peek(SNIFF_BYTES);
  const base = item.path.slice(item.path.lastIndexOf('/') + 1);
  if (base.startsWith('._') && isAppleDouble(head)) return;
  const kind = sniff(head);
  const { nesting } = walk.ledger.limits;
  if (kind === 'plain') return yield* leaf(walk, item);
  if (kind === 'encrypted') {
    walk.ledger.remark('ENCRYPTED', item.path, 'encrypted with age, GnuPG or OpenSSL: decrypt it first');
    return yield* leaf(walk, item);
  }
  if (kind === 'tar' || kind === 'zip') {
    if (!item.top && item.scope.depth + 1 > nesting) return yield* tooDeep(walk, item);
    return yield* kind === 'tar' ? tarEntries(walk, item) : zipEntries(walk, item);
  }
  if (item.scope.depth + item.layers > nesting) return yield* tooDeep(walk, item);
  return yield* compressed(walk, item, kind);
}

async function* leaf(walk: Walk, item: Item): AsyncGenerator<OpenFile, void> {
  const path = walk.ledger.claim(item.path);
  const { scope, inner } = item;
  const hints = (): PathHints => scope.hints(inner);
  if (isHostnameFile(inner)) scope.noteHostname(await item.reader.peek(HOSTNAME_BYTES));
  const file = await OpenFile.open({ ...item, path, hints: hints(), settledHints: hints }, item.reader, walk.ledger);
  yield file;
  await file.drain();
}

async function* tooDeep(walk: Walk, item: Item): AsyncGenerator<OpenFile, void> {
  walk.ledger.remark(
    'NESTING_LIMIT',
    item.path,
    `more than ${walk.ledger.limits.nesting} archives within each other; this one was not opened (--limit-nesting)`,
  );
  yield* leaf(walk, item);
}

async function* compressed(walk: Walk, item: Item, kind: Compression): AsyncGenerator<OpenFile, void> {
  const { ledger } = walk;
  const onDamage: OnDamage = (code, detail) => ledger.remark(code, item.path, `${kind}: ${detail}`);
  const before = item.reader.consumed;
  async function* bounded(): AsyncGenerator<Uint8Array> {
    const expansion = new Expansion(ledger.limits.expansion);
    for await (const chunk of decompress(kind, item.reader.rest(), item.layers === 0 ? item.size : null, onDamage)) {
      expansion.add(chunk);
      yield chunk;
      if (ledger.stopped) return;
      if (expansion.exceeds(item.reader.consumed - before)) {
        ledger.remark('EXPANSION_LIMIT', item.path, `expands more than ${ledger.limits.expansion} times; it was read no further (--limit-expansion)`);
        return;
      }
    }
  }
  const reader = new ByteReader(bounded());
  yield* expand(walk, { ...item, reader, size: null, localPath: null, zipFile: null, layers: item.layers + 1 });
  await drain(walk, reader, item.path);
  await reader.close();
}

/** Reads to the end, so that damage behind the last member is seen. */
async function drain(walk: Walk, reader: ByteReader, path: string): Promise<void> {
  while (!walk.ledger.stopped) {
    const piece = await reader.next();
    if (piece === null || !walk.ledger.spend(piece, path)) return;
  }
}

/** The scope of an archive's members and the prefix of their paths. */
function enter(walk: Walk, item: Item): { readonly scope: Scope; readonly prefix: string } {
  if (item.top) return { scope: item.scope, prefix: '' };
  const scope = new Scope({
    name: archiveStem(item.path),
    depth: item.scope.depth + 1,
    nested: true,
    topFolder: true,
    inheritedNode: item.scope.hints(item.inner).node,
  });
  walk.scopes.push(scope);
  return { scope, prefix: `${walk.ledger.claim(item.path)}!/` };
}

/** Notes a member's path in its scope; null when there may be no more members. */
function memberPath(walk: Walk, scope: Scope, prefix: string, name: string): string | null {
  const clean = cleanPath(name);
  if (!walk.ledger.admit(prefix + clean.path)) return null;
  if (clean.escapes)
    walk.ledger.remark('PATH_ESCAPES', prefix + clean.path, `stands in the archive as ${name.length > MAX_SHOWN ? `${name.slice(0, MAX_SHOWN)}…` : name}`);
  scope.note(clean.path);
  return clean.path;
}

async function* tarEntries(walk: Walk, item: Item): AsyncGenerator<OpenFile, void> {
  const { ledger, links } = walk;
  const { scope, prefix } = enter(walk, item);
  const members = readTar(item.reader, (code, member, detail) => ledger.remark(code, member === null ? item.path : prefix + cleanPath(member).path, detail));
  for await (const member of members) {
    if (member.type === 'folder') {
      if (!ledger.admit(item.path)) return;
      scope.note(cleanPath(member.name).path);
      continue;
    }
    const inner = memberPath(walk, scope, prefix, member.name);
    if (inner === null) return;
    if (member.type === 'symlink') links.symlink(prefix, inner, member.link);
    else if (member.type === 'hardlink') links.hardlink(prefix, inner, member.link);
    else if (member.type === 'sparse') ledger.remark('ENTRY_UNREADABLE', prefix + inner, 'sparse tar members are not read: pack again without --sparse');
    else if (member.type === 'special') ledger.remark('ENTRY_UNREADABLE', prefix + inner, 'a pipe, a socket or a device holds no content to read');
    else if (member.type === 'file') {
      const modifiedAt = member.mtime === null ? null : epochMicros(member.mtime * 1000);
      yield* child(walk, { path: prefix + inner, inner, scope, size: member.size, modifiedAt, body: member.body });
    }
    if (ledger.stopped) return;
  }
}

async function* zipEntries(walk: Walk, item: Item): AsyncGenerator<OpenFile, void> {
  const { ledger } = walk;
  const limit = ledger.limits.binaryBytes;
  let source: { readonly file: string } | { readonly buffer: Uint8Array };
  if (item.zipFile !== null) source = { file: item.zipFile };
  else {
    const buffer = item.size !== null && item.size > limit ? null : await item.reader.peek(limit + 1);
    if (buffer === null || buffer.length > limit) {
      ledger.remark('ENTRY_TOO_LARGE', item.path, `a zip within another archive must fit into memory and is larger than ${limit} bytes (--limit-binary-bytes)`);
      return yield* leaf(walk, item);
    }
    source = { buffer };
  }
  const { scope, prefix } = enter(walk, item);
  let found = 0;
  try {
    for await (const member of readZip(source)) {
      found += 1;
      yield* zipMember(walk, scope, prefix, member);
      if (ledger.stopped) return;
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (found > 0) return ledger.remark('ARCHIVE_CORRUPT', item.path, error.message);
    ledger.remark('ARCHIVE_TRUNCATED', item.path, `${error.message}; its files are found by their own headers`);
    for await (const member of salvageZip(item.reader)) {
      yield* zipMember(walk, scope, prefix, member);
      if (ledger.stopped) return;
    }
  }
}

async function* zipMember(walk: Walk, scope: Scope, prefix: string, member: ZipMember): AsyncGenerator<OpenFile, void> {
  const { ledger, links } = walk;
  if (member.type === 'folder') {
    if (ledger.admit(prefix)) scope.note(cleanPath(member.name).path);
    return;
  }
  const inner = memberPath(walk, scope, prefix, member.name);
  if (inner === null) return;
  const path = prefix + inner;
  if (member.encrypted) {
    ledger.remark('ENCRYPTED', path, 'encrypted in the zip: unpack it with its password first');
    return;
  }
  const body = member.body((code, detail) => ledger.remark(code, path, detail));
  if (member.type === 'symlink') {
    const target = await new ByteReader(body).take(4096);
    links.symlink(prefix, inner, new TextDecoder().decode(target));
  } else if (member.type === 'file') {
    const modifiedAt = member.mtime === null ? null : epochMicros(member.mtime * 1000);
    yield* child(walk, { path, inner, scope, size: member.size, modifiedAt, body });
  }
}

/** Of a name from an archive, what a remark shows. */
const MAX_SHOWN = 1000;

interface Child {
  readonly path: string;
  readonly inner: string;
  readonly scope: Scope;
  readonly size: number | null;
  readonly modifiedAt: EpochMicros | null;
  readonly body: Bytes;
}

async function* child(walk: Walk, { body, ...facts }: Child): AsyncGenerator<OpenFile, void> {
  const reader = new ByteReader(body);
  yield* expand(walk, { ...facts, top: false, localPath: null, zipFile: null, reader, layers: 0 });
}

/** The resource forks macOS tars beside each file (RFC 1740). */
function isAppleDouble(head: Uint8Array): boolean {
  return head[0] === 0 && head[1] === 5 && head[2] === 0x16 && head[3] === 7;
}
