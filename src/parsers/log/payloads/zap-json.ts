import { LEVEL_CODE } from '../../../model/event.ts';
import type { LogLine } from '../line.ts';
import { isRecord, levelCode } from '../line.ts';
import type { ZapShapes } from '../zap-shapes.ts';
import { definePayload } from '../payload.ts';
import type { PayloadTools } from '../payload.ts';

const LEVEL_AT = '{"level":"';
const CALLER = '"caller":"';
const LOGGER = '"logger":"';
const MSG = '"msg":"';
const QUOTE = 34;
const BACKSLASH = 92;

/** Level from its first letter: debug info warn error dpanic/panic fatal; the two d's differ in the second letter. */
function levelAt(s: string, at: number): number {
  switch (s.charCodeAt(at)) {
    case 105:
      return LEVEL_CODE.info;
    case 119:
      return LEVEL_CODE.warn;
    case 101:
      return LEVEL_CODE.error;
    case 100:
      return s.charCodeAt(at + 1) === 101 ? LEVEL_CODE.debug : LEVEL_CODE.fatal;
    case 102:
    case 112:
      return LEVEL_CODE.fatal;
    default:
      return 0;
  }
}

/** The shape nearly every etcd line has: level, ts as text, [logger,] caller, msg. Nothing is cut out but the message. */
function readKnownShape(line: LogLine, shapes: ZapShapes): boolean {
  const { view } = line;
  if (view === null || line.body !== line.piece) return false;
  const shape = shapes.find(view, line.start, line.end);
  if (shape === null) return false;
  line.shape = shape;
  line.time = shapes.micros;
  line.zoned = true;
  line.level = shapes.level;
  line.text = shape.message;
  line.origin = shape.logger;
  line.dialect = 'etcd-json';
  return true;
}

function readCommonShape(line: LogLine, { stamps }: PayloadTools): boolean {
  const { body: s, start, end } = line;
  const levelEnd = s.indexOf('"', start + LEVEL_AT.length);
  if (levelEnd < 0 || !s.startsWith('","ts":"', levelEnd)) return false;
  if (!stamps.iso(s, levelEnd + 8) || s.charCodeAt(stamps.end) !== QUOTE) return false;
  let at = stamps.end + 2;
  if (s.startsWith(LOGGER, at)) {
    const close = s.indexOf('"', at + LOGGER.length);
    line.origin = s.slice(at + LOGGER.length, close);
    at = close + 2;
  }
  if (s.startsWith(CALLER, at)) at = s.indexOf('"', at + CALLER.length) + 2;
  if (!s.startsWith(MSG, at)) return false;
  at += MSG.length;
  const close = s.indexOf('"', at);
  if (close < 0 || close >= end || s.charCodeAt(close - 1) === BACKSLASH) return false;
  line.time = stamps.micros;
  line.zoned = stamps.zoned;
  line.level = levelAt(s, start + LEVEL_AT.length);
  line.text = s.slice(at, close);
  line.dialect = 'etcd-json';
  line.shapeStart = stamps.end + 1;
  line.shapeEnd = close + 1;
  return true;
}

const OWN_FIELDS = new Set(['ts', 'caller', 'msg', 'v', 'logger', 'stacktrace']);

function fieldText(value: unknown): string {
  if (isRecord(value) && typeof value['name'] === 'string') {
    const { namespace, name } = value;
    return JSON.stringify(typeof namespace === 'string' && namespace !== '' ? `${namespace}/${name}` : name);
  }
  return JSON.stringify(value);
}

/** A structured klog line as its text encoding prints it, so that one pattern knows both: `"msg" key="value" …`. */
function asKlogText(message: string, fields: Readonly<Record<string, unknown>>): string {
  const more = Object.entries(fields).filter(([key]) => !OWN_FIELDS.has(key));
  return more.length === 0 ? message : `${JSON.stringify(message)} ${more.map(([key, value]) => `${key}=${fieldText(value)}`).join(' ')}`;
}

function readAnyShape(line: LogLine, { stamps }: PayloadTools): boolean {
  const fields = line.fields();
  const { level, ts, msg, logger } = fields;
  if (typeof msg !== 'string' || (typeof ts !== 'string' && typeof ts !== 'number')) return false;
  if (typeof ts === 'string') {
    if (!stamps.iso(ts, 0)) return false;
    line.time = stamps.micros;
    line.zoned = stamps.zoned;
  } else {
    // klog JSON counts milliseconds, zap's production config seconds
    line.time = Math.round(ts > 1e11 ? ts * 1e3 : ts * 1e6);
    line.zoned = true;
  }
  line.text = msg;
  line.origin = typeof logger === 'string' ? logger : null;
  if (typeof level === 'string') {
    line.level = levelCode(level);
    line.dialect = 'etcd-json';
  } else {
    line.level = 'err' in fields ? LEVEL_CODE.error : LEVEL_CODE.info;
    line.text = asKlogText(msg.trimEnd(), fields);
    line.origin = typeof fields['caller'] === 'string' ? fields['caller'].replace(/^.*\/|:\d+$/g, '') : null;
    line.dialect = 'klog';
  }
  return true;
}

/** zap JSON of etcd 3.4–3.6 and its clients; klog JSON of Kubernetes. Upstream: etcd `client/pkg/logutil/zap.go`, component-base `logs/json/json.go`. */
export const zapJson = definePayload({
  id: 'zap-json',
  title: 'JSON log line (etcd, Kubernetes)',
  samples: [
    '{"level":"info","ts":"2026-11-22T07:41:35.229823Z","caller":"embed/etcd.go:310","msg":"starting"}',
    '{"level":"info","ts":1795333300.1276116,"caller":"snapshot/v3_snapshot.go:119","msg":"created temporary db file","path":"snap.db.part"}',
    '{"ts":1580306777047.28,"caller":"leaderelection/leaderelection.go:258","msg":"attempting","v":0}',
    '{"ts":1580306777047.28,"caller":"leaderelection/leaderelection.go:258","msg":"Failed to renew lease","lock":{"namespace":"kube-system","name":"kube-scheduler"},"err":"context deadline exceeded"}',
  ],
  read(line, tools) {
    if (readKnownShape(line, tools.shapes)) return true;
    const { body: s, start, end } = line;
    if (s.charCodeAt(start) !== 123 || s.charCodeAt(end - 1) !== 125) return false;
    if (s.startsWith(LEVEL_AT, start) && readCommonShape(line, tools)) return true;
    return readAnyShape(line, tools);
  },
});
