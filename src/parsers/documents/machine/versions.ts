import { defineParser } from '../../contract.ts';
import { emitterFor, firstLines } from '../emitter.ts';

/** What programs answer when asked for their version, by the words it begins with. */
const VERSIONS: readonly (readonly [RegExp, string])[] = [
  [/^etcd Version: (\d\S+)$/, 'etcd'],
  [/^Kubernetes (v\d+\.\S+)$/, 'kubernetes'],
  [/^Server Version: (?:version\.Info\{.*?GitVersion:")?(v\d[^\s"]*)/, 'kube-apiserver'],
  [/^Client Version: (?:version\.Info\{.*?GitVersion:")?(v\d[^\s"]*)/, 'kubectl'],
  [/^kubeadm version: &version\.Info\{.*?GitVersion:"(v[^"]+)"/, 'kubeadm'],
  [/^k3s version (v\S+)/, 'k3s'],
  [/^rke2 version (v\S+)/, 'rke2'],
  [/^containerd \S+ (v?\d\S*)/, 'containerd'],
  [/^crictl version (v\S+)$/, 'crictl'],
  [/^HA-?Proxy version (\d\S*)/, 'haproxy'],
  [/^Keepalived (v\d\S*)/, 'keepalived'],
  [/^chronyc \(chrony\) version (\d\S*)/, 'chrony'],
];
/** troubleshoot's `cluster_version.json` */
const CLUSTER = /^\s*\{\s*"info"\s*:\s*\{[^}]{0,2000}"gitVersion"\s*:\s*"(v[^"]+)"/;
const MOST_LINES = 12;

/** `etcd --version`, `kubelet --version`, `kubectl version` and their like. */
export const programVersion = defineParser({
  kind: 'document',
  id: 'program-version',
  title: 'versions of programs',
  keep: 'all',
  accepts(head) {
    if (head.length > 4000) return false;
    const lines = firstLines(head, MOST_LINES + 1);
    return CLUSTER.test(head) || (lines.length <= MOST_LINES && VERSIONS.some(([pattern]) => pattern.test(lines[0] ?? '')));
  },
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'other' });
    const cluster = CLUSTER.exec(document.text);
    if (cluster !== null) {
      const start = cluster[0].length - (cluster[1]?.length ?? 0) - 1;
      emitter.factAt('program.version', { program: 'kube-apiserver', version: cluster[1] ?? '' }, { start, end: cluster[0].length });
      return;
    }
    for (const { text, line } of document.lines) {
      const found = VERSIONS.map(([pattern, program]) => ({ program, version: pattern.exec(text)?.[1] })).find(({ version }) => version !== undefined);
      if (found?.version !== undefined) emitter.fact('program.version', { program: found.program, version: found.version }, line);
    }
  },
});
