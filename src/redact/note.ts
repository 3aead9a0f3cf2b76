import type { Tally } from './replacer.ts';

/** What a redaction did, for the note in the archive and the line on the terminal. */
export interface RedactionNote {
  readonly files: number;
  /** paths as they would have been called, and why they are not there */
  readonly leftOut: readonly { readonly path: string; readonly reason: string }[];
  /** files that cannot be rewritten, and what stands in their place */
  readonly replaced: readonly { readonly path: string; readonly by: string }[];
  /** ids of findings that cite files that are not there: they may not be found again */
  readonly lost: readonly string[];
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
    ...(note.replaced.length === 0
      ? []
      : [
          'Files that cannot be rewritten, and what stands in their place: the lines of a journal, or the facts read from the file.',
          ...note.replaced.map(({ path, by }) => `  ${path}: ${by}`),
          '',
        ]),
    note.leftOut.length === 0 ? 'Nothing was left out.' : 'Left out:',
    ...note.leftOut.map(({ path, reason }) => `  ${path}: ${reason}`),
    ...(note.lost.length === 0 ? [] : ['', 'Findings that cite what was left out, and may not be found again:', ...note.lost.map((id) => `  ${id}`)]),
    '',
  ].join('\n');
}
