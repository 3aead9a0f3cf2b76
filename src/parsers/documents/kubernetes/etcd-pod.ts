import type { JsonNode } from '../../json/json-tree.ts';
import { itemsAt } from '../../json/json-access.ts';
import type { Emitter } from '../emitter.ts';
import { EtcdSettings } from '../etcd-settings.ts';

/** How etcd is configured by the commands and arguments of its pod: `--quota-backend-bytes` and what `EtcdSettings` reads. */
export function etcdPodFacts(object: JsonNode, emitter: Emitter): void {
  for (const container of itemsAt(object, 'spec', 'containers')) {
    const words = [...itemsAt(container, 'command'), ...itemsAt(container, 'args')].flatMap((word) => (word.kind === 'string' ? [word] : []));
    const settings = new EtcdSettings();
    let first: JsonNode | null = null;
    for (const word of words) {
      const bytes = /--quota-backend-bytes[= ](\d+)/.exec(word.text)?.[1];
      if (bytes !== undefined && Number(bytes) > 0) emitter.factAt('etcd.quota', { quotaBytes: Number(bytes) }, word);
      if (settings.take(word.text)) first ??= word;
    }
    if (first !== null && words.some(({ text }) => /(?:^|[/\s])etcd(?:\s|$)/.test(text))) emitter.factAt('etcd.configured', settings.fact(), first);
  }
}
