/** What file systems allow (Linux `PATH_MAX`); names in archives may be of any length, and are looked at many times. */
const MAX_PATH = 4096;

/** A name from an archive made harmless: relative, forward slashes, no `.` or `..`, of a length that a file can have. */
export interface CleanPath {
  readonly path: string;
  /** the name was absolute, climbed above the archive's root or was too long, of which its end was kept */
  readonly escapes: boolean;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Names are UTF-8; those that are not are tried as GB 18030 (zips from Chinese Windows), then taken byte by byte. */
export function decodeName(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    try {
      return new TextDecoder('gb18030', { fatal: true }).decode(bytes);
    } catch {
      return new TextDecoder('latin1').decode(bytes);
    }
  }
}

/** Backslashes separate only in names that have no slash, and never in systemd's `\x2d` escapes. */
function withSlashes(name: string): string {
  if (!name.includes('\\') || name.includes('/') || /\\x[0-9a-f]{2}/.test(name)) return name;
  return name.replaceAll('\\', '/');
}

export function cleanPath(name: string): CleanPath {
  let rest = withSlashes(name.length > MAX_PATH ? name.slice(-MAX_PATH) : name);
  let escapes = name.length > MAX_PATH;
  if (/^[A-Za-z]:\//.test(rest)) {
    rest = rest.slice(2);
    escapes = true;
  }
  if (rest.startsWith('/')) escapes = true;
  const kept: string[] = [];
  for (const part of rest.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.pop() === undefined) escapes = true;
  }
  return { path: kept.length === 0 ? 'unnamed' : kept.join('/'), escapes };
}

const ARCHIVE_SUFFIX = /(?:\.(?:tar(?:\.(?:gz|zst|xz|bz2|Z|lz4))?|tgz|txz|tbz2?|tzst|zip|gz|xz|bz2|zst|lz4))$/i;

/** The last part of a path without archive suffixes: `a/cp1.tar.gz` is `cp1`. */
export function archiveStem(path: string): string {
  const base = path.split('/').at(-1) ?? path;
  const stem = base.replace(/ \(\d+\)$/, '').replace(ARCHIVE_SUFFIX, '');
  return stem === '' ? base : stem;
}
