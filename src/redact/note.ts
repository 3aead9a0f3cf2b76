import type { Tally } from './replacer.ts';

/** What a redaction did, for the note in the archive and the line on the terminal. */
export interface RedactionNote {
  readonly files: number;
  /** paths as they would have been called, and why they are not there */
  readonly leftOut: readonly { readonly path: string; readonly reason: string }[];
  readonly tally: Tally;
  /** names left as they are because they are common words */
  readonly keptNames: number;
}

/** REDACTED.txt: what was replaced and what is missing. Holds no original name. */
export function noteText(note: RedactionNote): string {
  const counts = [...note.tally].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([kind, n]) => `  ${String(n).padStart(9)}  ${kind}`);
  return [
    'This bundle was redacted by inquest.',
    '',
    `${note.files} files were rewritten. Replaced or removed:`,
    ...(counts.length === 0 ? ['  nothing'] : counts),
    '',
    'Names are pseudonyms, the same everywhere: node-1 is one machine wherever it stands. Times, ids, ports and versions are unchanged.',
    ...(note.keptNames === 0 ? [] : [`${note.keptNames} names are common words and were left as they are.`]),
    '',
    note.leftOut.length === 0 ? 'Nothing was left out.' : 'Left out:',
    ...note.leftOut.map(({ path, reason }) => `  ${path}: ${reason}`),
    '',
  ].join('\n');
}
