import { defineParser } from '../../contract.ts';
import { emitterFor, firstLines } from '../emitter.ts';

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/;

/** A file with nothing but a host name. One word could be anything, so its path must speak of a host name too. */
export const machineHostname = defineParser({
  kind: 'document',
  id: 'machine-hostname',
  title: 'hostname',
  keep: 'all',
  accepts(head, context) {
    const lines = firstLines(head, 2);
    const file = context.path.slice(context.path.lastIndexOf('/') + 1);
    return lines.length === 1 && head.length < 300 && NAME.test(lines[0]?.trim() ?? '') && /hostname/i.test(file);
  },
  parse(document, sink) {
    for (const { text, line } of document.lines) {
      const hostname = text.trim();
      if (NAME.test(hostname)) emitterFor(document, sink, { host: hostname, component: 'other' }).fact('node.hostname', { hostname }, line);
    }
  },
});

const UNAME = /^Linux (\S+) \d+\.\d+\S* #\d+.* (?:x86_64|aarch64|arm64|ppc64le|s390x|i686|armv7l|riscv64)\b.*$/;

/** `uname -a`: kernel, with the host's name. */
export const machineUname = defineParser({
  kind: 'document',
  id: 'machine-uname',
  title: 'uname -a',
  keep: 'all',
  accepts: (head) => firstLines(head, 3).length <= 2 && UNAME.test(firstLines(head, 1)[0] ?? ''),
  parse(document, sink) {
    for (const { text, line } of document.lines) {
      const hostname = UNAME.exec(text)?.[1];
      if (hostname !== undefined) emitterFor(document, sink, { host: hostname, component: 'kernel' }).fact('node.hostname', { hostname }, line);
    }
  },
});
