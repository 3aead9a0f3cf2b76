import { archiveStem } from '../bundle/entry-path.ts';
import type { Replacer } from './replacer.ts';
import { isGenericWord } from './words.ts';

/** Words of collectors in the names of bundles. */
const COLLECTOR =
  /^(?:must|gather|sos|sosreport|inspect|scc|supportconfig|insights|crashd|crash|diag|aks|eks|gke|k0s|nodes|troubleshoot|quay|ocp|release|art|logs?|incident|case|zone|subject|redacted|info|systems?|hostinfo)$/i;
/** a number, a date or a time */
const STAMP = /^(?:v?\d+|\d*T?\d+Z?)$/i;

/**
 * Where an entry goes: archives within the bundle become folders named like them without their suffix (a top folder of the same
 * name inside is not doubled), names are replaced, `.gz` stays and other compressions go. `top` is put in front when not null; the first
 * folder is the bundle's own name, of which only common words and dates stay.
 */
export function outputPath(path: string, top: string | null, replacer: Replacer): string {
  const parts = path.split('!/');
  let out = '';
  parts.forEach((part, i) => {
    const folder = out.split('/').at(-1) ?? '';
    const inner = i > 0 && part.startsWith(`${folder}/`) ? part.slice(folder.length + 1) : part;
    const base = out === '' ? inner : `${out}/${inner}`;
    if (i === parts.length - 1) out = base.replace(/\.(?:xz|zst|bz2)$/, '');
    else out = [...base.split('/').slice(0, -1), archiveStem(base)].join('/');
  });
  const replaced = replacer.characters(top === null ? out : `${top}/${out}`);
  const slash = replaced.indexOf('/');
  return slash < 0 ? replaced : `${plainTop(replaced.slice(0, slash))}${replaced.slice(slash)}`;
}

/** The bundle's own name without words that may be a customer's; dates stay, for they may be the only word on when it was made. */
function plainTop(name: string): string {
  const pieces = name.split(/([-_.]+)/);
  const out = pieces.map((piece, i) => {
    if (i % 2 === 1 || piece === '' || COLLECTOR.test(piece) || STAMP.test(piece) || isGenericWord(piece)) return piece;
    // the random letters that sos and others put behind the date
    return i === pieces.length - 1 && STAMP.test(pieces[i - 2] ?? '') && /^[a-z]{5,7}$/.test(piece) ? piece : 'bundle';
  });
  return out.join('').replace(/bundle(?:[-_.]bundle)+/g, 'bundle');
}

/** Keeps paths apart that became equal. */
export class PathBook {
  readonly #used = new Set<string>();

  take(path: string): string {
    let name = path;
    for (let n = 2; this.#used.has(name); n += 1) name = `${path}.${n}`;
    this.#used.add(name);
    return name;
  }
}
