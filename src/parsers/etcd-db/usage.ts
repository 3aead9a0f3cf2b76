import type { DbPlace } from './contents.ts';
import { Column, KeyTable } from './key-table.ts';
import { keyGroup } from './resource-name.ts';
import { isTombstone, mainRevision, UserKey } from './revision.ts';
import type { PassObserver } from './status.ts';
import type { Bucket, Leaf, TreePass } from './tree.ts';

/** What one group of keys takes. Bytes are those of stored keys and values, without page overhead. */
export interface UsageRow {
  readonly by: 'bucket' | 'prefix' | 'resource';
  readonly name: string;
  /** living keys; entries for buckets other than `key` */
  readonly keys: number;
  readonly revisions: number;
  readonly bytes: number;
  /** of revisions that a compaction at the current revision would drop */
  readonly deadBytes: number;
  /** its largest entry */
  readonly largest: DbPlace;
}

export interface Space {
  readonly rows: readonly UsageRow[];
  readonly pageSize: number;
  readonly totalBytes: number;
  /** pages reached from the root */
  readonly inUseBytes: number;
  /** free pages: a defragmentation gives them back */
  readonly freeBytes: number;
  /** of dead revisions: compaction, then defragmentation gives them back */
  readonly deadBytes: number;
}

interface Group {
  name: string;
  keys: number;
  revisions: number;
  bytes: number;
  deadBytes: number;
  largest: { page: number; offset: number; length: number };
}

const MAX_GROUPS = 2000;
const OTHER = '(other)';

class Groups {
  readonly list: Group[] = [];
  readonly #byName = new Map<string, number>();

  index(name: string): number {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const full = this.list.length >= MAX_GROUPS - 1;
    const used = full ? OTHER : name;
    const again = this.#byName.get(used);
    if (again !== undefined) return again;
    this.list.push({ name: used, keys: 0, revisions: 0, bytes: 0, deadBytes: 0, largest: { page: 0, offset: 0, length: 0 } });
    this.#byName.set(used, this.list.length - 1);
    return this.list.length - 1;
  }

  add(index: number, leaf: Leaf, i: number, bytes: number, alive: number, dead: number): void {
    const g = this.list[index];
    if (g === undefined) return;
    if (bytes > g.largest.length) {
      g.largest.page = leaf.page;
      g.largest.offset = leaf.base + leaf.keyAt[i]!;
      g.largest.length = bytes;
    }
    g.revisions += 1;
    g.bytes += bytes;
    g.keys += alive;
    g.deadBytes += dead;
  }
}

/** Attributes every byte of a database to a bucket, a key prefix and a Kubernetes resource, in one pass. */
export class UsageObserver implements PassObserver {
  readonly #buckets = new Groups();
  readonly #prefixes = new Groups();
  readonly #resources = new Groups();
  readonly #table = new KeyTable();
  /** per key: bytes of its newest revision, whether that is alive, and its groups */
  readonly #newest = new Column();
  readonly #alive = new Column();
  readonly #prefix = new Column();
  readonly #resource = new Column();
  readonly #key = new UserKey();
  #reachable = 0;
  #dead = 0;

  leaf(bucket: Bucket, leaf: Leaf): void {
    const own = this.#buckets.index(bucket.name);
    const isKey = bucket.name === 'key';
    for (let i = 0; i < leaf.count; i += 1) {
      const bytes = leaf.keyLength[i]! + leaf.valueLength[i]!;
      if (isKey && mainRevision(leaf, i) >= 0 && this.#key.find(leaf, i)) this.#revision(own, leaf, i, bytes);
      else this.#buckets.add(own, leaf, i, bytes, 1, 0);
    }
  }

  done(pass: TreePass): void {
    this.#reachable = pass.reachable;
  }

  space(pageSize: number, totalBytes: number): Space {
    const rows = [...rowsOf('bucket', this.#buckets), ...rowsOf('prefix', this.#prefixes), ...rowsOf('resource', this.#resources)];
    const inUseBytes = Math.min(totalBytes, this.#reachable * pageSize);
    return { rows, pageSize, totalBytes, inUseBytes, freeBytes: totalBytes - inUseBytes, deadBytes: this.#dead };
  }

  #revision(bucket: number, leaf: Leaf, i: number, bytes: number): void {
    const key = this.#key;
    const fresh = this.#table.add(leaf.bytes, key.at, key.length);
    const { row } = this.#table;
    if (fresh) this.#place(row, leaf.bytes, key.at, key.length);
    const prefix = this.#prefix.get(row);
    const resource = this.#resource.get(row);
    const alive = isTombstone(leaf, i) ? 0 : 1;
    const before = fresh ? 0 : this.#alive.get(row);
    // what was the newest until now is dead; a deletion is dead from the start
    const dead = (fresh || before === 0 ? 0 : this.#newest.get(row)) + (alive === 1 ? 0 : bytes);
    this.#newest.set(row, bytes);
    this.#alive.set(row, alive);
    this.#dead += dead;
    this.#buckets.add(bucket, leaf, i, bytes, alive - before, dead);
    this.#prefixes.add(prefix, leaf, i, bytes, alive - before, dead);
    if (resource >= 0) this.#resources.add(resource, leaf, i, bytes, alive - before, dead);
  }

  #place(row: number, bytes: Uint8Array, at: number, length: number): void {
    const group = keyGroup(Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.min(length, 512)).toString('utf8'));
    this.#prefix.set(row, this.#prefixes.index(group.prefix));
    this.#resource.set(row, group.resource === null ? -1 : this.#resources.index(group.resource));
  }
}

function rowsOf(by: UsageRow['by'], groups: Groups): UsageRow[] {
  return groups.list.map((g) => ({ by, ...g })).sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}
