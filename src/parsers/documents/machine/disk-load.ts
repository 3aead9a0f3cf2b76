import { SECOND } from '../../../model/time.ts';
import { defineParser } from '../../contract.ts';
import { numberAt, itemsAt } from '../../json/json-access.ts';
import { readJson } from '../../json/json-tree.ts';
import { emitterFor, firstLines } from '../emitter.ts';

const MILLISECOND = SECOND / 1000;
const IOSTAT = /^Device:?\s+.*\s%util\s*$/;

/** sysstat `iostat -x`: of each device the last report, since the first of several tells of all time since its boot. */
export const iostatExtended = defineParser({
  kind: 'document',
  id: 'iostat-extended',
  title: 'iostat -x',
  keep: 'all',
  accepts: (head) => firstLines(head, 12).some((line) => IOSTAT.test(line)),
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'kernel' });
    let names: readonly string[] = [];
    const last = new Map<string, { readonly words: readonly string[]; readonly names: readonly string[]; readonly line: number }>();
    for (const { text, line } of document.lines) {
      const words = text.trim().split(/\s+/);
      if (IOSTAT.test(text)) names = words;
      else if (text.trim() === '') names = [];
      else if (names.length > 0 && words.length === names.length && !/^(?:loop|ram|sr)\d/.test(words[0] ?? ''))
        last.set(words[0] ?? '', { words, names, line });
    }
    for (const [device, row] of last) {
      const value = (name: string): number | null => {
        const word = row.words[row.names.indexOf(name)];
        return word === undefined || !/^\d+(?:[.,]\d+)?$/.test(word) ? null : Number(word.replace(',', '.'));
      };
      const wait = (name: string): number | null => {
        const milliseconds = value(name) ?? (row.names.includes('r_await') ? null : value('await'));
        return milliseconds === null ? null : Math.round(milliseconds * MILLISECOND);
      };
      const utilPercent = value('%util');
      if (utilPercent !== null)
        emitter.fact('disk.load', { device, readAwait: wait('r_await'), writeAwait: wait('w_await'), flushAwait: wait('f_await'), utilPercent }, row.line);
    }
  },
});

const FIO_TEXT = /^fio-\d/m;
const FIO_JSON = /^\s*\{[^]{0,4000}"fio version"\s*:|^\s*\{[^]{0,60000}"jobs"\s*:[^]{0,60000}"sync"\s*:\s*\{[^]{0,400}"lat_ns"/;
const NANOSECONDS: Readonly<Record<string, number>> = { nsec: 1, usec: 1e3, msec: 1e6 };

/** fio, run as etcd's documentation says to try a disk with: what matters is the 99th percentile of fdatasync, which should be below 10 ms. */
export const fioResult = defineParser({
  kind: 'document',
  id: 'fio-result',
  title: 'fio',
  keep: 'all',
  accepts: (head) => (FIO_TEXT.test(head) && /\(groupid=\d+, jobs=\d+\)|fsync\/fdatasync/.test(head)) || FIO_JSON.test(head),
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'kernel' });
    const brace = document.text.indexOf('{');
    if (!FIO_TEXT.test(document.text) && brace >= 0) {
      for (const job of itemsAt(readJson(document.text, brace).node, 'jobs')) {
        const p99 = numberAt(job, 'sync', 'lat_ns', 'percentile', '99.000000');
        const iops = numberAt(job, 'write', 'iops');
        if (p99 !== null && p99 > 0) emitter.factAt('disk.sync-tested', { p99: Math.round(p99 / 1000), iops: iops === null ? null : Math.round(iops) }, job);
      }
      return;
    }
    let iops: number | null = null;
    let unit: number | null = null;
    for (const { text, line } of document.lines) {
      const written = /^\s*write: IOPS=(\d+(?:\.\d+)?)(k?)/.exec(text);
      if (written !== null) iops = Math.round(Number(written[1]) * (written[2] === 'k' ? 1000 : 1));
      const percentiles = /^\s*(sync|\w+) percentiles \((nsec|usec|msec)\):/.exec(text);
      if (percentiles !== null) unit = percentiles[1] === 'sync' ? (NANOSECONDS[percentiles[2] ?? ''] ?? null) : null;
      const p99 = / 99\.00th=\[\s*(\d+)\]/.exec(text)?.[1];
      if (unit !== null && p99 !== undefined) emitter.fact('disk.sync-tested', { p99: Math.round((Number(p99) * unit) / 1000), iops }, line);
    }
  },
});
