/**
 * What was logged, out of the JSON that `journalctl -o json` or docker wrote round it: a cut excerpt of that shows nothing but cursors and
 * boot ids. Any other line stands as it is; the place beside it leads to the whole.
 */
export function unwrapped(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed !== 'object' || parsed === null) return line;
    const logged: unknown = 'MESSAGE' in parsed ? parsed.MESSAGE : 'log' in parsed ? parsed.log : null;
    return typeof logged === 'string' ? logged.trimEnd() : line;
  } catch {
    return line;
  }
}
