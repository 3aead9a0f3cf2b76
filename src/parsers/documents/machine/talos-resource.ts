import { defineParser } from '../../contract.ts';
import { emitterFor, firstLines } from '../emitter.ts';

/** The resources that name the machine, and where (siderolabs/talos `pkg/machinery/resources/{k8s,network}`). */
const NAME: Readonly<Record<string, RegExp>> = {
  'Nodenames.kubernetes.talos.dev': /^\s+nodename: (\S+)/,
  'HostnameStatuses.net.talos.dev': /^\s+hostname: (\S+)/,
};
const TYPE = /^[ \t]+type: (\w+(?:\.\w+)*\.talos\.dev)[ \t\r]*$/m;

/** A resource of Talos as `talosctl get -o yaml` prints it; read for the machine's name, as its folder bears only an address. */
export const talosResource = defineParser({
  kind: 'document',
  id: 'talos-resource',
  title: 'Talos resource',
  keep: 'all',
  accepts: (head) => firstLines(head, 2).some((line) => /^(?:node|metadata):/.test(line)) && (TYPE.exec(head)?.[1] ?? '') in NAME,
  parse(document, sink) {
    const pattern = NAME[TYPE.exec(document.text)?.[1] ?? ''];
    for (const { text, line } of document.lines) {
      const hostname = pattern?.exec(text)?.[1];
      if (hostname !== undefined) emitterFor(document, sink, { host: hostname, component: 'other' }).fact('node.hostname', { hostname }, line);
    }
  },
});
