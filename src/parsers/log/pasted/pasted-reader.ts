import type { EventColumns } from '../../../model/event.ts';
import type { EntryContext, LogReader, ParseSink, Place } from '../../contract.ts';
import { newColumns } from '../batches.ts';
import type { Lane } from './marks.ts';

type Batch = Parameters<ParseSink['events']>[0];

/** A line without its marks, and whose it is. */
export interface BareLine {
  readonly text: string;
  /** null where nothing says whose it is: it goes where the line before went */
  readonly lane: Lane | null;
}

/** Where the lines of a block stand in the file. */
interface Block extends Omit<Batch, 'events'> {
  readonly places: readonly Place[];
  /** rows found so far */
  readonly parts: EventColumns[];
  /** stretches of it that engines still hold, since a split line may yet change their events */
  held: number;
}

const NEWLINE = 10;
const UNNAMED: Lane = { key: '', host: null, hints: {} };

/**
 * Reads lines behind marks with the engine that reads them bare, an engine for each lane. What is handed on are the file's own
 * lines: only the engines see the bare ones.
 */
export class PastedReader implements LogReader {
  private readonly sink: ParseSink;
  private readonly context: EntryContext;
  private readonly bare: (line: string, number: number) => BareLine;
  private readonly open: (sink: ParseSink, context: EntryContext) => LogReader;
  private readonly lanes = new Map<string, LogReader>();
  private readonly blocks: Block[] = [];
  private readonly known = new Map<string, Lane>();
  private latest: Lane = UNNAMED;

  constructor(
    sink: ParseSink,
    context: EntryContext,
    bare: (line: string, number: number) => BareLine,
    open: (sink: ParseSink, context: EntryContext) => LogReader,
  ) {
    this.sink = sink;
    this.context = context;
    this.bare = bare;
    this.open = open;
  }

  push(raw: Uint8Array, offset: number, firstLine: number, lineCount: number): void {
    const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
    const places: Place[] = [];
    const texts = new Map<Lane, { readonly lane: Lane; readonly lines: string[]; readonly first: number }[]>();
    for (let at = 0; places.length < lineCount;) {
      const newline = bytes.indexOf(NEWLINE, at);
      const end = newline < 0 ? bytes.length : newline;
      const { text, lane } = this.bare(bytes.toString('latin1', at, end), firstLine + places.length);
      this.latest = lane === null ? this.latest : this.laneOf(lane);
      const runs = texts.get(this.latest) ?? [];
      const last = runs.at(-1);
      const line = firstLine + places.length;
      if (last !== undefined && last.first + last.lines.length === line) last.lines.push(text);
      else runs.push({ lane: this.latest, lines: [text], first: line });
      texts.set(this.latest, runs);
      places.push({ line, offset: offset + at, length: end - at });
      at = end + 1;
    }
    const stretches = [...texts.values()].flat().toSorted((a, b) => a.first - b.first);
    this.blocks.push({ raw, offset, firstLine, lineCount, places, parts: [], held: stretches.length });
    for (const { lane, lines, first } of stretches) {
      const text = Buffer.from(`${lines.join('\n')}\n`, 'latin1');
      this.engine(lane).push(Uint8Array.from(text), 0, first, lines.length);
    }
    this.handOn();
  }

  end(): void {
    for (const engine of this.lanes.values()) engine.end();
    this.handOn();
  }

  private laneOf(lane: Lane): Lane {
    const known = this.known.get(lane.key);
    if (known === undefined) this.known.set(lane.key, lane);
    return known ?? lane;
  }

  private engine(lane: Lane): LogReader {
    let engine = this.lanes.get(lane.key);
    if (engine === undefined) {
      const given = Object.fromEntries(Object.entries(lane.hints).filter(([, value]) => value !== null));
      engine = this.open(this.sinkOf(lane), { ...this.context, hints: { ...this.context.hints, ...given } });
      this.lanes.set(lane.key, engine);
    }
    return engine;
  }

  /** What a lane's engine finds, with the places of the file. */
  private sinkOf({ host }: Lane): ParseSink {
    const { sink } = this;
    return {
      source: (spec) => sink.source({ ...spec, host: spec.host ?? host }),
      fact: (type, data, where) => sink.fact(type, data, { ...where, place: this.placeOf(where.place.line) ?? where.place }),
      diagnostic: (code, detail, place, count) => sink.diagnostic(code, detail, this.placeOf(place?.line ?? null) ?? {}, count),
      cite: (place, text) => sink.cite(this.placeOf(place.line) ?? place, text),
      message: (text) => sink.message(text),
      events: ({ events, firstLine }) => {
        const block = this.blockOf(firstLine);
        if (block === undefined) return;
        block.held -= 1;
        block.parts.push(events);
      },
      count: (lines) => sink.count(lines),
    };
  }

  private blockOf(line: number): Block | undefined {
    return this.blocks.findLast(({ firstLine }) => firstLine <= line);
  }

  private placeOf(line: number | null): Place | undefined {
    if (line === null) return undefined;
    const block = this.blockOf(line);
    return block?.places[line - block.firstLine];
  }

  /** Blocks of which no engine holds anything back go on, in order. */
  private handOn(): void {
    while (this.blocks[0]?.held === 0) {
      const block = this.blocks.shift();
      if (block === undefined) return;
      const { raw, offset, firstLine, lineCount } = block;
      this.sink.events({ raw, offset, firstLine, lineCount, events: inOrder(block) });
    }
  }
}

/** The rows of all engines by line, each at its place in the file. */
function inOrder({ parts, places, firstLine }: Block): EventColumns {
  const rows = parts.flatMap((part) => Array.from({ length: part.count }, (_, row) => ({ part, row, line: part.line[row] ?? 0 })));
  rows.sort((a, b) => a.line - b.line);
  const columns = newColumns(rows.length);
  for (const [at, { part, row, line }] of rows.entries()) {
    columns.source[at] = part.source[row] ?? 0;
    columns.line[at] = line;
    columns.offset[at] = places[line - firstLine]?.offset ?? 0;
    columns.time[at] = part.time[row] ?? NaN;
    columns.level[at] = part.level[row] ?? 0;
    columns.message[at] = part.message[row] ?? 0;
  }
  columns.count = rows.length;
  return columns;
}
