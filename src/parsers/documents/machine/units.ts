import type { EpochMicros } from '../../../model/time.ts';
import { parseRfc3339 } from '../../../model/time.ts';
import { defineParser } from '../../contract.ts';
import { asArray, stringAt } from '../../json/json-access.ts';
import { readJson } from '../../json/json-tree.ts';
import { emitterFor, firstLines } from '../emitter.ts';
import { zoneOffsets } from './zones.ts';

const TABLE = /^\s*UNIT\s+LOAD\s+ACTIVE\s+SUB\s+/;
const ROW = /^[●○×*]?\s*(\S+\.(?:service|mount|timer|socket))\s+(?:loaded|not-found|masked|error|bad-setting)\s+(\w+)\s+([\w-]+)/;
const NONE = /^0 loaded units listed\./m;
const JSON_LIST = /^\s*\[\s*\{\s*"Unit"\s*:/;
const STATUS = /^[●○×↻*]? ?(\S+\.(?:service|mount|timer|socket))(?: - .*)?$/;
const ACTIVE = /^\s+Active: (\w+)(?: \(([^)]*)\))?(?: since (?:[^\s;]+ )?(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) ?([A-Z]{2,5}|[+-]\d\d(?::?\d\d)?)?)?/;
/** Whose state matters whatever it is; of others that they failed does. */
const OURS =
  /^(?:etcd\S*|kube\S+|k3s\S*|rke2\S*|k0s\S*|containerd|crio|docker|cri-docker|haproxy|keepalived|nginx|chrony\S*|ntp\S*|systemd-timesyncd|snap\.microk8s\.\S+)\.service$/;

function since(text: string | undefined, zone: string | undefined): EpochMicros | null {
  const at = parseRfc3339(text ?? '');
  const [offset, other] = zone === undefined ? [] : zoneOffsets(zone);
  return at === null || offset === undefined || other !== undefined ? null : ((at - offset) as EpochMicros);
}

/** `systemctl list-units`, `systemctl status` (systemd `systemctl-list-units.c`, `systemctl-show.c`), and troubleshoot's list as JSON. */
export const systemdUnits = defineParser({
  kind: 'document',
  id: 'systemd-units',
  title: 'systemctl list-units, systemctl status',
  keep: 'all',
  accepts(head) {
    const lines = firstLines(head, 40);
    return (
      JSON_LIST.test(head) ||
      lines.slice(0, 4).some((line) => TABLE.test(line)) ||
      (lines.length < 6 && NONE.test(head)) ||
      (STATUS.test(lines[0] ?? '') && lines.slice(1, 4).some((line) => /^\s+Loaded: /.test(line)))
    );
  },
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'systemd' });
    const worth = (unit: string, active: string): boolean => active === 'failed' || OURS.test(unit);
    if (JSON_LIST.test(document.text)) {
      for (const item of asArray(readJson(document.text).node)?.items ?? []) {
        const unit = stringAt(item, 'Unit') ?? '';
        const active = stringAt(item, 'Active') ?? '';
        if (worth(unit, active)) emitter.factAt('unit.listed', { unit, active, sub: stringAt(item, 'Sub'), since: null }, item);
      }
      return;
    }
    let shown: string | null = null;
    for (const { text, line } of document.lines) {
      const [, unit, active = '', sub = null] = ROW.exec(text) ?? [];
      if (unit !== undefined) {
        if (worth(unit, active)) emitter.fact('unit.listed', { unit, active, sub, since: null }, line);
        continue;
      }
      shown = STATUS.exec(text)?.[1] ?? shown;
      const now = ACTIVE.exec(text);
      if (now !== null && shown !== null) {
        const [, state = '', detail = null, day, zone] = now;
        if (worth(shown, state)) emitter.fact('unit.listed', { unit: shown, active: state, sub: detail, since: since(day, zone) }, line);
        shown = null;
      }
    }
  },
});
