import type { EnvelopeTools } from './envelope.ts';
import { cri, dockerJson, timestamps } from './envelopes/container.ts';
import type { LogLine } from './line.ts';

const INSIDE = [cri, dockerJson, timestamps];

/**
 * Takes off a second wrapper: a container's log line handed on by the journal, docker JSON around a CRI line. What the outer one said
 * of the machine stays; the program is no longer the one that handed the line on. Leaves the line as it was when there is none.
 */
export function peelInner(line: LogLine, tools: EnvelopeTools): boolean {
  const c = line.body.charCodeAt(line.start);
  if (c !== 123 && !(c >= 48 && c <= 57)) return false;
  const { body, start, end, decoded, outer, outerZoned, outerFine, yearless, host, ident, unit, level, partial, stream } = line;
  for (const envelope of INSIDE) {
    if (envelope.peel(line, tools)) {
      line.host = host;
      line.unit = null;
      line.ident = '';
      // what the outer wrapper split is put together by its own marks
      line.partial ||= partial;
      line.yearless = false;
      return true;
    }
    line.reset(body, start, end);
    line.decoded = decoded;
    line.outer = outer;
    line.outerZoned = outerZoned;
    line.outerFine = outerFine;
    line.yearless = yearless;
    line.host = host;
    line.ident = ident;
    line.unit = unit;
    line.level = level;
    line.partial = partial;
    line.stream = stream;
  }
  return false;
}

/** rsyslog writes control characters as `#011` (tab), `#012` (newline), `#033` (escape): puts tabs and newlines back. */
export function unescapeControls(line: LogLine): boolean {
  const text = line.body.slice(line.start, line.end);
  if (!text.includes('#01')) return false;
  const { decoded } = line;
  line.setBody(text.replace(/#01([12])/g, (_all, digit: string) => (digit === '1' ? '\t' : '\n')));
  line.decoded = decoded;
  return true;
}
