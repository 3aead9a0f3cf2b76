const BASE = 256 << 20;
const PER_BYTE = 64;

/** How many bytes a file may unfold to: a small crafted file can name one long field from a million entries. */
export class Budget {
  readonly limit: number;
  private left: number;

  constructor(fileSize: number) {
    this.limit = BASE + PER_BYTE * fileSize;
    this.left = this.limit;
  }

  spend(bytes: number): void {
    this.left -= bytes;
  }

  get exhausted(): boolean {
    return this.left < 0;
  }
}
