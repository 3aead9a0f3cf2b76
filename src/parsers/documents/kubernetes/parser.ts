import { defineParser } from '../../contract.ts';
import type { JsonNode } from '../../json/json-tree.ts';
import { stringAt } from '../../json/json-access.ts';
import { certificateFactsOfObject } from '../certificates/object-certificates.ts';
import { emitterFor } from '../emitter.ts';
import type { Emitter } from '../emitter.ts';
import { jobFacts, snapshotFileFacts, veleroBackupFacts } from './backup-facts.ts';
import { cronJobFacts } from './cron-jobs.ts';
import { legacyLeaseFacts, leaseFacts } from './lease-facts.ts';
import { eachObject } from './objects.ts';
import { etcdPodFacts } from './etcd-pod.ts';
import { budgetFacts, eventFacts, nodeFacts, podFacts } from './status-facts.ts';
import { isEtcdManifest } from '../etcd-configuration.ts';

const HANDLERS: Readonly<Record<string, (object: JsonNode, emitter: Emitter, path: string, listed: boolean) => void>> = {
  Lease: leaseFacts,
  Endpoints: legacyLeaseFacts,
  ConfigMap: (object, emitter, path) => {
    legacyLeaseFacts(object, emitter);
    certificateFactsOfObject(object, emitter, path);
  },
  Node: nodeFacts,
  Pod: (object, emitter) => {
    podFacts(object, emitter);
    etcdPodFacts(object, emitter);
  },
  Event: eventFacts,
  PodDisruptionBudget: budgetFacts,
  PodDisruptionBudgetList: budgetFacts,
  CronJob: (object, emitter, _path, listed) => cronJobFacts(object, emitter, listed),
  CronJobList: (object, emitter, _path, listed) => cronJobFacts(object, emitter, listed),
  Job: jobFacts,
  Backup: veleroBackupFacts,
  ETCDSnapshotFile: snapshotFileFacts,
  Secret: certificateFactsOfObject,
};

/** True for text that begins as API objects do; kubeconfigs and kubeadm's certificate listing have parsers of their own. */
export function looksLikeObjects(head: string): boolean {
  if (/^[\s\ufeff]*\{/.test(head)) {
    return (
      /"kind"\s*:\s*"[A-Z]\w+"/.test(head) &&
      /"apiVersion"\s*:\s*"[\w./-]+"/.test(head) &&
      !/^\s*\{"level"/.test(head) &&
      !/"auditID"|"audit\.k8s\.io\//.test(head.slice(0, 2000))
    );
  }
  if (!/^apiVersion: ["']?[\w./-]+["']?[ \t\r]*$/m.test(head)) return false;
  // a list says its own kind below its elements, perhaps far below
  return /^kind: ["']?[A-Z]\w+["']?[ \t\r]*$/m.test(head) || (/^items:[ \t\r]*$/m.test(head) && /^ {0,6}(?:- )?kind: ["']?[A-Z]\w+/m.test(head));
}

function ownKind(head: string): string | null {
  return (/^[\s\ufeff]*\{/.test(head) ? /"kind"\s*:\s*"(\w+)"/.exec(head)?.[1] : /^kind: ["']?(\w+)/m.exec(head)?.[1]) ?? null;
}

/** Objects of the Kubernetes API as `kubectl get -o yaml|json` and must-gather write them. */
export const kubernetesObject = defineParser({
  kind: 'document',
  id: 'kubernetes-object',
  title: 'Kubernetes API objects',
  keep: 'cited',
  accepts(head) {
    const kind = ownKind(head);
    return looksLikeObjects(head) && kind !== 'Config' && kind !== 'CertificateExpirationInfo' && !isEtcdManifest(head);
  },
  parse(document, sink, context) {
    const emitter = emitterFor(document, sink, { host: null, component: 'kube-apiserver' }, 'cited');
    eachObject(
      document.text,
      (object, listed) => {
        const kind = stringAt(object, 'kind');
        const handler = kind !== null && Object.hasOwn(HANDLERS, kind) ? HANDLERS[kind] : undefined;
        if (object.complete) handler?.(object, emitter, context.path, listed);
      },
      (problem) => emitter.diagnostic('DOCUMENT_INVALID', problem.message, document.placeAt(problem.index).line ?? 1),
    );
  },
});
