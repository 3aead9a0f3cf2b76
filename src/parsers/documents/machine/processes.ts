import { defineParser } from '../../contract.ts';
import { emitterFor, firstLines } from '../emitter.ts';
import { EtcdSettings } from '../etcd-settings.ts';

/** procps `ps aux`, `ps -ef` and choices of columns of one's own: the command stands last. */
const HEADER = /^\s*(?:[A-Z%]+\s+)*PID\s+(?:[A-Z%]+\s+)*(?:COMMAND|CMD|ARGS)\s*$/;
const PROGRAMS =
  /^(?:etcd|kube-apiserver|kube-controller-manager|kube-scheduler|kube-proxy|kubelet|k3s(?:-server|-agent)?|rke2|containerd|dockerd|crio|haproxy|keepalived|kube-vip|nginx|chronyd|ntpd|systemd-timesyncd)$/;

/** Which control-plane programs run, and with which settings etcd does. Command lines may hold anything, so only these are kept. */
export const processList = defineParser({
  kind: 'document',
  id: 'process-list',
  title: 'ps',
  keep: 'cited',
  accepts: (head) => firstLines(head, 3).some((line) => HEADER.test(line)),
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'kernel' }, 'cited');
    let header: readonly string[] | null = null;
    for (const { text, line } of document.lines) {
      if (HEADER.test(text)) {
        header = text.trim().split(/\s+/);
        continue;
      }
      if (header === null) continue;
      const words = text.trim().split(/\s+/);
      // `--forest` draws a tree before the command
      const command = words
        .slice(header.length - 1)
        .join(' ')
        .replace(/^[\s|\\_`-]+/, '');
      const process = (/^\S+/.exec(command)?.[0] ?? '').replace(/^.*\//, '').replace(/:$/, '');
      const pid = Number(words[header.indexOf('PID')] ?? NaN);
      if (!PROGRAMS.test(process) || !Number.isSafeInteger(pid)) continue;
      emitter.fact('process.listed', { process, pid }, line);
      const settings = new EtcdSettings();
      const set = command.split(' -').map((flag) => settings.take(`-${flag}`));
      if (process === 'etcd' && set.includes(true)) emitter.fact('etcd.configured', settings.fact(), line);
    }
  },
});
