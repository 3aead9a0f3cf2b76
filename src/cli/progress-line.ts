import { formatBytes, printable, cut } from '../model/text.ts';
import type { OnProgress } from '../model/progress.ts';

/** A line on standard error that tells how far reading has come; silent where standard error is no terminal. */
export function progressLine(): { readonly tell: OnProgress; readonly clear: () => void } {
  const { stderr } = process;
  if (!stderr.isTTY) return { tell: () => undefined, clear: () => undefined };
  return {
    tell: ({ phase, bytes, totalBytes, lines, current }) => {
      const share = totalBytes === null || totalBytes === 0 ? '' : ` ${Math.min(100, Math.floor((100 * bytes) / totalBytes))} %`;
      const text = `${phase}${share}, ${formatBytes(bytes)}, ${lines} lines  ${current}`;
      stderr.write(`\r\u001b[K${cut(printable(text), Math.max(20, stderr.columns - 1))}`);
    },
    clear: () => stderr.write('\r\u001b[K'),
  };
}
