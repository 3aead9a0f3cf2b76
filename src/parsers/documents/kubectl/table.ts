import { defineParser } from '../../contract.ts';
import { emitterFor } from '../emitter.ts';
import type { Emitter } from '../emitter.ts';
import { integer } from '../numbers.ts';
import { speaksOfBackup } from '../schedules.ts';
import { cellsOf, columnsOf } from './columns.ts';
import type { Column } from './columns.ts';
import { EVENTS_HEADER, readEventRow } from './events.ts';
import { readFailure } from './failures.ts';

const HEADER =
  /^(?:NAMESPACE\s+)?(?:NAME\s+STATUS\s+ROLES\s+AGE\s+VERSION|NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE|NAME\s+HOLDER\s+AGE|NAME\s+STATUS\s+MESSAGE\s+ERROR|NAME\s+SCHEDULE\s+(?:TIMEZONE\s+)?SUSPEND\s+ACTIVE)/;

/** Locks whose namespace is the same everywhere: a table made with `-n` does not say it. */
const SYSTEM_LEASES: ReadonlySet<string> = new Set(['kube-controller-manager', 'kube-scheduler', 'cloud-controller-manager']);

function readRow(cells: ReadonlyMap<string, string>, line: number, emitter: Emitter): void {
  const cell = (name: string): string => cells.get(name) ?? '';
  const name = cell('NAME');
  if (name === '') return;
  if (cells.has('ROLES')) {
    const status = cell('STATUS');
    emitter.fact('node.listed', { node: name, status, roles: cell('ROLES'), version: cell('VERSION') || null }, line);
    const address = cell('INTERNAL-IP');
    if (address !== '' && address !== '<none>') emitter.fact('node.address', { node: name, address }, line);
  } else if (cells.has('RESTARTS')) {
    const [ready, all] = cell('READY').split('/').map(integer);
    const node = cell('NODE');
    // `5 (3m ago)`
    const restarts = integer(cell('RESTARTS').split(' ')[0]);
    const isReady = ready === undefined || all === undefined || ready === null || all === null ? null : ready === all;
    emitter.fact(
      'pod.status',
      {
        namespace: cell('NAMESPACE'),
        pod: name,
        node: node === '' || node === '<none>' ? null : node,
        phase: cell('STATUS'),
        ready: isReady,
        restarts,
        container: null,
        waiting: null,
        lastReason: null,
        lastFinishedAt: null,
      },
      line,
    );
  } else if (cells.has('SCHEDULE')) {
    const namespace = cell('NAMESPACE');
    const backup = speaksOfBackup([namespace, name, cell('CONTAINERS'), cell('IMAGES')].join(' '));
    const suspended = cell('SUSPEND') === 'True';
    // without -A it shows one namespace only
    emitter.fact('schedule.seen', { kind: 'CronJob', name: `${namespace}/${name}`, backup, suspended, listed: namespace !== '' }, line);
  } else if (cells.has('ERROR')) {
    // the other components are asked at ports that kubeadm closes
    if (/^etcd-\d+$/.test(name) && cell('STATUS') === 'Unhealthy')
      emitter.fact('etcd.unhealthy', { reason: `${name}: ${cell('MESSAGE') || cell('ERROR')}` }, line);
  } else if (cells.has('HOLDER')) {
    const namespace = cell('NAMESPACE') || (SYSTEM_LEASES.has(name) ? 'kube-system' : '');
    emitter.fact(
      'k8s-lease.object',
      {
        namespace,
        name,
        holder: cell('HOLDER') || null,
        acquiredAt: null,
        renewedAt: null,
        durationSeconds: null,
        transitions: null,
        uid: null,
        resourceVersion: null,
        serverTime: null,
        legacy: false,
      },
      line,
    );
  }
}

const isHeader = (text: string): boolean => HEADER.test(text) || EVENTS_HEADER.test(text);

/** `kubectl get nodes|pods|leases|cronjobs|componentstatuses|events` tables, one or several, and what kubectl says when it cannot. */
export const kubectlTable = defineParser({
  kind: 'document',
  id: 'kubectl-table',
  title: 'kubectl get nodes, pods, leases, cronjobs, events',
  keep: 'all',
  accepts(head) {
    const lines = head.split('\n').slice(0, 400);
    if (lines.some(isHeader)) return true;
    const filled = lines.filter((line) => line.trim() !== '');
    return (
      filled.length > 0 &&
      filled.length < 20 &&
      filled.some((line) => readFailure(line) !== null) &&
      filled.every((line) => readFailure(line) !== null || /^[EWI]\d{4} /.test(line))
    );
  },
  parse(document, sink, context) {
    const emitter = emitterFor(document, sink, { host: null, component: 'kube-apiserver' });
    let columns: readonly Column[] | null = null;
    let failures = 0;
    let aged: number | null = null;
    for (const { text, line } of document.lines) {
      const failure = readFailure(text);
      if (isHeader(text)) columns = columnsOf(text);
      else if (failure !== null) {
        failures += 1;
        failure(emitter, line);
      } else if (text.trim() === '' || /^[A-Z]+\s{2,}[A-Z]+/.test(text)) columns = null;
      else if (columns !== null) {
        const cells = cellsOf(columns, text);
        if (!cells.has('REASON')) readRow(cells, line, emitter);
        else if (readEventRow(cells, line, emitter, context)) aged ??= line;
      }
    }
    if (aged !== null) emitter.diagnostic('TIME_INFERRED', 'ages of events were counted back from the collection', aged);
    if (failures > 0) emitter.diagnostic('COMMAND_FAILED', 'kubectl could not reach the API server, or was refused');
  },
});
