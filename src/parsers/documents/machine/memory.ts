import { defineParser } from '../../contract.ts';
import { emitterFor, firstLines } from '../emitter.ts';
import { binaryBytes } from '../numbers.ts';

const FREE = /^\s+total\s+used\s+free\s+shared\s+/;
const MEMINFO = /^Mem(?:Total|Available):\s+(\d+) kB$/;

/** What a plain number of `free` counts: its options are not told, but no machine has so little or so much memory. */
function unitOf(total: number): number | null {
  if (total >= 2e9) return 1;
  if (total >= 1e5) return 1024;
  return total >= 512 ? 1024 * 1024 : null;
}

/** procps `free` and the kernel's /proc/meminfo. */
export const memoryUsage = defineParser({
  kind: 'document',
  id: 'memory-usage',
  title: 'free, /proc/meminfo',
  keep: 'all',
  accepts(head) {
    const lines = firstLines(head, 5);
    return lines.some((line) => FREE.test(line)) || (lines[0] ?? '').startsWith('MemTotal:');
  },
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'kernel' });
    let names: readonly string[] = [];
    const info = new Map<string, number>();
    for (const { text, line } of document.lines) {
      if (FREE.test(text)) names = text.trim().split(/\s+/);
      const words = /^Mem:\s+(.*)$/.exec(text)?.[1]?.trim().split(/\s+/);
      if (words !== undefined && names.length > 0) {
        const unit = unitOf(Number(words[0]));
        const [totalBytes, availableBytes] = ['total', 'available'].map((name) => {
          const word = words[names.indexOf(name)] ?? '';
          return /^\d+$/.test(word) && unit === null ? null : binaryBytes(word, unit ?? 1);
        });
        // before procps 3.3.10 nothing tells what is available
        if (totalBytes != null && availableBytes != null) emitter.fact('memory.usage', { totalBytes, availableBytes }, line);
      }
      const kilobytes = MEMINFO.exec(text)?.[1];
      if (kilobytes === undefined) continue;
      info.set(text.slice(0, text.indexOf(':')), Number(kilobytes) * 1024);
      const totalBytes = info.get('MemTotal');
      const availableBytes = info.get('MemAvailable');
      if (totalBytes !== undefined && availableBytes !== undefined) emitter.fact('memory.usage', { totalBytes, availableBytes }, line);
    }
  },
});
