import { isRecord } from '../line.ts';
import { defineEnvelope } from '../envelope.ts';
import { parseRfc3339 } from '../../../model/time.ts';

/** CRI log files. Upstream: kubernetes/cri-client `pkg/logs/logs.go`: `TIME stdout|stderr TAG[:TAG] CONTENT`, `P` = partial. */
export const cri = defineEnvelope({
  id: 'cri',
  title: 'container runtime log (containerd, CRI-O)',
  kind: 'container',
  samples: ['2026-11-22T09:08:14.100449866Z stderr F body', '2026-11-22T17:16:12.100449866+08:00 stdout P body'],
  peel(line, { stamps }) {
    const { body: s, start } = line;
    if (!stamps.iso(s, start) || !stamps.zoned || s.charCodeAt(stamps.end) !== 32) return false;
    const at = stamps.end + 1;
    const err = s.startsWith('stderr ', at);
    if (!err && !s.startsWith('stdout ', at)) return false;
    const tag = s.charCodeAt(at + 7);
    if (tag !== 70 && tag !== 80) return false;
    let end = at + 8;
    while (end < line.end && s.charCodeAt(end) !== 32) end += 1;
    line.outer = stamps.micros;
    line.outerFine = true;
    line.stream = err ? 'stderr' : 'stdout';
    line.partial = tag === 80;
    line.start = Math.min(end + 1, line.end);
    return true;
  },
});

/** docker's json-file driver: one object a line; a `log` without its newline continues in the next object of that stream. */
export const dockerJson = defineEnvelope({
  id: 'docker-json',
  title: 'docker json-file log',
  kind: 'container',
  samples: [
    '{"log":"body\\n","stream":"stderr","time":"2016-10-20T18:39:20.57606443Z"}',
    // written again by a collector's own JSON library
    '{"log": "body\\n", "stream": "stderr", "time": "2016-10-20T18:39:20.57606443Z"}',
  ],
  peel(line) {
    if (!line.body.startsWith('{"log":', line.start)) return false;
    const fields = line.fields();
    const { log, time, stream } = fields;
    if (!isRecord(fields) || typeof log !== 'string' || typeof time !== 'string') return false;
    const at = parseRfc3339(time);
    if (at === null) return false;
    const whole = log.endsWith('\n');
    line.reset(line.body, line.start, line.end);
    line.outer = at;
    line.outerFine = true;
    line.stream = typeof stream === 'string' ? stream : '';
    line.partial = !whole;
    line.setBody(whole ? log.slice(0, -1) : log);
    return true;
  },
});

/** `kubectl logs --timestamps`, `docker logs -t`: RFC 3339 with nanoseconds, a space, the line. */
export const timestamps = defineEnvelope({
  id: 'timestamps',
  title: 'kubectl logs --timestamps, docker logs -t',
  kind: 'container',
  samples: ['2026-11-22T07:41:35.230317123Z body'],
  peel(line, { stamps }) {
    const { body: s, start } = line;
    if (!stamps.iso(s, start) || !stamps.zoned || s.charCodeAt(start + 10) !== 84) return false;
    const next = s.charCodeAt(stamps.end);
    if (stamps.end < line.end && next !== 32) return false;
    line.outer = stamps.micros;
    line.outerFine = stamps.decimals > 3;
    line.start = Math.min(stamps.end + 1, line.end);
    return true;
  },
});
