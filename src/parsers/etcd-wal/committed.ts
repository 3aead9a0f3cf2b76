/** Holds what entries mean until the log says they are committed; a later entry with the same index replaces them. */
export class Committed {
  #waiting: { readonly raftIndex: number; readonly apply: () => void }[] = [];
  #lastIndex = 0;
  /** entries that a later leader replaced before they were committed */
  replaced = 0;

  /** An entry was appended; `apply` is null when nothing is to be told of it. */
  append(raftIndex: number, apply: (() => void) | null): void {
    if (raftIndex <= this.#lastIndex) {
      this.replaced += this.#lastIndex - raftIndex + 1;
      this.#waiting = this.#waiting.filter((w) => w.raftIndex < raftIndex);
    }
    this.#lastIndex = raftIndex;
    if (apply !== null) this.#waiting.push({ raftIndex, apply });
  }

  commit(commitIndex: number): void {
    let done = 0;
    for (const w of this.#waiting) {
      if (w.raftIndex > commitIndex) break;
      w.apply();
      done += 1;
    }
    if (done > 0) this.#waiting.splice(0, done);
  }
}
