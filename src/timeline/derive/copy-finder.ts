import type { EntryId } from '../../model/ids.ts';
import { append } from '../group.ts';
import type { Copy } from './copy.ts';

/** Sizes in tables are rounded to a few digits. */
const SAME_SIZE = 0.01;
/** Collectors put a machine's name before the file's, parted from it by one of these. */
const PARTED = /[-_.]/g;

export function likeSize(a: number, b: number): boolean {
  return Math.abs(a - b) <= SAME_SIZE * Math.max(a, b);
}

/** Finds the copy that a sentence speaks of: by its place, else by its file's name, of several the one that was added first. */
export class CopyFinder {
  private readonly byPath = new Map<string, Copy>();
  private readonly byEntry = new Map<EntryId, Copy>();
  private readonly byName = new Map<string, Copy[]>();
  private readonly byEnding = new Map<string, Copy[]>();
  private readonly order = new Map<Copy, number>();

  add(copy: Copy): void {
    this.order.set(copy, this.order.size);
    if (!this.byPath.has(copy.path)) this.byPath.set(copy.path, copy);
    if (copy.entry !== null && !this.byEntry.has(copy.entry)) this.byEntry.set(copy.entry, copy);
    if (copy.origin === 'data-dir') return;
    const name = fileName(copy.path);
    append(this.byName, name, copy);
    for (const ending of endings(name)) append(this.byEnding, ending, copy);
  }

  /** `sizeBytes`, where it is known, must not speak against a copy of the same name. */
  find(path: string, sizeBytes: number | null, entry: EntryId | null): Copy | undefined {
    const there = [this.byPath.get(path), entry === null ? undefined : this.byEntry.get(entry)];
    const name = fileName(path);
    const named = [this.byName.get(name), this.byEnding.get(name), ...endings(name).map((ending) => this.byName.get(ending))].map((copies) =>
      copies?.find((copy) => sizeBytes === null || copy.sizeBytes === null || likeSize(copy.sizeBytes, sizeBytes)),
    );
    return this.first(there) ?? this.first(named);
  }

  private first(copies: readonly (Copy | undefined)[]): Copy | undefined {
    const rank = (copy: Copy): number => this.order.get(copy) ?? Infinity;
    return copies.filter((copy) => copy !== undefined).toSorted((a, b) => rank(a) - rank(b))[0];
  }
}

/** What a tool wrote of a snapshot often lies beside it, named after it. */
const TOLD_OF = /-status\.(?:json|txt|table)$/;

/** Whether two paths speak of one snapshot: a collector's copy of it, or what a tool printed of it. */
export function sameSnapshot(a: string, b: string): boolean {
  const [one, other] = [a, b].map((path) => fileName(path).replace(TOLD_OF, '.db')) as [string, string];
  return one === other || endings(one).includes(other) || endings(other).includes(one);
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** What may be left of a name once a machine's name before it is taken away. */
function endings(name: string): readonly string[] {
  return [...name.matchAll(PARTED)].map(({ index }) => name.slice(index + 1)).filter((ending) => ending !== '');
}
