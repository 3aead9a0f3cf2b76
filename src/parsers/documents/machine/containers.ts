import { DAY, HOUR, MINUTE, SECOND, parseRfc3339 } from '../../../model/time.ts';
import type { EpochMicros } from '../../../model/time.ts';
import type { FactMap } from '../../../model/fact.ts';
import { defineParser } from '../../contract.ts';
import { booleanAt, itemsAt, numberAt, scalarAt, stringAt } from '../../json/json-access.ts';
import { readJson } from '../../json/json-tree.ts';
import type { JsonNode } from '../../json/json-tree.ts';
import { emitterFor, firstLines } from '../emitter.ts';
import type { Emitter } from '../emitter.ts';
import { cellsOf, columnsOf } from '../kubectl/columns.ts';
import { integer } from '../numbers.ts';

type Container = FactMap['container.listed'];

const CRICTL = /^CONTAINER(?: ID)?\s+IMAGE\s+CREATED\s+STATE\s+NAME\s+ATTEMPT\s+POD ID\b/;
const DOCKER = /^CONTAINER ID\s+IMAGE\s+COMMAND\s+CREATED\s+STATUS\s+PORTS\s+NAMES\s*$/;
/** `k8s_etcd_etcd-m1_kube-system_<uid>_11`, as dockershim and cri-dockerd name containers */
const K8S_NAME = /^k8s_([^_]+)_([^_]+)_([^_]+)_[^_]+_(\d+)$/;
const UNIT: Readonly<Record<string, number>> = { second: SECOND, minute: MINUTE, hour: HOUR, day: DAY, week: 7 * DAY, month: 30 * DAY, year: 365 * DAY };
const JSON_LIST = /^\s*\{\s*"containers"\s*:\s*\[/;
const INSPECTED = /^\s*[[{][^]{0,60000}?(?:"state"\s*:\s*"CONTAINER_[A-Z]+"|"State"\s*:\s*\{\s*"Status"\s*:\s*"\w+")/;

/** `3 minutes ago`, `About an hour ago`, `Less than a second ago`: how long, rounded as docker/go-units `HumanDuration` rounds. */
export function agoOf(text: string): number | null {
  const m = /(?:^|\s)(\d+|an?) (second|minute|hour|day|week|month|year)s?(?: ago)?$/.exec(text.trim());
  if (m === null) return null;
  return (/^\d/.test(m[1] ?? '') ? Number(m[1]) : 1) * (UNIT[m[2] ?? ''] ?? 0);
}

function stateOf(text: string): Container['state'] {
  if (/^(?:running|up\b|container_running)/i.test(text)) return 'running';
  if (/^(?:exited|dead|container_exited)/i.test(text)) return 'exited';
  return /^(?:created|container_created)/i.test(text) ? 'created' : 'unknown';
}

/** Seconds since 1970 in nanoseconds, or RFC 3339; the zero times of Go and of the runtimes are none. */
function timeOf(text: string | null): EpochMicros | null {
  if (text === null || text === '' || text === '0' || text.startsWith('0001-') || text.startsWith('1970-')) return null;
  return /^\d{16,20}$/.test(text) ? (Math.trunc(Number(text) / 1000) as EpochMicros) : parseRfc3339(text);
}

const NOTHING = { namespace: null, pod: null, attempt: null, age: null, createdAt: null, finishedAt: null, exitCode: null, reason: null } as const;

function crictlRow(cells: ReadonlyMap<string, string>): Container | null {
  const container = cells.get('NAME') ?? '';
  if (container === '') return null;
  return {
    ...NOTHING,
    container,
    state: stateOf(cells.get('STATE') ?? ''),
    attempt: integer(cells.get('ATTEMPT')),
    age: agoOf(cells.get('CREATED') ?? ''),
    pod: cells.get('POD') || null,
    namespace: cells.get('NAMESPACE') || null,
  };
}

/** Of a name that Kubernetes made, else the name alone. */
function named(name: string): Pick<Container, 'container' | 'pod' | 'namespace' | 'attempt'> {
  const [, container, pod = null, namespace = null, attempt] = K8S_NAME.exec(name) ?? [];
  return { container: container ?? name, pod, namespace, attempt: integer(attempt) };
}

function dockerRow(cells: ReadonlyMap<string, string>): Container | null {
  const name = cells.get('NAMES') ?? '';
  const status = cells.get('STATUS') ?? '';
  if (name === '') return null;
  return {
    ...NOTHING,
    ...named(name),
    state: stateOf(status),
    age: agoOf(cells.get('CREATED') ?? ''),
    exitCode: integer(/^Exited \((\d+)\)/.exec(status)?.[1]),
  };
}

/** `crictl ps`, `docker ps`, nerdctl's and podman's: the sandboxes' own containers are left out. */
export const containerList = defineParser({
  kind: 'document',
  id: 'container-list',
  title: 'crictl ps, docker ps',
  keep: 'all',
  accepts: (head) => JSON_LIST.test(head) || firstLines(head, 8).some((line) => CRICTL.test(line) || DOCKER.test(line)),
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'containerd' });
    if (JSON_LIST.test(document.text)) {
      for (const item of itemsAt(readJson(document.text).node, 'containers')) criFact(item, emitter);
      return;
    }
    let columns: ReturnType<typeof columnsOf> | null = null;
    let row = crictlRow;
    for (const { text, line } of document.lines) {
      if (CRICTL.test(text) || DOCKER.test(text)) {
        columns = columnsOf(text);
        row = CRICTL.test(text) ? crictlRow : dockerRow;
      } else if (columns !== null && text.trim() !== '') {
        const fact = row(cellsOf(columns, text));
        if (fact !== null && fact.container !== 'POD') emitter.fact('container.listed', fact, line);
      }
    }
  },
});

/** A container's status by the CRI (kubernetes/cri-api `ContainerStatus`, `Container`), as crictl prints it. */
function criFact(status: JsonNode | undefined, emitter: Emitter): void {
  const container = stringAt(status, 'metadata', 'name');
  if (status === undefined || container === null) return;
  const state = stateOf(stringAt(status, 'state') ?? '');
  emitter.factAt(
    'container.listed',
    {
      ...NOTHING,
      container,
      state,
      attempt: numberAt(status, 'metadata', 'attempt') ?? 0,
      pod: stringAt(status, 'labels', 'io.kubernetes.pod.name'),
      namespace: stringAt(status, 'labels', 'io.kubernetes.pod.namespace'),
      createdAt: timeOf(scalarAt(status, 'createdAt')),
      finishedAt: timeOf(scalarAt(status, 'finishedAt')),
      exitCode: state === 'exited' ? numberAt(status, 'exitCode') : null,
      reason: stringAt(status, 'reason') || null,
    },
    status,
  );
}

/** Docker's answer to an inspection (moby `api/types/container`). */
function dockerFact(object: JsonNode, emitter: Emitter): void {
  const name = stringAt(object, 'Name')?.replace(/^\//, '') ?? null;
  const status = stringAt(object, 'State', 'Status');
  if (name === null || status === null) return;
  const known = named(name);
  const state = stateOf(status);
  emitter.factAt(
    'container.listed',
    {
      ...NOTHING,
      ...known,
      attempt: known.attempt ?? numberAt(object, 'RestartCount'),
      state,
      createdAt: timeOf(stringAt(object, 'State', 'StartedAt')) ?? timeOf(stringAt(object, 'Created')),
      finishedAt: timeOf(stringAt(object, 'State', 'FinishedAt')),
      exitCode: state === 'exited' ? numberAt(object, 'State', 'ExitCode') : null,
      reason: booleanAt(object, 'State', 'OOMKilled') === true ? 'OOMKilled' : stringAt(object, 'State', 'Error') || null,
    },
    object,
  );
}

/** `crictl inspect` and `docker inspect`; their environment may hold secrets, so only the state's place is cited. */
export const containerInspect = defineParser({
  kind: 'document',
  id: 'container-inspect',
  title: 'crictl inspect, docker inspect',
  keep: 'cited',
  accepts: (head) => INSPECTED.test(head) && !JSON_LIST.test(head),
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'containerd' }, 'cited');
    for (let from = 0; from < document.text.length;) {
      const { node, end } = readJson(document.text, from);
      if (node === null || end <= from) return;
      if (node.kind === 'array') for (const object of node.items) dockerFact(object, emitter);
      else if (node.kind === 'object') criFact(node.entries.get('status'), emitter);
      from = end;
      while (from < document.text.length && /\s/.test(document.text[from] ?? '')) from += 1;
    }
  },
});
