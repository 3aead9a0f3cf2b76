import { closeSync, existsSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../model/errors.ts';
import { systemReason } from './system-error.ts';

/** Writes text in pieces to a file or standard output; a reader that went away (`| head`) ends the program quietly. */
export function writeAll(pieces: Iterable<string>, file: string | undefined): void {
  const fd = file === undefined ? 1 : openForWriting(file);
  try {
    for (const piece of pieces) writeFully(fd, Buffer.from(piece, 'utf8'));
  } catch (error) {
    if (isBrokenPipe(error)) process.exit(0);
    if (!(error instanceof WriteError)) throw error;
    // half a report would pass for a whole one
    if (file !== undefined && statSync(file).isFile()) rmSync(file);
    throw new UsageError(`the output cannot be written: ${systemReason(error.cause)}`, { subject: file ?? 'standard output' });
  } finally {
    if (fd !== 1) closeSync(fd);
  }
}

function openForWriting(file: string): number {
  try {
    return openSync(file, 'w');
  } catch (error) {
    const why = existsSync(dirname(resolve(file))) ? systemReason(error) : 'its folder does not exist';
    throw new UsageError(`the output cannot be written: ${why}`, { subject: file });
  }
}

/** The system refused what was written: not a failure of whoever made the pieces. */
class WriteError extends Error {}

function writeFully(fd: number, bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.byteLength) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      // a terminal or pipe that is slower than we are: wait a little and go on
      if (isBrokenPipe(error)) throw error;
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw new WriteError('', { cause: error });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}
