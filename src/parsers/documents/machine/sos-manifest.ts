import { epochMicros, parseRfc3339 } from '../../../model/time.ts';
import { defineParser } from '../../contract.ts';
import { emitterFor } from '../emitter.ts';
import { chooseOffset } from './date.ts';

const TIME = /^ {0,8}"(end_time|start_time)": "(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,6})?)"/;

/**
 * sosreport's manifest: when the report was begun and finished by the machine's clock, in its zone, which is not named
 * (sosreport/sos `sos/component.py`). The file itself was written at the end, so its own time tells the zone.
 */
export const sosManifest = defineParser({
  kind: 'document',
  id: 'sos-manifest',
  title: 'sosreport manifest.json',
  keep: 'all',
  accepts: (head) => /^\s*\{/.test(head) && /"cmdline": "[^"]*\bsos(?:report)?\b/.test(head) && /"start_time": "\d{4}-/.test(head),
  parse(document, sink, context) {
    const emitter = emitterFor(document, sink, { host: null, component: 'other' });
    const times = document.lines.flatMap(({ text, line }) => {
      const [, key, day = '', clock = ''] = TIME.exec(text) ?? [];
      const face = key === undefined ? null : parseRfc3339(`${day}T${clock}Z`);
      return face === null ? [] : [{ key, face, line }];
    });
    // the first of each is the report's own, those of the plugins follow
    const time = times.find(({ key }) => key === 'end_time') ?? times[0];
    if (time === undefined) return;
    const chosen = chooseOffset({ face: time.face, zone: null, offsets: [] }, { ...context, collectedAt: null });
    if (chosen === null) emitter.diagnostic('TIME_INFERRED', 'the time of the report names no zone, and nothing tells which', time.line);
    else emitter.fact('bundle.collected', { by: 'sosreport' }, time.line, { at: epochMicros(time.face - chosen.offset), meaning: 'collected' });
  },
});
