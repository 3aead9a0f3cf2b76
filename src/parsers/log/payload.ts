import type { LogLine } from './line.ts';
import type { StampReader } from './stamp.ts';
import type { ZapShapes } from './zap-shapes.ts';

/** What a payload reader needs besides the line. */
export interface PayloadTools {
  readonly stamps: StampReader;
  /** when the evidence was collected, in micros: stamps without a year lie before it */
  readonly anchor: number;
  /** a full time read close by, in micros */
  readonly near?: number | null;
  /** shapes of zap lines met before in this entry */
  readonly shapes: ZapShapes;
}

/** A form that a program writes its lines in, once the envelope is off. */
export interface Payload {
  readonly id: string;
  readonly title: string;
  readonly samples: readonly string[];
  /** sets time (NaN when it has none), level, text, dialect, origin; false when the body is not this form */
  read(line: LogLine, tools: PayloadTools): boolean;
}

export function definePayload(payload: Payload): Payload {
  return payload;
}
