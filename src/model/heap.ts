/** A binary heap whose first element may be changed in place. */
export class Heap<Value> {
  private readonly values: Value[] = [];
  private readonly compare: (a: Value, b: Value) => number;

  constructor(compare: (a: Value, b: Value) => number) {
    this.compare = compare;
  }

  peek(): Value | undefined {
    return this.values[0];
  }

  push(value: Value): void {
    const { values } = this;
    let at = values.push(value) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const above = values[up];
      if (above === undefined || this.compare(above, value) <= 0) break;
      values[at] = above;
      values[up] = value;
      at = up;
    }
  }

  pop(): void {
    const last = this.values.pop();
    if (last === undefined || this.values.length === 0) return;
    this.values[0] = last;
    this.sink();
  }

  /** to be called when the first element grew */
  sink(): void {
    const { values } = this;
    const value = values[0];
    if (value === undefined) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let least = values[child];
      if (least === undefined) return;
      const right = values[child + 1];
      if (right !== undefined && this.compare(right, least) < 0) {
        child += 1;
        least = right;
      }
      if (this.compare(value, least) <= 0) return;
      values[at] = least;
      values[child] = value;
      at = child;
    }
  }
}
