import type { DiagnosticCode } from '../model/diagnostic.ts';
import type { BundleRemark, Limits } from './contract.ts';
import { Expansion } from './expansion.ts';

/** What reading one bundle has cost and found so far; shared by everything that reads it. */
export class Ledger {
  readonly limits: Limits;
  /** true once a limit of the whole bundle was reached: every reader stops at its next step */
  stopped = false;
  /** bytes of the bundle as it lies on disk; bounds the overall expansion */
  readonly diskBytes: number;
  readonly name: string;
  #remarks: BundleRemark[] = [];
  #entries = 0;
  #bytes = 0;
  readonly #expansion: Expansion;
  #paths = new Map<string, number>();

  constructor(limits: Limits, name: string, diskBytes: number) {
    this.limits = limits;
    this.name = name;
    this.diskBytes = diskBytes;
    this.#expansion = new Expansion(limits.expansion);
  }

  remark(code: DiagnosticCode, path: string, detail: string): void {
    this.#remarks.push({ code, path, detail });
  }

  take(): readonly BundleRemark[] {
    const taken = this.#remarks;
    this.#remarks = [];
    return taken;
  }

  /** Counts one member of any archive or directory, links included; false when there may be no more. */
  admit(path: string): boolean {
    if (this.stopped) return false;
    this.#entries += 1;
    if (this.#entries <= this.limits.entries) return true;
    this.#stop('ENTRY_LIMIT', path, `more than ${this.limits.entries} entries; reading stopped here (--limit-entries)`);
    return false;
  }

  /** Counts decompressed bytes; false when there may be no more. */
  spend(chunk: Uint8Array, path: string): boolean {
    if (this.stopped) return false;
    this.#bytes += chunk.length;
    this.#expansion.add(chunk);
    const { totalBytes, expansion } = this.limits;
    if (this.#bytes > totalBytes) {
      this.#stop('EXPANSION_LIMIT', path, `more than ${totalBytes} decompressed bytes in all; reading stopped here (--limit-total-bytes)`);
      return false;
    }
    if (this.#expansion.exceeds(this.diskBytes)) {
      this.#stop('EXPANSION_LIMIT', path, `the bundle holds more than ${expansion} times its size; reading stopped here (--limit-expansion)`);
      return false;
    }
    return true;
  }

  /** The path under which an entry is kept: itself, or ` (2)`, ` (3)` … behind it when it was taken. */
  claim(path: string): string {
    const seen = this.#paths.get(path);
    if (seen === undefined) {
      this.#paths.set(path, 1);
      return path;
    }
    let count = seen;
    let free: string;
    do {
      count += 1;
      free = `${path} (${count})`;
    } while (this.#paths.has(free));
    this.#paths.set(path, count);
    this.#paths.set(free, 1);
    this.remark('PATH_DUPLICATE', free, `the archive holds ${path} more than once`);
    return free;
  }

  /** Every path that was kept, and every folder and archive above one. */
  places(): ReadonlySet<string> {
    const places = new Set<string>();
    for (const path of this.#paths.keys()) {
      let rest = path;
      while (rest !== '' && !places.has(rest)) {
        places.add(rest);
        rest = rest.slice(0, Math.max(0, rest.lastIndexOf('/'))).replace(/!$/, '');
      }
    }
    return places;
  }

  #stop(code: DiagnosticCode, path: string, detail: string): void {
    this.stopped = true;
    this.remark(code, path === '' ? this.name : path, detail);
  }
}
