import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';

/** What stood in a bundle: text of every file by path, top folder stripped. */
export type Files = ReadonlyMap<string, string>;

/** One log line: when it was written, microseconds since 1970, and what its program wrote. */
export interface Line {
  readonly at: number;
  readonly text: string;
}

const HOUR = 3_600_000_000;

export async function filesOf(archive: string): Promise<Files> {
  const files = new Map<string, string>();
  const reader = extract();
  reader.end(gunzipSync(readFileSync(archive)));
  for await (const entry of reader) {
    const parts: Buffer[] = [];
    for await (const part of entry) if (Buffer.isBuffer(part)) parts.push(part);
    const name = entry.header.name.replace(/^\.\//, '');
    if (entry.header.type === 'file') files.set(name.slice(name.indexOf('/') + 1), Buffer.concat(parts).toString('utf8'));
  }
  return files;
}

export function write(folder: string, files: Files, collected: Date): void {
  for (const [path, text] of files) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
    utimesSync(target, collected, collected);
  }
}

/** The lines of each program of each node, generations joined in order, from CRI logs in kubelet's tree. */
export function podLines(files: Files): ReadonlyMap<string, readonly Line[]> {
  const streams = new Map<string, Line[]>();
  const order = (path: string): string => path.replace(/\.log$/, '.log.~');
  for (const path of [...files.keys()].toSorted((a, b) => (order(a) < order(b) ? -1 : 1))) {
    const m = /^([^/]+)\/var\/log\/pods\/[^/]+\/([^/]+)\/\d+\.log/.exec(path);
    if (m === null) continue;
    const key = `${m[1] ?? ''}/${m[2] ?? ''}`;
    const stream = streams.get(key) ?? [];
    streams.set(key, stream);
    for (const line of (files.get(path) ?? '').split('\n')) {
      const c = /^(\S+?)(?:\.(\d{6})\d*)Z std\w+ F (.*)$/.exec(line);
      if (c !== null) stream.push({ at: Date.parse(`${c[1] ?? ''}Z`) * 1000 + Number(c[2]), text: c[3] ?? '' });
    }
  }
  return streams;
}

/** Everything but the pods' logs. */
export function documents(files: Files): Files {
  return new Map([...files].filter(([path]) => !path.includes('/var/log/pods/')));
}

/** As a clock `east` microseconds east of UTC shows it; `date` and `time` with six decimals. */
function face(at: number, east: number): { readonly iso: string; readonly month: string; readonly micros: string } {
  const local = at + east;
  const date = new Date(Math.floor(local / 1000));
  const iso = date.toISOString().slice(0, 19);
  const month = date.toUTCString().slice(8, 11);
  return { iso, month, micros: String(local % 1_000_000).padStart(6, '0') };
}

/** klog stamps, which name no zone, and zap stamps, which do, as a machine with that zone writes them. */
export function inZone({ at, text }: Line, hours: number): Line {
  const { iso, micros } = face(at, hours * HOUR);
  const zone = `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}00`;
  const klog = text.replace(/^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d{6}/, `$1${iso.slice(5, 7)}${iso.slice(8, 10)} ${iso.slice(11)}.${micros}`);
  return { at, text: klog.replace(/^(\{"level":"\w+","ts":")[^"]+"/, `$1${iso}.${micros}${zone}"`) };
}

export const raw = (lines: readonly Line[]): string => lines.map((l) => `${l.text}\n`).join('');

/** `journalctl -o short`: neither year nor zone. */
export const journal =
  (node: string, program: string, hours: number) =>
  (lines: readonly Line[]): string =>
    lines
      .map(({ at, text }) => {
        const { iso, month } = face(at, hours * HOUR);
        return `${month} ${iso.slice(8, 10)} ${iso.slice(11)} ${node} ${program}[812]: ${text}\n`;
      })
      .join('');

export const dockerJson = (lines: readonly Line[]): string =>
  lines.map(({ at, text }) => `${JSON.stringify({ log: `${text}\n`, stream: 'stderr', time: `${face(at, 0).iso}.${face(at, 0).micros}000Z` })}\n`).join('');

/** What `timedatectl` says on every node of a machine in that zone. */
export function withZone(files: Files, zone: string, abbreviation: string, hours: number): Files {
  const offset = `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}00`;
  return new Map(
    [...files].map(([path, text]) => {
      if (!path.endsWith('timedatectl.txt')) return [path, text];
      const utc = /Universal time: \S+ (\S+ \S+) UTC/.exec(text)?.[1] ?? '';
      const local = face(Date.parse(`${utc.replace(' ', 'T')}Z`) * 1000, hours * HOUR).iso.replace('T', ' ');
      return [
        path,
        text
          .replace(/Local time: (\w+) .*/, `Local time: $1 ${local} ${abbreviation}`)
          .replace(/Time zone: .*/, `Time zone: ${zone} (${abbreviation}, ${offset})`),
      ];
    }),
  );
}
