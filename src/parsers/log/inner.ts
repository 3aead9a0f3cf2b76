import type { EnvelopeTools } from './envelope.ts';
import { cri, dockerJson, timestamps } from './envelopes/container.ts';
import { journalIso, journalShort } from './envelopes/journal-text.ts';
import type { LogLine } from './line.ts';

const INSIDE = [cri, dockerJson, journalIso, journalShort, timestamps];

/**
 * Takes off a second wrapper: a container's log line handed on by the journal, docker JSON around a CRI line, a journal's
 * line in a record of a log store. What the outer one said of the machine stays unless the inner one names it too; the program is no
 * longer the one that handed the line on. Leaves the line as it was when there is none.
 */
export function peelInner(line: LogLine, tools: EnvelopeTools): boolean {
  const c = line.body.charCodeAt(line.start);
  // `{`, a digit, `<` or a month
  if (c !== 123 && c !== 60 && !(c >= 48 && c <= 57) && !(c >= 65 && c <= 90)) return false;
  const { body, start, end, decoded, outer, outerZoned, outerFine, yearless, host, ident, unit, level, partial, stream } = line;
  for (const envelope of INSIDE) {
    if (envelope.peel(line, tools)) {
      const named = envelope.kind === 'host';
      line.host = named ? (line.host ?? host) : host;
      line.unit = null;
      if (!named) line.ident = '';
      // what the outer wrapper split is put together by its own marks
      line.partial ||= partial;
      if (!named) line.yearless = false;
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
