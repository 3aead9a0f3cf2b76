import { defineEnvelope } from '../envelope.ts';
import { levelCode } from '../line.ts';

const KMSG = /(?:kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local\d): +(\w+): \[/y;

/** Talos' kernel log, its own messages among it. Upstream: siderolabs/talos `internal/pkg/kmsg`, `FACILITY: PRIORITY: [TIME]: text`. */
export const talosKernel = defineEnvelope({
  id: 'talos-kernel',
  title: 'talosctl dmesg',
  kind: 'host',
  samples: ['kern:    info: [2026-11-22T07:41:35.229823456Z]: body', 'user: warning: [2026-11-22T07:41:35.229823456Z]: body'],
  peel(line, { stamps }) {
    const { body: s } = line;
    KMSG.lastIndex = line.start;
    const severity = KMSG.exec(s)?.[1];
    if (severity === undefined || !stamps.iso(s, KMSG.lastIndex) || !stamps.zoned || !s.startsWith(']: ', stamps.end)) return false;
    line.outer = stamps.micros;
    line.outerFine = stamps.decimals >= 3;
    line.level = levelCode(severity);
    line.ident = 'kernel';
    line.start = stamps.end + 3;
    return true;
  },
});

const COMMA = 44;

/** `dmesg --time-format iso` (util-linux `dmesg.c`): a comma before the microseconds, always a zone. */
export const dmesgIso = defineEnvelope({
  id: 'dmesg-iso',
  title: 'dmesg --time-format iso',
  kind: 'host',
  samples: ['2026-11-22T07:41:35,229823+00:00 Out of memory: Killed process 1 (etcd)', '2026-11-22T07:41:35,229823+01:00 usb 1-1: new device'],
  peel(line, { stamps }) {
    const { body: s, start } = line;
    if (s.charCodeAt(start + 19) !== COMMA || !stamps.iso(s, start) || !stamps.zoned || stamps.decimals !== 6 || s.charCodeAt(stamps.end) !== 32) return false;
    line.outer = stamps.micros;
    line.outerFine = true;
    line.ident = 'kernel';
    line.start = stamps.end + 1;
    return true;
  },
});

const AFTER = /\]?(?:: |(?: |: )(?:- )?\[?(DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|ERR|CRITICAL|CRIT|FATAL)\]?:? (?:- )?|\] )/iy;
const BRACKET = 91;

/**
 * What scripts write, with or without a level: `2026-11-22 07:41:35: text`, `[2026-11-22 07:41:35] text`, `2026-11-22 07:41:35,123 INFO:
 * text`. Rancher's collector, sos and most backup jobs do so. Local time of the machine, no zone.
 */
export const dated = defineEnvelope({
  id: 'dated',
  title: 'log of a script, dated without a zone',
  kind: 'host',
  samples: ['2026-11-22 07:41:35: body', '[2026-11-22 07:41:35] body', '2026-11-22 07:41:35,123 INFO: body', '2026-11-22 07:41:35 [ERROR] body'],
  peel(line, { stamps }) {
    const { body: s } = line;
    const bracketed = s.charCodeAt(line.start) === BRACKET;
    if (!stamps.iso(s, bracketed ? line.start + 1 : line.start)) return false;
    const { micros, decimals, zoned, end } = stamps;
    AFTER.lastIndex = end;
    const m = AFTER.exec(s);
    if (m === null || (s.charCodeAt(end) === 93) !== bracketed) return false;
    line.outer = micros;
    line.outerZoned = zoned;
    line.outerFine = decimals >= 3;
    if (m[1] !== undefined) line.level = levelCode(m[1]);
    line.start = AFTER.lastIndex;
    return true;
  },
});
