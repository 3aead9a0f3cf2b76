import { mayHoldUnitStatus, splitUnitStatus } from './unit-status.ts';
import { mayBeShellTranscript, splitShellTranscript } from './shell-transcripts.ts';
import type { TranscriptCommand } from './shell-transcripts.ts';

/** A stretch of a file that holds one thing: whole lines, from `start` to `end` in bytes. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  /** 1-based number of its first line */
  readonly firstLine: number;
  /** bytes of its first line, where that names the command whose output follows */
  readonly header?: number;
  readonly command?: TranscriptCommand | null;
}

const NEWLINE = 10;
/** SUSE supportutils `bin/supportconfig`, log_cmd and log_files: the command or the file's path stands in the next line, behind `# ` */
const SUPPORTCONFIG = '#==[ ';
/** kubernetes/kubectl `pkg/cmd/clusterinfo/clusterinfo_dump.go` */
const DUMP_START = '==== START logs for ';
const DUMP_END = '==== END logs for ';

/** True when a file may hold several things one after another that have to be told apart before any is read. */
export function mayHoldPieces(head: string): boolean {
  return (
    /^#==\[ [A-Z][\w ]* \]=/m.test(head) ||
    /^\s*\{\r?\n\s*"(?:kind|apiVersion|metadata|items)"/.test(head) ||
    mayHoldUnitStatus(head) ||
    mayBeShellTranscript(head)
  );
}

/**
 * Cuts supportconfig's files at the headers of their sections, the text of `kubectl cluster-info dump` where logs and objects follow
 * each other, `systemctl status` where the log of a
 * unit begins, and shell transcripts at their commands. Null when the file is none of these.
 */
export function splitPieces(bytes: Uint8Array): readonly Piece[] | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sections = buffer.subarray(0, 4096).includes(SUPPORTCONFIG);
  if (!sections && !buffer.includes(DUMP_START)) return splitUnitStatus(buffer) ?? splitShellTranscript(buffer);
  const pieces: Piece[] = [];
  let start = 0;
  let firstLine = 1;
  let inLog = false;
  const cut = (at: number, line: number): void => {
    if (at > start) pieces.push({ start, end: at, firstLine });
    start = at;
    firstLine = line;
  };
  let line = 1;
  for (let at = 0; at < buffer.length; line += 1) {
    const newline = buffer.indexOf(NEWLINE, at);
    const next = newline < 0 ? buffer.length : newline + 1;
    const begins = (text: string): boolean => buffer.length - at >= text.length && buffer.toString('latin1', at, at + text.length) === text;
    if (sections) {
      // the header and the line that names the command are a piece of their own, so that what follows begins as it would alone
      if (begins(SUPPORTCONFIG)) {
        cut(at, line);
        inLog = true;
      } else if (inLog) {
        cut(next, line + 1);
        inLog = false;
      }
    } else if (begins(DUMP_START)) {
      if (!inLog) cut(at, line);
      inLog = true;
    } else if (inLog && begins('{')) {
      // an object behind the end of a log; within one a line may begin so too
      if (afterEnd(buffer, at)) {
        cut(at, line);
        inLog = false;
      }
    }
    at = next;
  }
  cut(buffer.length, line);
  return pieces.length < 2 ? null : pieces;
}

function afterEnd(buffer: Buffer, at: number): boolean {
  const before = buffer.lastIndexOf(NEWLINE, Math.max(0, at - 2)) + 1;
  return buffer.toString('latin1', before, Math.min(at, before + DUMP_END.length)) === DUMP_END;
}
