import type { BinaryParser, EntryContext, ParseSink, RandomAccess } from '../contract.ts';
import { defineParser } from '../contract.ts';
import { Budget } from './budget.ts';
import { JournalEntry } from './entry.ts';
import { EntryReader } from './entry-reader.ts';
import { FieldReader } from './fields.ts';
import { firstObject, looksLikeJournal, readHeader } from './header.ts';
import { objectLayout } from './objects.ts';
import { Pages } from './pages.ts';
import { emptyTally, reportDamage } from './report.ts';
import { SecretEntries } from './secret-entries.ts';
import { SparseBits } from './sparse-bits.ts';
import type { ChainState } from './walk.ts';
import { chainedEntries, scannedEntries } from './walk.ts';

/** Entries read before asking whether what was found so far must be stored first. */
const ROOM_EVERY = 1024;

/** A systemd journal file (`.journal`, `.journal~`). Upstream: systemd `docs/JOURNAL_FILE_FORMAT.md`. */
export const journalFile: BinaryParser = defineParser({
  kind: 'binary',
  id: 'journal-file',
  title: 'systemd journal file',
  log: true,
  accepts: (head) => looksLikeJournal(head),
  parse,
});

async function parse(file: RandomAccess, sink: ParseSink, context: EntryContext): Promise<void> {
  const header = readHeader(file);
  if (header === null) {
    sink.diagnostic('JOURNAL_INVALID', `the file is too short for a journal: ${file.size} bytes`, { offset: 0 });
    return;
  }
  // a header whose own tail lies beyond its size is wrong about one of them: what is in the file is read
  const end = header.tailObject >= header.expectedSize ? file.size : Math.min(file.size, header.expectedSize);
  const pages = new Pages(file, end);
  const layout = objectLayout(header.compact, firstObject(header, end));
  const budget = new Budget(file.size);
  const fields = new FieldReader(pages, layout, budget);
  const reader = new EntryReader(sink, context, budget);
  const secrets = new SecretEntries(sink, (from, values) => reader.read(from, values));
  const tally = emptyTally();
  const places = new SparseBits();
  const seqnums = new SparseBits();
  const entry = new JournalEntry();
  const { records } = context;

  const take = async (offsets: Iterable<number>): Promise<number> => {
    let taken = 0;
    for (const offset of offsets) {
      if (budget.exhausted) break;
      if (offset % 8 !== 0 || offset >= end) tally.skipped += 1;
      else if (!places.add(offset / 8)) continue;
      else if (!entry.read(pages, layout, offset)) tally.skipped += 1;
      else if (!seqnums.add(entry.seqnum)) tally.repeated += 1;
      else {
        const { damaged } = fields;
        if (!fields.load(entry)) {
          await fields.unpackWaiting();
          fields.load(entry);
        }
        tally.note(entry.seqnum);
        // an entry with damaged fields leaves its number to a whole copy of it
        const whole = fields.damaged === damaged;
        if (whole && records?.isFirst(`${header.seqnumId} ${entry.bootId}`, entry.seqnum) === false) tally.elsewhere += 1;
        else secrets.take(entry, fields.values);
        taken += 1;
        const room = taken % ROOM_EVERY === 0 ? (sink.room?.() ?? null) : null;
        if (room !== null) await room;
      }
    }
    return taken;
  };

  const chain: ChainState = { broken: null };
  await take(chainedEntries(pages, layout, header.entryArray, chain));
  if (chain.broken !== null || tally.read < header.entries) tally.scanned = await take(scannedEntries(pages, layout));
  secrets.end();
  reader.end();
  reportDamage(sink, header, file.size, { ...tally, broken: chain.broken, damagedFields: fields.damaged, exhausted: budget.exhausted ? budget.limit : null });
}
