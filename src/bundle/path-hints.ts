import type { Generation, PathHints } from '../model/bundle.ts';
import { componentOfContainer, componentOfPath } from './component-words.ts';
import { generationOf } from './rotation.ts';
import { nodeOfStaticPod } from './static-pods.ts';

/** kubelet: `<namespace>_<pod>_<uid>/<container>/<restart count>.log[.<stamp>][.gz]` (pkg/kubelet/kuberuntime/helpers.go) */
const POD_LOG = /(?:^|\/)([a-z0-9-]+)_([a-z0-9.-]+)_([0-9a-f-]{8,36})\/([a-z0-9-]+)\/(\d+)\.log((?:\.\d{8}-\d{6})?)(?:\.(?:gz|zst|xz|bz2|lz4))?$/;
/** kubelet: `/var/log/containers/<pod>_<namespace>_<container>-<id>.log` (pkg/kubelet/kuberuntime/legacy.go) */
const CONTAINER_LOG = /(?:^|\/)([a-z0-9.-]+)_([a-z0-9-]+)_([a-z0-9-]+?)-([0-9a-f]{8,64})\.log((?:\.[\w-]+)*)$/;
/** `oc adm inspect`: `namespaces/<ns>/pods/<pod>/<container>/<container>/logs/…` (openshift/oc pkg/cli/admin/inspect/pod.go) */
const INSPECT_LOG = /(?:^|\/)namespaces\/([a-z0-9-]+)\/pods\/([a-z0-9.-]+)\/([a-z0-9-]+)\/\3\/logs\/(?:(current|previous)(?:\.insecure)?\.log|rotated\/[^/]+)$/;
const INSPECT_POD = /(?:^|\/)namespaces\/([a-z0-9-]+)\/pods\/([a-z0-9.-]+)\//;
/** docker: `<id>-json.log[.N]` */
const DOCKER_LOG = /(?:^|[/-])[0-9a-f]{64}-json\.log((?:\.\d+)?)(?:\.gz)?$/;
/** docker names given by dockershim: `k8s_<container>_<pod>_<namespace>_<uid>_<attempt>` */
const DOCKERSHIM = /(?:^|\/)k8s_([a-z0-9-]+)_([a-z0-9.-]+)_([a-z0-9-]+)_([0-9a-f-]{8,36})_(\d+)(?:\.log)?$/;

const NOTHING: PathHints = { node: null, component: null, namespace: null, pod: null, container: null, generation: 'current' };

/** Hints for a container's log of which pod, container and perhaps uid are known. */
export function containerHints(namespace: string, pod: string, container: string, generation: Generation, uid: string | null = null): PathHints {
  return { node: nodeOfStaticPod(pod, namespace, uid, container), component: componentOfContainer(container), namespace, pod, container, generation };
}

/** The container and which run of it a log is of: kubelet's pod logs and dockershim's names count restarts. */
function restartOf(path: string): { readonly container: string; readonly restart: number } | null {
  const podLog = POD_LOG.exec(path)?.[5];
  if (podLog !== undefined) return { container: path.slice(0, path.lastIndexOf('/')), restart: Number(podLog) };
  const attempt = DOCKERSHIM.exec(path)?.[5];
  return attempt === undefined ? null : { container: path.slice(0, path.lastIndexOf('_')), restart: Number(attempt) };
}

export const namesRestart = (path: string): boolean => restartOf(path) !== null;

/**
 * The generations of the pod logs among all `paths` of a bundle, which no path tells by itself: the highest restart count
 * of a container is its current instance, lower ones are previous ones, rotated or not. Other paths are left out.
 */
export function generationsByRestart(paths: readonly string[]): ReadonlyMap<string, Generation> {
  const logs = paths.flatMap((path) => {
    const found = restartOf(path);
    return found === null ? [] : [{ path, ...found }];
  });
  const latest = new Map<string, number>();
  for (const { container, restart } of logs) latest.set(container, Math.max(restart, latest.get(container) ?? 0));
  return new Map(logs.map(({ path, container, restart }) => [path, restart < (latest.get(container) ?? 0) ? 'previous' : pathHints(path).generation]));
}

/** What a path says anywhere, whatever the layout. Only static pods name a node here; folders are the scope's business. */
export function pathHints(path: string): PathHints {
  const podLog = POD_LOG.exec(path);
  if (podLog !== null) {
    const [, namespace = '', pod = '', uid = '', container = '', , stamp = ''] = podLog;
    return containerHints(namespace, pod, container, stamp === '' ? 'current' : 'rotated', uid);
  }
  const inspect = INSPECT_LOG.exec(path);
  if (inspect !== null) {
    const [, namespace = '', pod = '', container = '', which] = inspect;
    return containerHints(namespace, pod, container, which === 'previous' ? 'previous' : which === 'current' ? 'current' : 'rotated');
  }
  const dockershim = DOCKERSHIM.exec(path);
  if (dockershim !== null) {
    const [, container = '', pod = '', namespace = '', uid = ''] = dockershim;
    return containerHints(namespace, pod, container, 'current', uid);
  }
  const containerLog = CONTAINER_LOG.exec(path);
  if (containerLog !== null) {
    const [, pod = '', namespace = '', container = '', , suffix = ''] = containerLog;
    return containerHints(namespace, pod, container, suffix.replace(/\.(?:gz|zst|xz|bz2|lz4)$/, '') === '' ? 'current' : 'rotated');
  }
  const docker = DOCKER_LOG.exec(path);
  if (docker !== null) return { ...NOTHING, generation: docker[1] === '' ? 'current' : 'rotated' };
  const pod = INSPECT_POD.exec(path);
  const segments = path.split('/');
  return {
    ...NOTHING,
    component: componentOfPath(segments),
    namespace: pod?.[1] ?? null,
    pod: pod?.[2] ?? null,
    node: pod === null ? null : nodeOfStaticPod(pod[2] ?? '', pod[1] ?? null, null, null),
    generation: generationOf(segments.at(-1) ?? ''),
  };
}
