/** A column of a table that kubectl printed: from where to where its cells reach, in UTF-16 units. */
export interface Column {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export function columnsOf(header: string): readonly Column[] {
  const starts = [...header.matchAll(/\S+(?: \S+)*/g)].map((m) => ({ name: m[0], from: m.index }));
  return starts.map((column, i) => ({ ...column, to: starts[i + 1]?.from ?? Infinity }));
}

/** Cells by the header's columns; by words instead where a row does not keep to them (pasted with other spacing). */
export function cellsOf(columns: readonly Column[], text: string): ReadonlyMap<string, string> {
  const aligned = columns.every(({ from }) => from === 0 || from >= text.length || text[from - 1] === ' ');
  const words = text.trim().split(/\s{2,}|\t/);
  return new Map(columns.map(({ name, from, to }, i) => [name, (aligned ? text.slice(from, to) : (words[i] ?? '')).trim()]));
}
