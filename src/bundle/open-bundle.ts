import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { UsageError } from '../model/errors.ts';
import { epochMicros, type EpochMicros } from '../model/time.ts';
import { ByteReader } from './byte-reader.ts';
import type { BundleRemark, Limits, OpenBundle, OpenEntry } from './contract.ts';
import { listDirectory, type Listing } from './directory.ts';
import { archiveStem } from './entry-path.ts';
import { fileBytes, tapped } from './files.ts';
import { Ledger } from './ledger.ts';
import { LinkBook } from './links.ts';
import { Scope } from './scope.ts';
import { expand, type Walk } from './walk.ts';

/** An archive is read from both ends. */
const NO_STREAM = 'a bundle is a file or a directory, not a pipe or a device: save it as a file first';

/**
 * Opens a directory, an archive of any known kind, or a single file as a bundle. Throws UsageError (exit code 3) when
 * there is nothing to read: missing, no permission, empty, or neither file nor directory.
 */
export async function openBundle(path: string, limits: Limits): Promise<OpenBundle> {
  const fail = (message: string): UsageError => new UsageError(message, { exitCode: 3, subject: path });
  const found = await stat(path).catch((error: unknown) => {
    throw fail(path === '-' ? NO_STREAM : reasonOf(error));
  });
  if (!found.isDirectory() && !found.isFile()) throw fail(NO_STREAM);
  await access(path, constants.R_OK).catch((error: unknown) => {
    throw fail(reasonOf(error));
  });
  const name = basename(resolve(path));
  if (found.isDirectory()) {
    const listing = await listDirectory(resolve(path), limits);
    if (listing.files.length === 0 && listing.links.length === 0) throw fail('the directory holds no files');
    return new Opened(
      path,
      name,
      listing.files.reduce((sum, file) => sum + file.size, 0),
      limits,
      null,
      (opened) => directoryEntries(opened, resolve(path), listing),
    );
  }
  if (found.size === 0) throw fail('the file is empty');
  return new Opened(path, name, found.size, limits, epochMicros(found.mtimeMs * 1000), (opened) => fileEntries(opened, resolve(path)));
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file or directory';
  if (code === 'EACCES' || code === 'EPERM') return 'it cannot be read for lack of permission';
  return error instanceof Error ? error.message : String(error);
}

class Opened implements OpenBundle {
  readonly path: string;
  readonly bytes: number;
  readonly name: string;
  readonly modifiedAt: EpochMicros | null;
  readonly walk: Walk;
  readonly scope: Scope;
  read = 0;
  archiveSha256: string | null = null;
  readonly #start: (opened: Opened) => AsyncIterable<OpenEntry>;

  constructor(path: string, name: string, bytes: number, limits: Limits, modifiedAt: EpochMicros | null, start: (opened: Opened) => AsyncIterable<OpenEntry>) {
    this.path = path;
    this.name = name;
    this.bytes = bytes;
    this.modifiedAt = modifiedAt;
    const ledger = new Ledger(limits, name, bytes);
    const isArchive = modifiedAt !== null;
    this.scope = new Scope({ name: isArchive ? archiveStem(name) : name, depth: 0, nested: false, topFolder: isArchive, inheritedNode: null });
    this.walk = { ledger, links: new LinkBook(ledger), scopes: [this.scope] };
    this.#start = start;
  }

  layout(): string {
    const layouts = this.walk.scopes.map((scope) => scope.layout());
    return layouts.find((layout) => layout !== 'generic') ?? 'generic';
  }

  sha256(): string | null {
    return this.archiveSha256;
  }

  collectedAt(): EpochMicros | null {
    const times = this.walk.scopes.map((scope) => scope.collectedAt()).filter((time) => time !== null);
    return this.scope.collectedAt() ?? times.toSorted((a, b) => b - a)[0] ?? null;
  }

  async *entries(): AsyncGenerator<OpenEntry> {
    yield* this.#start(this);
    for (const scope of this.walk.scopes) scope.settle();
    this.walk.links.settle();
  }

  takeRemarks(): readonly BundleRemark[] {
    return this.walk.ledger.take();
  }

  position(): number {
    return this.read;
  }
}

async function* fileEntries(opened: Opened, file: string): AsyncGenerator<OpenEntry> {
  const { walk, scope, name } = opened;
  const hash = createHash('sha256');
  const raw = fileBytes(file, opened.bytes, (error) => walk.ledger.remark('ENTRY_UNREADABLE', name, error.message));
  const reader = new ByteReader(
    tapped(raw, (piece) => {
      hash.update(piece);
      opened.read += piece.length;
    }),
  );
  try {
    yield* expand(walk, {
      path: name,
      top: true,
      inner: name,
      scope,
      size: opened.bytes,
      modifiedAt: opened.modifiedAt,
      localPath: file,
      zipFile: file,
      reader,
      layers: 0,
    });
    // A zip is read at random, and limits may stop early: the archive's own hash wants all of it.
    while ((await reader.next()) !== null);
    opened.archiveSha256 = hash.digest('hex');
  } finally {
    await reader.close();
  }
}

async function* directoryEntries(opened: Opened, root: string, listing: Listing): AsyncGenerator<OpenEntry> {
  const { walk, scope } = opened;
  const { ledger, links } = walk;
  for (const folder of listing.unreadable) ledger.remark('ENTRY_UNREADABLE', relative(root, folder.path) || opened.name, folder.why);
  scope.noteAll(listing.files.map((file) => file.path));
  for (const link of listing.links) {
    if (!ledger.admit(link.path)) return;
    links.symlink('', link.path, insideRoot(root, link.target));
  }
  for (const file of listing.files) {
    if (!ledger.admit(file.path)) return;
    const localPath = join(root, file.path);
    const before = opened.read;
    const raw = fileBytes(localPath, file.size, (error) => ledger.remark('ENTRY_UNREADABLE', file.path, error.message));
    const reader = new ByteReader(tapped(raw, (piece) => (opened.read += piece.length)));
    const modifiedAt = epochMicros(file.mtime * 1000);
    try {
      yield* expand(walk, {
        path: file.path,
        top: false,
        inner: file.path,
        scope,
        size: file.size,
        modifiedAt,
        localPath,
        zipFile: localPath,
        reader,
        layers: 0,
      });
    } finally {
      await reader.close();
    }
    opened.read = before + file.size;
  }
}

/** An absolute target within the bundle's own folder, as seen from its root. */
function insideRoot(root: string, target: string): string {
  return target.startsWith(`${root}/`) ? target.slice(root.length) : target;
}
