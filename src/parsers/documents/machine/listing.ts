import { DAY, microsFromUtc, parseRfc3339 } from '../../../model/time.ts';
import type { EpochMicros } from '../../../model/time.ts';
import { defineParser } from '../../contract.ts';
import { emitterFor, firstLines } from '../emitter.ts';
import { monthOf } from '../certificates/openssl-time.ts';
import { binaryBytes } from '../numbers.ts';

const ENTRY =
  /^(?:\s*\d+\s+)?(?:\s*[\d.]+[KMG]?\s+)?([-dlbcps][-rwxsStT]{9}[.+@]?)\s+\d+\s+(\S+)\s+(\S+)\s+(\d+(?:[.,]\d+)?[KMGTP]?)\s+(\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: [+-]\d{4})?|[A-Z][a-z]{2}\s+\d{1,2}\s+(?:\d\d:\d\d|\d{4})|\d{1,2} [A-Z][a-z]{2}\s+(?:\d\d:\d\d|\d{4}))\s+(.+)$/;
const FOLDER = /^((?:\/|\.{1,2}\/|~)[^\n]*):$/;
const BACKUP = /(?:\.db(?:\.part|\.gz|\.zip)?|\.snap|\.snapshot)$|snapshot/i;
// a member's own files: db, 0000000000000002-0000000000000bb8.snap(.db), WAL segments
const MEMBER = /^(?:db|tmp\d+|[0-9a-f]{16}-[0-9a-f]{16}\.(?:snap|wal)|[0-9a-f]{16}\.snap\.db)$/;

/** A time as `ls -l` prints it, without zone unless `--full-time`; the year is the one that puts it before `anchor`. */
function listedTime(text: string, anchor: EpochMicros | null): { readonly at: EpochMicros | null; readonly inferred: boolean } {
  const full = parseRfc3339(/^\d{4}-\d\d-\d\d \d\d:\d\d$/.test(text) ? `${text}:00` : text.replace(/ ([+-]\d{4})$/, '$1'));
  if (full !== null) return { at: full, inferred: !/[+-]\d{4}$/.test(text) };
  const parts = text.split(/\s+/);
  const name = parts.find((part) => /^[A-Z]/.test(part)) ?? '';
  const month = monthOf(name);
  const [day, last] = parts.filter((part) => part !== name);
  if (month === null || day === undefined || last === undefined) return { at: null, inferred: false };
  if (!last.includes(':')) return { at: microsFromUtc(Number(last), month, Number(day)), inferred: true };
  if (anchor === null) return { at: null, inferred: false };
  const [hour, minute] = last.split(':');
  const year = new Date(anchor / 1000).getUTCFullYear();
  const made = (y: number): EpochMicros => microsFromUtc(y, month, Number(day), Number(hour), Number(minute));
  return { at: made(year) > anchor + DAY ? made(year - 1) : made(year), inferred: true };
}

/** `ls -l` of folders (GNU, BusyBox; `-h`, `--full-time`, `-R`): backups among the files. */
export const lsListing = defineParser({
  kind: 'document',
  id: 'ls-listing',
  title: 'ls -l',
  keep: 'all',
  accepts(head) {
    const lines = firstLines(head, 60);
    const entries = lines.filter((line) => ENTRY.test(line)).length;
    const known = lines.filter((line) => ENTRY.test(line) || FOLDER.test(line) || /^(?:total|insgesamt|总用量|итого) /.test(line)).length;
    return entries > 0 && known * 2 > lines.length;
  },
  parse(document, sink, context) {
    const emitter = emitterFor(document, sink, { host: null, component: 'backup' });
    let folder = '';
    let inferred = 0;
    for (const { text, line } of document.lines) {
      folder = FOLDER.exec(text.trim())?.[1] ?? folder;
      const m = ENTRY.exec(text);
      const name = (m?.[6] ?? '').trim();
      const sizeBytes = binaryBytes(m?.[4] ?? '');
      const base = name.slice(name.lastIndexOf('/') + 1);
      if (
        m === null ||
        sizeBytes === null ||
        !(m[1] ?? '').startsWith('-') ||
        !BACKUP.test(base) ||
        MEMBER.test(base) ||
        /\/member\/(?:snap|wal)\/?$/.test(folder)
      )
        continue;
      const time = listedTime(m[5] ?? '', context.collectedAt ?? context.modifiedAt);
      if (time.inferred) inferred += 1;
      const path = name.startsWith('/') || folder === '' ? name : `${folder.replace(/\/$/, '')}/${name}`;
      emitter.fact('backup.file-listed', { path, sizeBytes, modifiedAt: time.at }, line);
    }
    if (inferred > 0) emitter.diagnostic('TIME_INFERRED', `${inferred} file times without a zone were read as UTC`);
  },
});
