import { archiveStem } from '../bundle/entry-path.ts';
import type { Replacer } from './replacer.ts';

/**
 * Where an entry goes: archives within the bundle become folders named like them without their suffix (a top folder of the same
 * name inside is not doubled), names are replaced, `.gz` stays and other compressions go. `top` is put in front when not null.
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
  return replacer.characters(top === null ? out : `${top}/${out}`);
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
