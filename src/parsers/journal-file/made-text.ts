import type { EventColumns } from '../../model/event.ts';
import type { SourceId } from '../../model/ids.ts';
import type { ParseSink } from '../contract.ts';

const MAX_ENTRIES = 4096;
const FULL = 1 << 20;

/** The row of the event that stands at a made line. */
interface MadeRow {
  readonly source: SourceId;
  readonly time: number;
  readonly level: number;
  readonly message: number;
}

/** Collects one text line per journal entry and hands them on in blocks, with their events. */
export class MadeText {
  private readonly sink: ParseSink;
  private buffer = Buffer.allocUnsafe(2 * FULL);
  private used = 0;
  private offset = 0;
  private line = 1;
  private columns = emptyColumns();

  constructor(sink: ParseSink) {
    this.sink = sink;
  }

  /** `text` is a whole line, its newline included */
  add(text: string, row: MadeRow): void {
    const most = text.length * 3;
    if (this.used + most > this.buffer.byteLength) this.flush();
    if (most > this.buffer.byteLength) this.buffer = Buffer.allocUnsafe(most);
    const { columns } = this;
    const at = columns.count;
    columns.source[at] = row.source;
    columns.line[at] = this.line + at;
    columns.offset[at] = this.offset + this.used;
    columns.time[at] = row.time;
    columns.level[at] = row.level;
    columns.message[at] = row.message;
    columns.count = at + 1;
    this.used += this.buffer.write(text, this.used, 'utf8');
    if (columns.count === MAX_ENTRIES || this.used >= FULL) this.flush();
  }

  flush(): void {
    const { columns, offset, used } = this;
    const lineCount = columns.count;
    if (lineCount === 0) return;
    // text and columns of its own, as the writer may move them to another thread
    const raw = new Uint8Array(used);
    raw.set(this.buffer.subarray(0, used));
    this.sink.events({ offset, firstLine: this.line, lineCount, raw, events: columns });
    this.offset += used;
    this.line += lineCount;
    this.used = 0;
    this.columns = emptyColumns();
  }
}

function emptyColumns(): EventColumns {
  return {
    count: 0,
    source: new Uint32Array(MAX_ENTRIES),
    line: new Float64Array(MAX_ENTRIES),
    offset: new Float64Array(MAX_ENTRIES),
    time: new Float64Array(MAX_ENTRIES),
    level: new Uint8Array(MAX_ENTRIES),
    message: new Uint32Array(MAX_ENTRIES),
  };
}
