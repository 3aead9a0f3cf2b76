import { defineParser } from '../../contract.ts';
import { emitterFor } from '../emitter.ts';

const CHECK = /^\[([+-])\]([\w./:-]+) (ok|failed|excluded)(?::\s?(.*))?/;
const RESULT = /^(healthz|livez|readyz) check (passed|failed)/;
const LOG = /^(?:[IWEF]\d{4} \d\d:|\d{4}-\d\d-\d\d[T ]|\{")/;
/** etcd's own checks (`server/etcdserver/api/etcdhttp/health.go`), which share the form. */
const ETCD_CHECKS: ReadonlySet<string> = new Set(['data_corruption', 'serializable_read', 'linearizable_read', 'non_learner']);

/** `/healthz`, `/livez`, `/readyz` with `?verbose`, of an API server (`k8s.io/apiserver/pkg/server/healthz`) or of etcd. */
export const apiserverHealth = defineParser({
  kind: 'document',
  id: 'apiserver-health',
  title: 'healthz, livez, readyz?verbose',
  keep: 'all',
  accepts(head) {
    const lines = head
      .split('\n')
      .slice(0, 50)
      .filter((line) => line.trim() !== '');
    // an API server's log quotes its checks too
    return lines.filter((line) => CHECK.test(line)).length * 2 > lines.length && !lines.some((line) => LOG.test(line));
  },
  parse(document, sink) {
    const checks = document.lines.flatMap(({ text, line }) => {
      const m = CHECK.exec(text);
      return m === null ? [] : [{ check: m[2] ?? '', ok: m[1] === '+', detail: m[4] ?? '', line }];
    });
    const etcd = checks.length > 0 && checks.every(({ check }) => ETCD_CHECKS.has(check));
    const emitter = emitterFor(document, sink, { host: null, component: etcd ? 'etcd' : 'kube-apiserver' });
    const endpoint = document.lines.map(({ text }) => RESULT.exec(text)?.[1]).find((name) => name !== undefined) ?? 'healthz';
    for (const { check, ok, detail, line } of checks) {
      if (!etcd) emitter.fact('apiserver.health-check', { endpoint, check, ok }, line);
      else if (!ok) emitter.fact('etcd.unhealthy', { reason: detail === '' ? check : `${check}: ${detail}` }, line);
    }
  },
});
