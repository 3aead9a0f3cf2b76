import type { EpochMicros } from '../../../model/time.ts';
import { parseRfc3339 } from '../../../model/time.ts';
import { defineParser } from '../../contract.ts';
import { emitterFor } from '../emitter.ts';

const PAGE = /^\s*<!doctype html>[\s\S]{0,4000}?<title>(?:Events|Openshift Event Grid Viewer)<\/title>/i;
const ROW = /<tr>([\s\S]*?)<\/tr>/g;
const CELL = /<td\b[^>]*>([\s\S]*?)<\/td>/g;
const LAST_SEEN = /<time[^>]*\bdatetime="(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?) ?(Z|(?:&#43;|[+-])\d\d:?\d\d)/;
const TIMES = /\(x(\d+)\)/;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#34': '"', '#39': "'", '#43': '+', nbsp: ' ' };

function plain(markup: string): string {
  return markup
    .replace(/<[^>]*>/g, '')
    .replace(/&(#?\w{2,6});/g, (whole, name: string) => ENTITIES[name] ?? whole)
    .trim();
}

function lastSeen(cell: string): EpochMicros | null {
  const m = LAST_SEEN.exec(cell);
  return m === null ? null : parseRfc3339(`${(m[1] ?? '').replace(' ', 'T')}${plain(m[2] ?? '')}`);
}

/** `event-filter.html` of must-gather and inspect: a page with all Events, a row each (openshift/oc `pkg/cli/admin/inspect/event_filter_html.go`). It does not name the objects. */
export const mustGatherEvents = defineParser({
  kind: 'document',
  id: 'must-gather-events',
  title: 'must-gather event-filter.html',
  keep: 'all',
  accepts: (head) => PAGE.test(head),
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'other' });
    for (const row of document.text.matchAll(ROW)) {
      const cells = [...(row[1] ?? '').matchAll(CELL)].map((m) => m[1] ?? '');
      if (cells.length !== 5) continue;
      const [time = '', namespace = '', , reason = '', message = ''] = cells;
      emitter.factAt(
        'k8s.event',
        {
          reason: plain(reason),
          kind: '',
          name: '',
          namespace: plain(namespace) || null,
          message: plain(message),
          type: /text-(?:danger|warning)/.test(reason) ? 'Warning' : 'Normal',
          count: Number(TIMES.exec(time)?.[1] ?? 1),
        },
        { start: row.index, end: row.index + row[0].length },
        { at: lastSeen(time), meaning: 'observed' },
      );
    }
  },
});
