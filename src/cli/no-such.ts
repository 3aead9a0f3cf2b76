import { statSync } from 'node:fs';
import { UsageError } from '../model/errors.ts';
import { EXIT } from './exit-codes.ts';

/** False where it is there but may not be seen: reading it says why. */
function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

/** Wrong letters that still count as a slip, by the length of the word. */
const slipsIn = (word: string): number => (word.length <= 4 ? 1 : 2);

/** Letters to be changed, added, left out or swapped with their neighbour to make one word of the other. */
export function slipsBetween(a: string, b: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (before[j - 2] ?? 0) + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

/**
 * What is no command is taken for a path. Throws UsageError where there is none: a slip in a command's name is wrong usage (2),
 * anything else an input that is missing (3).
 */
export function checkPaths(paths: readonly string[], commands: readonly string[]): void {
  const [first] = paths;
  const missing = paths.find(isMissing);
  if (missing === undefined || first === undefined) return;
  const word = /^[a-z-]{3,}$/i.test(first) && isMissing(first);
  const near = commands
    .map((name) => ({ name, slips: slipsBetween(first.toLowerCase(), name) }))
    .filter(({ name, slips }) => slips <= slipsIn(name))
    .toSorted((a, b) => a.slips - b.slips)[0];
  if (word && near !== undefined) throw new UsageError(`there is no such command; did you mean "inquest ${near.name}"?`, { subject: first });
  throw new UsageError(word ? 'there is no such file or directory, and no such command (inquest --help lists them)' : 'there is no such file or directory', {
    exitCode: EXIT.unreadable,
    subject: missing,
  });
}
