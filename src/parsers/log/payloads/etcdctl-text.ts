import { LEVEL_CODE } from '../../../model/event.ts';
import { utf8 } from '../latin1.ts';
import { definePayload } from '../payload.ts';

const SAVED = 'Snapshot saved at ';
const ERROR = 'Error: ';

/** The plain sentences of etcdctl and etcdutl among the log lines of a job that runs them. Upstream: etcd `etcdctl/ctlv3/command/snapshot_command.go`, cobra's `Error: `. */
export const etcdctlText = definePayload({
  id: 'etcdctl-text',
  title: 'plain words of etcdctl and etcdutl',
  samples: ['Snapshot saved at /backup/snap.db', 'Error: context deadline exceeded'],
  read(line) {
    const { body: s, start, end } = line;
    const failed = s.startsWith(ERROR, start);
    if (!failed && !s.startsWith(SAVED, start)) return false;
    const text = s.slice(start, end);
    line.text = line.decoded ? text : utf8(text);
    line.level = failed ? LEVEL_CODE.error : LEVEL_CODE.info;
    line.dialect = 'etcdctl';
    return true;
  },
});
