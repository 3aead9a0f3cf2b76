import { defineParser } from '../../contract.ts';
import { emitterFor } from '../emitter.ts';

const START = /^(?:PING (\S+)|#?\s*(?:tcp?p|hp)ing\s+(\S+))/;
const LOSS = /(\d+(?:\.\d+)?)% packet loss/;
const SUMMARY = /^(?:rtt|round-trip) min\/avg\/max(?:\/(?:mdev|stddev))? = [\d.]+\/([\d.]+)\/[\d.]+(?:\/[\d.]+)? ms/;
const REPLY = /^(?:\d+ bytes from |seq \d+: tcp response from ).*\btime[=<]([\d.]+) ?ms/;

interface Target {
  readonly name: string;
  readonly line: number;
  loss: number | null;
  average: number | null;
  resultLine: number;
  times: number[];
}

/** `ping` (iputils, BusyBox, macOS) and tcping, one target or several; without a summary the replies are averaged. */
export const pingStatistics = defineParser({
  kind: 'document',
  id: 'ping-statistics',
  title: 'ping',
  keep: 'all',
  accepts: (head) =>
    /^(?:PING \S+ \(?[\da-f.:]+|#?[ \t]*tcping \S+)/m.test(head) &&
    (REPLY.test(head.split('\n')[1] ?? '') || LOSS.test(head) || /^seq \d+: /m.test(head) || /^\d+ bytes from /m.test(head)),
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'kernel' });
    let target: Target | null = null;
    const flush = (): void => {
      if (target === null) return;
      const { times } = target;
      const mean = times.length === 0 ? null : times.reduce((a, b) => a + b, 0) / times.length;
      const average = target.average ?? mean;
      if (average !== null || target.loss !== null) {
        emitter.fact(
          'network.ping',
          { target: target.name, lossPercent: target.loss, avg: average === null ? null : Math.round(average * 1000) },
          target.resultLine,
        );
      }
    };
    for (const { text, line } of document.lines) {
      const start = START.exec(text);
      if (start !== null) {
        flush();
        target = { name: start[1] ?? start[2] ?? '', line, loss: null, average: null, resultLine: line, times: [] };
      }
      if (target === null) continue;
      const reply = REPLY.exec(text)?.[1];
      const loss = LOSS.exec(text)?.[1];
      const summary = SUMMARY.exec(text)?.[1];
      if (reply !== undefined) target.times.push(Number(reply));
      if (loss !== undefined) target.loss = Number(loss);
      if (summary !== undefined) target.average = Number(summary);
      if (loss !== undefined || summary !== undefined) target.resultLine = line;
    }
    flush();
  },
});
