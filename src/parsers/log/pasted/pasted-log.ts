import { defineParser } from '../../contract.ts';
import type { EntryContext, LogParser } from '../../contract.ts';
import { textLog } from '../text-log.ts';
import { cleanLine, isMarkedUp } from './clean.ts';
import { findMarks, mayBeMarked, tellsServices } from './marks.ts';
import type { Lane, Mark } from './marks.ts';
import { PastedReader } from './pasted-reader.ts';
import type { BareLine } from './pasted-reader.ts';

const SAMPLE = 200;
/** Lines of the head that the cheap look takes. */
const FEW = 40;

/** What stands around the lines of a file. */
interface View {
  readonly marks: readonly Mark[];
  /** the first lines without it */
  readonly bare: readonly string[];
  readonly services: boolean;
}

/** Null when nothing does. */
function view(head: Uint8Array, context: EntryContext): View | null {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
  const lines = text
    .split('\n')
    .map(cleanLine)
    .filter((line) => line.trim() !== '')
    .slice(0, SAMPLE);
  const markedUp = isMarkedUp(text);
  if (lines.length === 0 || (!markedUp && !mayBeMarked(lines.slice(0, FEW)))) return null;
  const score = (some: readonly string[]): number => textLog.score(Buffer.from(some.join('\n'), 'latin1'), context);
  const marks = findMarks(lines, score);
  if (marks.length === 0 && !markedUp) return null;
  return { marks, bare: lines.map((line) => unmarked(line, marks, false).text), services: tellsServices(lines) };
}

function unmarked(line: string, marks: readonly Mark[], services: boolean): BareLine {
  let text = line;
  let lane: Lane | null = null;
  for (const mark of marks) {
    const match = mark.pattern.exec(text);
    if (match === null) continue;
    text = text.slice(match[0].length);
    if (mark.lane === undefined) continue;
    const named = mark.lane(match);
    lane = mark.id === 'service' && !services ? { ...named, host: null } : named;
  }
  return { text, lane };
}

/**
 * Log lines with something around each: quoted in a mail, indented, numbered, found by grep, behind the names of their pods or
 * services, coloured, or as a terminal recorded them.
 */
export const pastedLog: LogParser = defineParser({
  kind: 'log',
  id: 'pasted-log',
  title: 'log lines behind marks: quoted, indented, numbered, grep, kubectl --prefix, stern, compose, terminal colours',
  score(head, context) {
    const found = view(head, context);
    return found === null ? 0 : textLog.score(Buffer.from(found.bare.join('\n'), 'latin1'), context);
  },
  open(sink, context, head) {
    const { marks, services, bare } = view(head, context) ?? { marks: [], services: false, bare: [] };
    const sample = Buffer.from(bare.join('\n'), 'latin1');
    return new PastedReader(
      sink,
      context,
      (line) => unmarked(cleanLine(line), marks, services),
      (laneSink, laneContext) => textLog.open(laneSink, laneContext, sample),
    );
  },
});
