import { defineParser } from '../../contract.ts';
import { emitterFor, firstLines } from '../emitter.ts';

const STATUS = /^(un)?synchroni[sz]ed(?: to .+ at stratum \d+)?\s*$/;

/** `ntpstat`: in sync or not, no offset. */
export const ntpstatStatus = defineParser({
  kind: 'document',
  id: 'ntpstat-status',
  title: 'ntpstat',
  keep: 'all',
  accepts: (head) =>
    head.length < 1000 && STATUS.test(firstLines(head, 1)[0] ?? '') && /^\s+(?:time correct|polling server|clock|time server)|^synchronised to /m.test(head),
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'ntpd' });
    for (const { text, line } of document.lines) {
      const m = STATUS.exec(text);
      if (m !== null)
        emitter.fact('clock.synchronisation', { synchronised: m[1] === undefined, ntpActive: null, zone: null, zoneOffset: null, rtc: null }, line);
    }
  },
});
