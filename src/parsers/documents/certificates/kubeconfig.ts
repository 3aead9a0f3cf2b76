import { defineParser } from '../../contract.ts';
import type { JsonNode } from '../../json/json-tree.ts';
import { at, itemsAt, stringAt } from '../../json/json-access.ts';
import { emitterFor } from '../emitter.ts';
import type { Emitter } from '../emitter.ts';
import { eachObject } from '../kubernetes/objects.ts';
import { pemsOf } from './object-certificates.ts';
import { certificateOf } from './x509.ts';

function certificates(entry: JsonNode, path: readonly string[], emitter: Emitter, where: string): void {
  const value = at(entry, ...path);
  if (value?.kind !== 'string') return;
  const found = pemsOf(value.text).map((pem) => certificateOf(pem, where));
  const span = { start: value.start, end: value.start + (path.at(-1)?.length ?? 0) };
  if (found.length === 0) emitter.diagnostic('DOCUMENT_INVALID', `${path.at(-1) ?? ''} holds no certificate`);
  for (const certificate of found) {
    if (certificate === null) emitter.diagnostic('DOCUMENT_INVALID', `the certificate in ${path.at(-1) ?? ''} cannot be read`);
    else emitter.factAt('certificate', certificate, span);
  }
}

/** Client configuration of kubectl and the control plane (client-go `tools/clientcmd/api/v1`): its certificates only. */
export const kubernetesKubeconfig = defineParser({
  kind: 'document',
  id: 'kubernetes-kubeconfig',
  title: 'kubeconfig',
  keep: 'cited',
  accepts: (head) =>
    (/^kind: ["']?Config["']?[ \t\r]*$/m.test(head) || /"kind"\s*:\s*"Config"/.test(head)) &&
    /\b(?:clusters|users|contexts)"?\s*:/.test(head) &&
    /\b(?:clusters|current-context)"?\s*:/.test(head),
  parse(document, sink, context) {
    const emitter = emitterFor(document, sink, { host: null, component: 'other' }, 'cited');
    let secrets = 0;
    eachObject(
      document.text,
      (object) => {
        for (const cluster of itemsAt(object, 'clusters')) {
          certificates(cluster, ['cluster', 'certificate-authority-data'], emitter, `${context.path}#${stringAt(cluster, 'name') ?? ''}`);
        }
        for (const user of itemsAt(object, 'users')) {
          certificates(user, ['user', 'client-certificate-data'], emitter, `${context.path}#${stringAt(user, 'name') ?? ''}`);
          for (const key of ['client-key-data', 'token', 'password']) if (at(user, 'user', key) !== undefined) secrets += 1;
        }
      },
      (problem) => emitter.diagnostic('DOCUMENT_INVALID', problem.message, document.placeAt(problem.index).line ?? 1),
    );
    if (secrets > 0) emitter.diagnostic('SECRET_WITHHELD', `${secrets} credential${secrets > 1 ? 's' : ''} in this kubeconfig`);
  },
});
