import { lstat, readdir, type Dirent, type Stats } from 'node:fs';
import { readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import fastGlob from 'fast-glob';
import { UsageError } from '../model/errors.ts';
import type { Limits } from './contract.ts';

export interface DirectoryFile {
  /** relative, forward slashes */
  readonly path: string;
  readonly size: number;
  /** milliseconds since 1970 */
  readonly mtime: number;
}

export interface DirectoryLink {
  readonly path: string;
  readonly target: string;
}

/** What a directory bundle holds, in an order that does not depend on the file system. */
export interface Listing {
  readonly files: readonly DirectoryFile[];
  readonly links: readonly DirectoryLink[];
  /** folders that could not be listed, and files that could not be looked at, or that are none (pipes, sockets, devices) */
  readonly unreadable: readonly { readonly path: string; readonly why: string }[];
  /** there was more than `limits.entries` */
  readonly cut: boolean;
}

const byPath = (a: { readonly path: string }, b: { readonly path: string }): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);

type Callback<Result> = (error: NodeJS.ErrnoException | null, result: Result) => void;

/** Lists every file below `root`, dot files included; links are named, not followed. */
export async function listDirectory(root: string, limits: Limits): Promise<Listing> {
  const unreadable: { path: string; why: string }[] = [];
  // fast-glob either throws at the first unreadable folder or is silent about it; listening here keeps both from happening.
  const watch =
    <Result>(path: string, callback: Callback<Result>): Callback<Result> =>
    (error, result) => {
      if (error !== null) unreadable.push({ path, why: error.message });
      callback(error, result);
    };
  function watchedReaddir(path: string, options: { withFileTypes: true }, callback: Callback<Dirent[]>): void;
  function watchedReaddir(path: string, callback: Callback<string[]>): void;
  function watchedReaddir(path: string, ...rest: [{ withFileTypes: true }, Callback<Dirent[]>] | [Callback<string[]>]): void {
    if (rest.length === 1) readdir(path, watch(path, rest[0]));
    else readdir(path, rest[0], watch(path, rest[1]));
  }
  // one file that cannot be looked at, as where its name is no UTF-8, would take its whole folder with it: it counts as neither file nor folder
  const neither = Object.assign(await stat(root), { mode: 0 });
  const watchedLstat = (path: string, callback: Callback<Stats>): void => {
    lstat(path, (error, stats) => {
      if (error !== null) unreadable.push({ path, why: error.message });
      callback(null, error === null ? stats : neither);
    });
  };
  const files: DirectoryFile[] = [];
  const links: DirectoryLink[] = [];
  let cut = false;
  const found = fastGlob.stream('**', {
    cwd: root,
    dot: true,
    onlyFiles: false,
    followSymbolicLinks: false,
    suppressErrors: true,
    stats: true,
    fs: { readdir: watchedReaddir, lstat: watchedLstat },
  });
  for await (const item of found) {
    const entry: unknown = item;
    if (!isGlobEntry(entry)) continue;
    if (entry.stats.isFile()) files.push({ path: entry.path, size: entry.stats.size, mtime: entry.stats.mtimeMs });
    else if (entry.stats.isSymbolicLink()) links.push({ path: entry.path, target: await readlink(join(root, entry.path)).catch(() => '') });
    else if (!entry.stats.isDirectory() && entry.stats.mode !== 0)
      unreadable.push({ path: join(root, entry.path), why: 'a pipe, a socket or a device holds no content to read' });
    if (files.length + links.length > limits.entries) {
      cut = true;
      break;
    }
  }
  if (files.length === 0 && unreadable.some((folder) => folder.path === root)) {
    throw new UsageError('the directory cannot be read; check its permissions', { exitCode: 3, subject: root });
  }
  return { files: files.toSorted(byPath), links: links.toSorted(byPath), unreadable: unreadable.toSorted(byPath), cut };
}

interface GlobEntry {
  readonly path: string;
  readonly stats: Stats;
}

function isGlobEntry(value: unknown): value is GlobEntry {
  return typeof value === 'object' && value !== null && 'path' in value && 'stats' in value && value.stats !== undefined;
}
