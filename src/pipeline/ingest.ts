import { sameContentAs } from '../model/bundle.ts';
import { openBundle } from '../bundle/open-bundle.ts';
import type { Limits, OpenBundle, OpenEntry } from '../bundle/contract.ts';
import { UsageError } from '../model/errors.ts';
import type { BundleId } from '../model/ids.ts';
import type { IngestWriter, SourceChange } from '../model/ports.ts';
import type { OnProgress, Progress } from '../model/progress.ts';
import type { RecordBook } from '../parsers/contract.ts';
import { makeRecordBook } from '../parsers/record-book.ts';
import type { MadeSource } from './entry-sink.ts';
import { readEntry } from './read-entry.ts';

/** How often progress is told, in milliseconds of work. */
const TELL_EVERY = 100;

/** Counts and tells how far ingest has come. */
class Meter {
  private readonly tell: OnProgress;
  private readonly total: number;
  private done = 0;
  private lines = 0;
  private events = 0;
  private entries = 0;
  private current = '';
  private next = 0;
  /** entries that a parser read */
  recognised = 0;

  constructor(total: number, tell: OnProgress) {
    this.total = total;
    this.tell = tell;
  }

  entry(path: string, position: number): void {
    this.entries += 1;
    this.current = path;
    this.count(0, 0, position);
  }

  count(lines: number, events: number, position: number): void {
    this.lines += lines;
    this.events += events;
    const now = performance.now();
    if (now < this.next) return;
    this.next = now + TELL_EVERY;
    this.tell(this.state('reading', this.done + position));
  }

  bundleDone(bytes: number): void {
    this.done += bytes;
    this.tell(this.state('reading', this.done));
  }

  state(phase: Progress['phase'], bytes = this.done): Progress {
    return { phase, current: this.current, bytes, totalBytes: this.total, lines: this.lines, events: this.events, entries: this.entries };
  }
}

/** Reads every entry of every bundle, opened by `open`, into the case. Returns what to tell of the phases that follow. */
export async function ingest(
  paths: readonly string[],
  writer: IngestWriter,
  limits: Limits,
  tell: OnProgress,
  open: (path: string) => Promise<OpenBundle> = (path) => openBundle(path, limits),
): Promise<(phase: Progress['phase']) => Progress> {
  const bundles: OpenBundle[] = [];
  for (const path of paths) bundles.push(await open(path));
  const meter = new Meter(
    bundles.reduce((sum, bundle) => sum + bundle.bytes, 0),
    tell,
  );
  tell(meter.state('reading'));
  const known: Known = { copies: new Map(), records: makeRecordBook() };
  for (const bundle of bundles) {
    const id = writer.bundle({ path: bundle.path, sha256: null, bytes: bundle.bytes, layout: 'generic', collectedAt: null });
    const made: MadeSources[] = [];
    for await (const open of bundle.entries()) {
      meter.entry(open.path, bundle.position());
      const { sources, log } = await takeEntry(open, bundle, id, writer, limits, meter, known);
      if (sources.length > 0) made.push({ sources, log, hints: open.hints, settledHints: open.settledHints });
      report(bundle, writer);
    }
    writer.updateSources(made.flatMap(settled));
    report(bundle, writer);
    writer.updateBundle(id, { sha256: bundle.sha256(), layout: bundle.layout(), collectedAt: bundle.collectedAt() });
    meter.bundleDone(bundle.bytes);
  }
  if (meter.recognised === 0) {
    const { entries } = meter.state('reading');
    const what =
      entries === 0
        ? 'there is no file in it'
        : entries === 1
          ? 'its one file has no form that inquest reads'
          : `none of its ${entries} files has a form that inquest reads`;
    throw new UsageError(`this is no support bundle: ${what}`, { exitCode: 3, subject: paths.join(', ') });
  }
  await writer.flush();
  return (phase) => meter.state(phase);
}

/** What of the case was read already, so that it counts once. */
interface Known {
  /** paths of logs by sha256 */
  readonly copies: Map<string, string>;
  readonly records: RecordBook;
}

async function takeEntry(
  open: OpenEntry,
  bundle: OpenBundle,
  bundleId: BundleId,
  writer: IngestWriter,
  limits: Limits,
  meter: Meter,
  { copies, records }: Known,
): Promise<Pick<MadeSources, 'sources' | 'log'>> {
  const id = writer.beginEntry({ bundle: bundleId, path: open.path, modifiedAt: open.modifiedAt });
  const outcome = await readEntry(open, id, writer, {
    limits,
    collectedAt: bundle.collectedAt(),
    records,
    onLines: (lines, events) => meter.count(lines, events, bundle.position()),
  });
  await drain(open);
  const { sha256, bytes } = open.digest();
  const { log, sources, ...counts } = outcome;
  if (counts.parser !== null) meter.recognised += 1;
  const original = copies.get(sha256);
  if (log && original !== undefined) {
    // the same log collected twice (a link that the collector followed, say) must not count twice
    writer.dropEntry(id);
    writer.endEntry(id, { sha256, bytes, parser: null, skipped: sameContentAs(original), lines: 0, events: 0, continuations: 0, unparsed: 0 });
    return { sources: [], log };
  }
  if (log) copies.set(sha256, open.path);
  writer.endEntry(id, { sha256, bytes, ...counts });
  meter.count(0, 0, bundle.position());
  return { sources, log };
}

/** The sources of an entry, and what its path said of them when they were made. */
interface MadeSources extends Pick<OpenEntry, 'hints' | 'settledHints'> {
  readonly sources: readonly MadeSource[];
  readonly log: boolean;
}

/** What all paths of the bundle say of an entry's sources beyond what was known when it was read. */
function settled({ sources, log, hints, settledHints }: MadeSources): readonly SourceChange[] {
  const { node, component, generation, pod, container } = settledHints();
  const change = {
    ...(node === null ? {} : { node }),
    ...(generation === hints.generation ? {} : { generation }),
    ...(pod === hints.pod ? {} : { pod }),
    ...(container === hints.container ? {} : { container }),
  };
  // of a log's sources those whose lines did not say which program they are from: they went by what its path said
  const guess = hints.component ?? 'other';
  const named = log && component !== null && component !== guess ? { component } : {};
  return sources.flatMap((source) => {
    const all = source.component === guess ? { ...change, ...named } : change;
    return Object.keys(all).length === 0 ? [] : [{ id: source.id, ...all }];
  });
}

async function drain(open: OpenEntry): Promise<void> {
  for await (const chunk of open.chunks()) void chunk;
}

function report(bundle: OpenBundle, writer: IngestWriter): void {
  const remarks = bundle.takeRemarks();
  if (remarks.length > 0) writer.diagnostics(remarks.map((remark) => ({ ...remark, entry: null, line: null, offset: null, count: 1 })));
}
