import { defineParser } from '../../contract.ts';
import { emitterFor, firstLines } from '../emitter.ts';

/** iproute2 `ss`, net-tools `netstat`. */
const HEADER =
  /^(?:Netid\s+)?State\s+Recv-Q\s+Send-Q\s+Local Address:\s?Port\s+Peer Address:\s?Port|^Proto\s+Recv-Q\s+Send-Q\s+Local Address\s+Foreign Address/;
const SS = /^(?:tcp\s+)?LISTEN\s+\d+\s+\d+\s+(\S+):(\d+)\s+\S+(?:\s+users:\(\("([^"]+)",pid=(\d+))?/;
const NETSTAT = /^tcp6?\s+\d+\s+\d+\s+(\S+):(\d+)\s+\S+\s+LISTEN(?:\s+(?:\d+\s+\d+\s+)?(?:(\d+)\/(\S+)|-))?/;
/** etcd, API servers and what stands before them, their health ports; k3s and rke2. */
const PORTS: ReadonlySet<number> = new Set([2379, 2380, 2381, 2382, 4001, 6443, 6444, 7001, 7443, 8443, 9345, 10248, 10249, 10250, 10256, 10257, 10259, 16443]);

/** Who listens on the ports of a control plane: the answer to `address already in use`. */
export const listeningSockets = defineParser({
  kind: 'document',
  id: 'listening-sockets',
  title: 'ss, netstat',
  keep: 'all',
  accepts: (head) => firstLines(head, 3).some((line) => HEADER.test(line)),
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'kernel' });
    for (const { text, line } of document.lines) {
      const ss = SS.exec(text);
      const netstat = ss === null ? NETSTAT.exec(text) : null;
      const port = Number(ss?.[2] ?? netstat?.[2] ?? NaN);
      if (!PORTS.has(port)) continue;
      const pid = ss?.[4] ?? netstat?.[3];
      const address = (ss?.[1] ?? netstat?.[1] ?? '').replace(/^\[(.*)\]$/, '$1');
      emitter.fact('port.listened', { address, port, process: ss?.[3] ?? netstat?.[4] ?? null, pid: pid === undefined ? null : Number(pid) }, line);
    }
  },
});
