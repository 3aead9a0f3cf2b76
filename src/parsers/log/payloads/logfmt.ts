import { levelCode } from '../line.ts';
import { utf8 } from '../latin1.ts';
import type { LogLine } from '../line.ts';
import { definePayload } from '../payload.ts';
import type { PayloadTools } from '../payload.ts';
import { zapJson } from './zap-json.ts';

const START = /(?:time|ts|level|lvl)=/y;
const TIME = /(?:^| )(?:time|ts)="?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[^" ]*)/;
const LEVEL = /(?:^| )(?:level|lvl)="?(\w+)/;
const MESSAGE = /(?:^| )msg=(?:"((?:[^"\\]|\\.)*)"|(\S*))/;

function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\(.)/g, (_all, c: string) => (c === 'n' ? '\n' : c === 't' ? '\t' : c)) : text;
}

/** k3s and rke2 hand on the lines of what they embed as their own message. */
function readInside(line: LogLine, message: string, tools: PayloadTools): boolean {
  if (!message.startsWith('{') || !message.endsWith('}')) return false;
  const { body, start, end, decoded } = line;
  line.setBody(message);
  if (zapJson.read(line, tools)) return true;
  line.body = body;
  line.start = start;
  line.end = end;
  line.decoded = decoded;
  return false;
}

/** logfmt of containerd, CRI-O, k3s, rke2, Velero (logrus) and others: `time=… level=… msg=…` in any order. */
export const logfmt = definePayload({
  id: 'logfmt',
  title: 'logfmt (containerd, CRI-O, k3s, rke2, Velero)',
  samples: [
    'time="2026-11-22T07:41:40.123456789Z" level=info msg="starting containerd" revision=x version=1.7',
    'level=info ts=2026-11-22T07:41:40.123Z caller=main.go:1 msg=starting',
  ],
  read(line, tools) {
    START.lastIndex = line.start;
    if (!START.test(line.body)) return false;
    const raw = line.body.slice(line.start, line.end);
    const message = MESSAGE.exec(raw);
    const time = TIME.exec(raw);
    if (message === null || time === null || !tools.stamps.iso(time[1] ?? '', 0)) return false;
    const { micros, zoned } = tools.stamps;
    const body = line.decoded ? (s: string): string => s : utf8;
    if (message[1] !== undefined && readInside(line, body(unescaped(message[1])), tools)) return true;
    line.time = micros;
    line.zoned = zoned;
    line.level = levelCode(LEVEL.exec(raw)?.[1] ?? '');
    // the message with the fields behind it, as klog shows them
    line.text = body(raw.slice(message.index).trimStart().slice('msg='.length));
    line.dialect = 'klog';
    return true;
  },
});
