import type { LogLine } from './line.ts';
import type { StampReader } from './stamp.ts';

/** What an envelope needs besides the line. */
export interface EnvelopeTools {
  readonly stamps: StampReader;
  /** when the evidence was collected, in micros: stamps without a year lie before it */
  readonly anchor: number;
  /** a full time read close by, in micros */
  readonly near?: number | null;
}

/**
 * A wrapper that a collector or logger put around each line. `container` envelopes carry one program's output, so an unknown body
 * continues the line before; `host` envelopes name a program each time, so every line is an event of its own.
 */
export interface Envelope {
  readonly id: string;
  readonly title: string;
  readonly kind: 'container' | 'host';
  readonly samples: readonly string[];
  /** fills the outer fields and narrows the body; false, with the line untouched as far as callers care, when it is not this form */
  peel(line: LogLine, tools: EnvelopeTools): boolean;
}

export function defineEnvelope(envelope: Envelope): Envelope {
  return envelope;
}
