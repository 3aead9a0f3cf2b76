/** Keeps what was used last, within a budget of bytes; the newest stays whatever its size. */
export class Lru<Value> {
  private readonly kept = new Map<number, { readonly value: Value; readonly bytes: number }>();
  private readonly budget: number;
  private bytes = 0;

  constructor(budget: number) {
    this.budget = budget;
  }

  get(key: number): Value | undefined {
    const found = this.kept.get(key);
    if (found === undefined) return undefined;
    this.kept.delete(key);
    this.kept.set(key, found);
    return found.value;
  }

  set(key: number, value: Value, bytes: number): void {
    this.delete(key);
    this.kept.set(key, { value, bytes });
    this.bytes += bytes;
    for (const [oldest] of this.kept) {
      if (this.bytes <= this.budget || oldest === key) break;
      this.delete(oldest);
    }
  }

  delete(key: number): void {
    this.bytes -= this.kept.get(key)?.bytes ?? 0;
    this.kept.delete(key);
  }
}
