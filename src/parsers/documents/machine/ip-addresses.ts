import { defineParser } from '../../contract.ts';
import { emitterFor, firstLines } from '../emitter.ts';

const LINK = /^\d+: ([\w.@-]+): <[A-Z0-9_,-]*>/;
const ONE_LINE = /^\d+: (\S+)\s+inet6? ([0-9a-f.:]+)\/\d+ .*scope global/;
const INET = /^\s+inet6? ([0-9a-f.:]+)\/\d+ .*scope global/;
/** Interfaces of container networks have the same addresses on every machine. */
const VIRTUAL = /^(?:lo|docker|cni|flannel|cali|veth|kube-ipvs|nodelocaldns|tunl|vxlan|cilium|lxc|virbr|br-|weave|ovn|genev|podman|dummy|kube-bridge)/;

/** iproute2 `ip addr`, also with `-o`: which machine holds an address that moves. */
export const ipAddresses = defineParser({
  kind: 'document',
  id: 'ip-addresses',
  title: 'ip addr',
  keep: 'all',
  accepts(head) {
    const lines = firstLines(head, 4);
    return (LINK.test(lines[0] ?? '') && lines.some((line) => /^\s+(?:link\/|inet6? )/.test(line))) || /^\d+: \S+\s+inet6? /.test(lines[0] ?? '');
  },
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'kernel' });
    let device = '';
    for (const { text, line } of document.lines) {
      device = (LINK.exec(text)?.[1] ?? device).replace(/@.*$/, '');
      const one = ONE_LINE.exec(text);
      const address = one?.[2] ?? INET.exec(text)?.[1];
      const of = one?.[1] ?? device;
      if (address !== undefined && of !== '' && !VIRTUAL.test(of)) emitter.fact('address.held', { device: of, address }, line);
    }
  },
});
