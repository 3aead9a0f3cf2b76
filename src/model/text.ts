/** Characters that must never reach a terminal, HTML or CSV raw: C0, DEL, C1, bidi controls, line separators. */
// oxlint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Makes text from a bundle safe to print: tabs become a space, other control characters a visible escape. */
export function printable(text: string): string {
  UNSAFE.lastIndex = 0;
  return text.replace(UNSAFE, (c) => (c === '\t' ? ' ' : `\\u{${c.codePointAt(0)?.toString(16) ?? ''}}`));
}

/** Cuts to at most `max` UTF-16 units, ending in `…` when cut, never inside a surrogate pair. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  let end = Math.max(0, max - 1);
  const last = text.charCodeAt(end - 1);
  if (last >= 0xd800 && last <= 0xdbff) end -= 1;
  return `${text.slice(0, end)}…`;
}

/** SI size for people: `16.8 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let unit = -1;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${units[unit] ?? ''}`;
}
