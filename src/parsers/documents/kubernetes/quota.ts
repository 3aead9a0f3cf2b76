import type { JsonNode } from '../../json/json-tree.ts';
import { itemsAt } from '../../json/json-access.ts';
import type { Emitter } from '../emitter.ts';

/** `--quota-backend-bytes` among a pod's commands and arguments. */
export function quotaFacts(object: JsonNode, emitter: Emitter): void {
  for (const container of itemsAt(object, 'spec', 'containers')) {
    for (const word of [...itemsAt(container, 'command'), ...itemsAt(container, 'args')]) {
      const bytes = word.kind === 'string' ? /--quota-backend-bytes[= ](\d+)/.exec(word.text)?.[1] : undefined;
      if (bytes !== undefined && Number(bytes) > 0) emitter.factAt('etcd.quota', { quotaBytes: Number(bytes) }, word);
    }
  }
}
