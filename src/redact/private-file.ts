import { openSync } from 'node:fs';
import { UsageError } from '../model/errors.ts';

/**
 * Opens a new file that only its owner may read, never one that is there already. Throws UsageError in the words of `what` it is
 * (`the map`) and how `another` is named.
 */
export function openPrivate(file: string, what: string, another: string): number {
  try {
    return openSync(file, 'wx', 0o600);
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw new UsageError(
      exists
        ? `${what} exists already; remove it or name another${another}`
        : `${what} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      { subject: file },
    );
  }
}
