import type { Ledger } from './ledger.ts';

interface Link {
  readonly path: string;
  /** paths of which one must exist for the link to lead somewhere in the bundle */
  readonly targets: readonly string[];
  readonly target: string;
}

/** Resolves `target` as seen from the folder of `inner`; null when it climbs above the root. */
function resolveIn(inner: string, target: string): string | null {
  const parts = inner.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/');
}

/** Links are not entries: their targets are. Those that lead out, or nowhere, are told once everything was seen. */
export class LinkBook {
  readonly #ledger: Ledger;
  #links: Link[] = [];

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** `prefix` is the archive's own part of the path, `inner` the link's path in it. */
  symlink(prefix: string, inner: string, target: string): void {
    const path = prefix + inner;
    if (target.startsWith('/')) {
      // Copies of a node's file system keep absolute links: any leading folder may stand for that node's root.
      const folders = inner.split('/').slice(0, -1);
      const roots = folders.map((_, at) => folders.slice(0, at + 1).join('/'));
      const rest = resolveIn('', target) ?? '';
      this.#links.push({ path, target, targets: [rest, ...roots.map((root) => `${root}/${rest}`)].map((to) => prefix + to) });
      return;
    }
    const resolved = resolveIn(inner, target);
    if (resolved === null) this.#outside(path, target);
    else this.#links.push({ path, target, targets: [prefix + resolved] });
  }

  /** A hard link names its target by the path from the archive's root. */
  hardlink(prefix: string, inner: string, target: string): void {
    const resolved = target.startsWith('/') ? null : resolveIn('', target);
    if (resolved === null) this.#outside(prefix + inner, target);
    else this.#links.push({ path: prefix + inner, target, targets: [prefix + resolved] });
  }

  /** Tells of links whose target is not in the bundle; call once all entries were seen. */
  settle(): void {
    const links = this.#links;
    this.#links = [];
    if (links.length === 0) return;
    const known = this.#ledger.places();
    for (const { path, target, targets } of links) {
      if (!targets.some((to) => known.has(to))) this.#outside(path, target);
    }
  }

  #outside(path: string, target: string): void {
    this.#ledger.remark('LINK_OUTSIDE', path, `leads to ${target}, which is not in the bundle`);
  }
}
