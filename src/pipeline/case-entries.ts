import { sameAs } from '../model/bundle.ts';
import type { Entry } from '../model/bundle.ts';
import type { CaseReader } from '../model/ports.ts';
import type { TextEntry } from './text-entry.ts';

/** Why a case has no text of an entry. */
const NOT_KEPT = 'the case does not keep its text; redact the bundle itself';

interface Block {
  readonly offset: number;
  readonly bytes: number;
  readonly firstLine: number;
  readonly lineCount: number;
}

/** The entries of a case with the text it keeps of them; those it does not keep whole are `missing`. */
export function* caseEntries(reader: CaseReader): Generator<TextEntry> {
  const blocks = blocksByEntry(reader);
  for (const entry of reader.entries()) {
    const own = blocks.get(entry.id) ?? [];
    const kept = own.reduce((sum, block) => sum + block.bytes, 0) === entry.bytes;
    const missing = kept ? null : entry.skipped === null ? NOT_KEPT : sameAs(entry.skipped) !== null ? 'the same as another file' : NOT_KEPT;
    yield { path: entry.path, modifiedAt: entry.modifiedAt, head: new Uint8Array(), missing, chunks: () => textOf(reader, entry, own) };
  }
}

function blocksByEntry(reader: CaseReader): ReadonlyMap<number, readonly Block[]> {
  const byEntry = new Map<number, Block[]>();
  for (const row of reader.query('SELECT entry, offset, bytes, first_line, line_count FROM blocks ORDER BY entry, offset').rows) {
    const [entry = 0, offset = 0, bytes = 0, firstLine = 0, lineCount = 0] = row.map(Number);
    const list = byEntry.get(entry) ?? [];
    byEntry.set(entry, list);
    list.push({ offset, bytes, firstLine, lineCount });
  }
  return byEntry;
}

async function* textOf(reader: CaseReader, entry: Entry, blocks: readonly Block[]): AsyncGenerator<Uint8Array> {
  for (const { offset, firstLine, lineCount } of blocks) {
    const lines = reader.surroundings({ entry: entry.id, line: firstLine, offset, length: 0 }, 0, Math.max(0, lineCount - 1));
    yield Buffer.from(lines.map(({ text }) => `${text}\n`).join(''), 'utf8');
  }
}
