import { epochMicros, parseRfc3339, zoneMicros } from '../../../model/time.ts';
import type { EpochMicros } from '../../../model/time.ts';
import { defineParser } from '../../contract.ts';
import { booleanAt, stringAt } from '../../json/json-access.ts';
import { readJson } from '../../json/json-tree.ts';
import { emitterFor } from '../emitter.ts';
import type { Emitter } from '../emitter.ts';

const STATUS = /^[ \t]*(?:Universal time|RTC time|Time zone|System clock synchronized|NTP synchronized): /m;
const SHOW = /^(?:NTPSynchronized|TimeUSec|LocalRTC)=/m;
const HOST_COLLECTOR = /^\s*\{\s*"timezone":/;

function yes(value: string | undefined): boolean | null {
  if (value === undefined) return null;
  if (/^(?:yes|active)\b/.test(value)) return true;
  return /^(?:no|inactive|n\/a)\b/.test(value) ? false : null;
}

/** `Sun 2026-11-22 09:13:59 UTC`, without its zone. */
function clockFace(value: string | undefined): EpochMicros | null {
  return parseRfc3339(/(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/.exec(value ?? '')?.[1] ?? '');
}

/** `timedatectl status` (systemd `src/timedate/timedatectl.c`; labels differ before 239), `timedatectl show`, and troubleshoot's `time.json`. */
export const timedatectlStatus = defineParser({
  kind: 'document',
  id: 'timedatectl-status',
  title: 'timedatectl',
  keep: 'all',
  accepts: (head) =>
    head.length < 8000 &&
    ((STATUS.test(head) && /^[ \t]*(?:Local time|Universal time): /m.test(head)) ||
      (SHOW.test(head) && /^Timezone=/m.test(head)) ||
      (HOST_COLLECTOR.test(head) && head.includes('"ntp_'))),
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'systemd' });
    if (HOST_COLLECTOR.test(document.text)) hostCollector(document.text, emitter);
    else keyed(document.lines, emitter);
  },
});

function hostCollector(text: string, emitter: Emitter): void {
  const { node } = readJson(text);
  if (node === null) return;
  emitter.fact(
    'clock.synchronisation',
    {
      synchronised: booleanAt(node, 'ntp_synchronized'),
      ntpActive: booleanAt(node, 'ntp_active'),
      zone: stringAt(node, 'timezone'),
      zoneOffset: null,
      rtc: null,
    },
    1,
  );
}

function keyed(lines: readonly { readonly text: string; readonly line: number }[], emitter: Emitter): void {
  const values = new Map<string, string>();
  let place = 1;
  for (const { text, line } of lines) {
    const m = /^\s*([A-Za-z][\w. -]*?)(?:: |=)\s*(.*?)\s*$/.exec(text);
    if (m === null) continue;
    values.set((m[1] ?? '').toLowerCase(), m[2] ?? '');
    if (/synchroni[sz]ed/i.test(m[1] ?? '')) place = line;
  }
  const zoneText = values.get('time zone') ?? values.get('timezone');
  const offset = /([+-]\d{4})\)?$/.exec(zoneText ?? '')?.[1];
  const local = clockFace(values.get('local time'));
  const zoneOffset = offset === undefined ? null : zoneMicros(offset);
  const universal = clockFace(values.get('universal time')) ?? (local !== null && zoneOffset !== null ? epochMicros(local - zoneOffset) : null);
  emitter.fact(
    'clock.synchronisation',
    {
      synchronised: yes(values.get('system clock synchronized') ?? values.get('ntp synchronized') ?? values.get('ntpsynchronized')),
      ntpActive: yes(
        values.get('ntp service') ??
          values.get('network time on') ??
          values.get('ntp enabled') ??
          values.get('systemd-timesyncd.service active') ??
          values.get('ntp'),
      ),
      zone: zoneText?.split(' ')[0] || null,
      zoneOffset,
      rtc: values.get('rtc in local tz') === 'yes' ? null : clockFace(values.get('rtc time')),
    },
    place,
    { at: universal, meaning: 'collected' },
  );
}
