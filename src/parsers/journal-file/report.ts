import { formatBytes } from '../../model/text.ts';
import type { ParseSink } from '../contract.ts';
import type { JournalHeader } from './header.ts';

/** bytes of the smallest entry */
const LEAST_ENTRY = 68;

/** What was counted while reading one file. */
interface Tally {
  read: number;
  /** entries named by the file that cannot be read */
  skipped: number;
  /** entries whose number was read before */
  repeated: number;
  /** entries that another file held too */
  elsewhere: number;
  /** entries that only the search found; null when none was needed */
  scanned: number | null;
  firstSeqnum: number;
  lastSeqnum: number;
  note(seqnum: number): void;
}

export function emptyTally(): Tally {
  return {
    read: 0,
    skipped: 0,
    repeated: 0,
    elsewhere: 0,
    scanned: null,
    firstSeqnum: Infinity,
    lastSeqnum: 0,
    note(seqnum) {
      this.read += 1;
      if (seqnum < this.firstSeqnum) this.firstSeqnum = seqnum;
      if (seqnum > this.lastSeqnum) this.lastSeqnum = seqnum;
    },
  };
}

interface Outcome extends Omit<Tally, 'note'> {
  /** why the chain of entry arrays could not be followed; null when it could */
  readonly broken: string | null;
  readonly damagedFields: number;
  /** the limit that was reached, in bytes; null when it was not */
  readonly exhausted: number | null;
}

/** Tells what of a file could not be read. A file that merely was open when copied, all its entries there, is no damage. */
export function reportDamage(sink: ParseSink, header: JournalHeader, size: number, outcome: Outcome): void {
  if (outcome.elsewhere > 0)
    sink.diagnostic('RECORD_DUPLICATE', 'entries that another journal file of this machine holds too', { offset: 0 }, outcome.elsewhere);
  const truncated = header.expectedSize > size;
  const possible = header.entries <= size / LEAST_ENTRY;
  const missing = possible ? Math.max(0, header.entries - outcome.read) : 0;
  const reasons: string[] = [];
  if (!possible) reasons.push('the header gives an impossible number of entries');
  if (header.headerSize + 8 > size || header.headerSize < 208) reasons.push('the header gives an impossible size');
  if (header.unknownFlags !== 0) reasons.push(`the layout is newer than known (flags 0x${header.unknownFlags.toString(16)})`);
  if (outcome.broken !== null) reasons.push(outcome.broken);
  if (outcome.exhausted !== null) reasons.push(`it unfolds to more than ${formatBytes(outcome.exhausted)}; the rest was not read`);
  if (outcome.damagedFields > 0) reasons.push(`fields that cannot be read: ${outcome.damagedFields}`);
  if (outcome.repeated > 0) reasons.push(`entries with the number of another: ${outcome.repeated}`);
  if (outcome.skipped > 0 || missing > 0) reasons.push('entries cannot be read');
  if (!truncated && reasons.length === 0) return;
  const counts = `entries: ${header.entries} expected, ${outcome.read} read, ${outcome.skipped} skipped${outcome.scanned === null ? '' : `, ${outcome.scanned} found by searching`}`;
  const numbers = outcome.read === 0 ? '' : `; numbers ${outcome.firstSeqnum} to ${outcome.lastSeqnum} of ${header.headSeqnum} to ${header.tailSeqnum}`;
  const rest = `${counts}${numbers}; state ${header.state}`;
  const count = Math.max(1, missing, outcome.skipped);
  if (truncated) {
    const why = reasons.length === 0 ? '' : `${reasons.join('; ')}; `;
    sink.diagnostic('JOURNAL_TRUNCATED', `${size} of ${header.expectedSize} bytes are there; ${why}${rest}`, { offset: size }, count);
  } else sink.diagnostic('JOURNAL_INVALID', `${reasons.join('; ')}; ${rest}`, { offset: 0 }, count);
}
