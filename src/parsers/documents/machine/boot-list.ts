import type { EpochMicros } from '../../../model/time.ts';
import { parseRfc3339 } from '../../../model/time.ts';
import { defineParser } from '../../contract.ts';
import { emitterFor, firstLines } from '../emitter.ts';
import { zoneOffsets } from './zones.ts';

const ROW = /^\s*-?\d+ ([0-9a-f]{32}) (?:[^\s\d]+ )?(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) ([A-Z]{2,5}|[+-]\d\d(?::?\d\d)?)\b/;
const HEADER = /^IDX\s+BOOT ID\s+FIRST ENTRY\s+LAST ENTRY\s*$/;

/** `journalctl --list-boots` (systemd `journalctl-misc.c`): when the machine booted. A zone that has several meanings leaves the time open. */
export const bootList = defineParser({
  kind: 'document',
  id: 'boot-list',
  title: 'journalctl --list-boots',
  keep: 'all',
  accepts(head) {
    const [first = '', second = ''] = firstLines(head, 2);
    return ROW.test(first) || (HEADER.test(first) && (second === '' || ROW.test(second)));
  },
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'systemd' });
    for (const { text, line } of document.lines) {
      const [, bootId, day = '', zone = ''] = ROW.exec(text) ?? [];
      if (bootId === undefined) continue;
      const at = parseRfc3339(day);
      const [offset, other] = zoneOffsets(zone);
      const sure = at !== null && offset !== undefined && other === undefined ? ((at - offset) as EpochMicros) : null;
      emitter.fact('node.booted', { bootId }, line, { at: sure, meaning: 'started' });
    }
  },
});
