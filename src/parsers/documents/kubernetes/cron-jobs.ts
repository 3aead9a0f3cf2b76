import type { JsonNode } from '../../json/json-tree.ts';
import { at, booleanAt, itemsAt, stringAt } from '../../json/json-access.ts';
import type { Emitter } from '../emitter.ts';
import { speaksOfBackup, speaksOfEtcdBackup } from '../schedules.ts';
import { time } from './lease-facts.ts';
import { anchor, nameOf, namespaceOf } from './objects.ts';

/** A CronJob (batch/v1 and v1beta1 CronJobSpec), or an empty list of them. */
export function cronJobFacts(object: JsonNode, emitter: Emitter, listed: boolean): void {
  const where = anchor(object, ['metadata', 'name'], ['kind'], ['items']);
  if ((stringAt(object, 'kind') ?? '').endsWith('List')) {
    emitter.factAt('schedule.seen', { kind: 'CronJob', name: null, backup: false, suspended: false, listed }, where);
    return;
  }
  const name = `${namespaceOf(object)}/${nameOf(object)}`;
  const words = [name, ...workOf(object, ['spec', 'jobTemplate', 'spec', 'template', 'spec'])].join(' ');
  const backup = speaksOfBackup(words);
  emitter.factAt('schedule.seen', { kind: 'CronJob', name, backup, suspended: booleanAt(object, 'spec', 'suspend') === true, listed }, where);
  // since 1.21
  const succeeded = at(object, 'status', 'lastSuccessfulTime');
  if (succeeded?.kind === 'string' && speaksOfEtcdBackup(words))
    emitter.factAt('backup.saved', { path: null, sizeBytes: null }, succeeded, { at: time(succeeded.text), meaning: 'observed' });
}

/** What the containers of a pod template are made of and run, and what they mount from the machine. */
export function workOf(object: JsonNode, pod: readonly string[]): readonly string[] {
  const containers = [...itemsAt(object, ...pod, 'initContainers'), ...itemsAt(object, ...pod, 'containers')];
  const said = containers.flatMap((c) => [stringAt(c, 'name'), stringAt(c, 'image'), ...texts(c, 'command'), ...texts(c, 'args')]);
  const mounted = itemsAt(object, ...pod, 'volumes').map((v) => stringAt(v, 'hostPath', 'path'));
  return [...said, ...mounted].filter((text) => text !== null);
}

function texts(node: JsonNode, key: string): readonly string[] {
  return itemsAt(node, key).flatMap((item) => (item.kind === 'string' ? [item.text] : []));
}
