import type { EventColumns } from '../../model/event.ts';
import type { ParseSink } from '../contract.ts';

type Batch = Parameters<ParseSink['events']>[0];

/** Blocks waiting for the rest of a line that was split across them, in bytes, before they are handed on as they are. */
const MAX_HELD = 8 << 20;

export function newColumns(lineCount: number): EventColumns {
  return {
    count: 0,
    source: new Uint32Array(lineCount),
    line: new Float64Array(lineCount),
    offset: new Float64Array(lineCount),
    time: new Float64Array(lineCount),
    level: new Uint8Array(lineCount),
    message: new Uint32Array(lineCount),
  };
}

/** Holds batches back while one of their events may still be amended, so that block borders change nothing. */
export class BatchQueue {
  private readonly sink: ParseSink;
  private held: Batch[] = [];
  private bytes = 0;

  constructor(sink: ParseSink) {
    this.sink = sink;
  }

  /** true when the batches up to this one were handed on: their events can no longer change */
  add(batch: Batch, unfinished: boolean): boolean {
    this.held.push(batch);
    this.bytes += batch.raw.byteLength;
    if (unfinished && this.bytes < MAX_HELD) return false;
    this.flush();
    return true;
  }

  flush(): void {
    for (const batch of this.held) this.sink.events(batch);
    this.held = [];
    this.bytes = 0;
  }
}
