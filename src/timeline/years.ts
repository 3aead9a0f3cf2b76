import type { BundleId, EntryId, SourceId } from '../model/ids.ts';
import type { FactSource, TimeShift } from '../model/ports.ts';
import { DAY, epochMicros, microsFromUtc } from '../model/time.ts';
import type { EpochMicros } from '../model/time.ts';

/** A zone's worth that a time may lie beyond the collection. */
const GRACE = DAY;
/** A clock that runs ahead, or a log that was read a while after `date`, is no reason to put a time a year back. */
const AHEAD = 45 * DAY;

/**
 * Times that a file wrote without a year were put into the year before the file's own date, or that of its archive. Where the
 * collection is told otherwise, only once all was read (`date` on a machine, what the collector wrote), those that lie a year off
 * by it are moved: each to the latest year that puts it before the collection.
 */
export function inferYears(facts: FactSource): readonly TimeShift[] {
  const notes = [...facts.facts(['log.year'])];
  if (notes.length === 0) return [];
  const collected = collections(facts, new Set(notes.map(({ source }) => source)));
  const sources = new Map(facts.sources().map((source) => [source.id, source]));
  return notes.flatMap(({ source, ref, data }) => {
    const { from = null, to = null } = sources.get(source) ?? {};
    if (from === null || to === null) return [];
    const leap = leapDay(from, to);
    const end = leap === null ? collected(ref.entry) : { at: leap, told: true };
    if (end === null) return [];
    // that other logs end earlier does not say that this one must
    const shifts = shiftsOf(from, to, end.at).filter(({ by }) => by < 0 || end.told || data.anchor === null);
    return shifts.map((shift) => ({ ...shift, source, until: ref.offset }));
  });
}

/** A 29 February that was put years before the other lines, since theirs is no leap year: they stand around it, not it around them. */
function leapDay(from: EpochMicros, to: EpochMicros): EpochMicros | null {
  const date = new Date(from / 1000);
  return to - from > 367 * DAY && date.getUTCMonth() === 1 && date.getUTCDate() === 29 ? epochMicros(from + 182 * DAY) : null;
}

interface Collection {
  readonly at: EpochMicros;
  /** said, or named by the archive; else it was no earlier than this */
  readonly told: boolean;
}

/** When the bundle of an entry was collected by what was said of it, else the newest of its times that want no year. */
function collections(facts: FactSource, doubtful: ReadonlySet<SourceId>): (entry: EntryId) => Collection | null {
  const bundleOf = new Map(facts.entries().map(({ id, bundle }) => [id, bundle]));
  const newest = (times: Iterable<readonly [EntryId, EpochMicros | null]>): ReadonlyMap<BundleId, EpochMicros> => {
    const found = new Map<BundleId, EpochMicros>();
    for (const [entry, time] of times) {
      const bundle = bundleOf.get(entry);
      if (bundle !== undefined && time !== null && time > (found.get(bundle) ?? -Infinity)) found.set(bundle, time);
    }
    return found;
  };
  const said = [...facts.facts(['bundle.collected', 'node.date'])].map(({ ref, at }) => [ref.entry, at] as const);
  const named = facts.bundles().flatMap(({ id, collectedAt }) => (collectedAt === null ? [] : [[id, collectedAt] as const]));
  const sure = facts.sources().flatMap(({ id, entry, to }) => (doubtful.has(id) ? [] : [[entry, to] as const]));
  const told = new Map([...named, ...newest(said)]);
  const known = newest(sure);
  return (entry) => {
    const bundle = bundleOf.get(entry);
    const at = bundle === undefined ? undefined : (told.get(bundle) ?? known.get(bundle));
    return at === undefined || bundle === undefined ? null : { at, told: told.has(bundle) };
  };
}

type Stretch = Required<Pick<TimeShift, 'by' | 'from' | 'before'>>;

/** By whole days, since a leap year's last day of February moves those behind it by one more. */
function shiftsOf(from: EpochMicros, to: EpochMicros, collected: EpochMicros): readonly Stretch[] {
  const stretches: { by: number; from: number; before: number }[] = [];
  // stamps without a year span no more than one
  for (let day = Math.floor(from / DAY) * DAY; day <= to && day - from <= 1500 * DAY; day += DAY) {
    const by = day - yearFor(day, collected);
    const last = stretches.at(-1);
    if (last?.by === by && last.before === day) last.before = day + DAY;
    else if (by !== 0) stretches.push({ by, from: day, before: day + DAY });
  }
  // what is moved on to later years goes first from the end, lest it be moved once more; what is moved back from the beginning
  const on = stretches.filter(({ by }) => by < 0).toReversed();
  return [...on, ...stretches.filter(({ by }) => by > 0)];
}

/** The day in the year that it belongs to. */
function yearFor(day: number, collected: EpochMicros): number {
  const date = new Date(day / 1000);
  const inYear = (year: number): number => microsFromUtc(year, date.getUTCMonth() + 1, date.getUTCDate());
  const exists = (at: number): boolean => new Date(at / 1000).getUTCDate() === date.getUTCDate();
  const year = date.getUTCFullYear();
  if (day <= collected + AHEAD && inYear(year + 1) > collected + GRACE) return day;
  for (let other = new Date((collected + GRACE) / 1000).getUTCFullYear(), tries = 0; tries < 9; other -= 1, tries += 1) {
    const at = inYear(other);
    if (at <= collected + GRACE && exists(at)) return at;
  }
  return day;
}
