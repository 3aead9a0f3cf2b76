import { certificatesAsText } from './certificates.ts';
import type { DescribeCertificate } from './certificates.ts';
import { isJournalExport, JournalExportRewriter } from './journal-export.ts';
import { removeSecretData } from './kubernetes-secrets.ts';
import type { Replacer, Tally } from './replacer.ts';
import { removeSecrets } from './secrets.ts';

/** How an entry is to be read: `log` in pieces, `document` whole, `certificates` whole with PEM put into words, `binary` not at all. */
export type EntryForm = 'log' | 'document' | 'certificates' | 'binary';

/** A key or certificate that began in one piece may end in the next. */
const MAX_HELD = 64 << 10;
const BEGIN = '-----BEGIN ';

/** The text of one whole document, rewritten. Characters are bytes, here and below. */
export function rewriteDocument(text: string, form: EntryForm, replacer: Replacer, tally: Tally, describe: DescribeCertificate): string {
  const counted = (kind: string) => (n: number) => tally.set(kind, (tally.get(kind) ?? 0) + n);
  const worded = form === 'certificates' ? certificatesAsText(text, describe, counted('certificates put into words')) : text;
  return replacer.bytes(removeSecrets(removeSecretData(worded, counted('secrets')), counted('secrets')));
}

/** Rewrites an entry of any length piece by piece; pieces are whole lines. */
export async function* rewriteLog(blocks: AsyncIterable<Uint8Array>, replacer: Replacer, tally: Tally): AsyncGenerator<Buffer> {
  const rewrite = (text: string): string =>
    text === '' ? '' : replacer.bytes(removeSecrets(text, (n) => tally.set('secrets', (tally.get('secrets') ?? 0) + n)));
  let journal: JournalExportRewriter | null | undefined;
  let held = '';
  for await (const block of blocks) {
    const piece = Buffer.from(block.buffer, block.byteOffset, block.byteLength).toString('latin1');
    journal ??= isJournalExport(piece.slice(0, 4096)) ? new JournalExportRewriter(rewrite) : null;
    if (journal !== null) {
      yield Buffer.from(journal.push(piece), 'latin1');
      continue;
    }
    const text = held + piece;
    const cut = openBlock(text);
    held = text.slice(cut);
    yield Buffer.from(rewrite(text.slice(0, cut)), 'latin1');
  }
  yield Buffer.from(journal === undefined || journal === null ? rewrite(held) : journal.end(), 'latin1');
}

/** Where a PEM block begins that does not end in this piece; the length of the text when all end. */
function openBlock(text: string): number {
  const begin = text.lastIndexOf(BEGIN);
  if (begin < 0 || text.length - begin > MAX_HELD || text.includes('-----END ', begin)) return text.length;
  return text.lastIndexOf('\n', begin) + 1;
}

/** True when bytes are no text: NUL near the start, or many characters that no text has. */
export function looksBinary(head: Uint8Array): boolean {
  if (head.subarray(0, 256).includes(0)) return true;
  const sample = head.subarray(0, 4096);
  let odd = 0;
  for (const byte of sample) if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) odd += 1;
  return odd * 20 > sample.byteLength;
}
