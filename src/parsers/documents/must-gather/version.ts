import { defineParser } from '../../contract.ts';
import { firstLines } from '../emitter.ts';

const NAME = /^(?:[\w.-]+\/)*[\w.-]*must-gather[\w.-]*$/;
const VERSION = /^(?:v?\d[\w.+~-]*|unknown|latest)$/i;

/** must-gather's `version`: the name of the image that gathered, and its version (openshift/must-gather `collection-scripts/version`). Says nothing of the cluster. */
export const mustGatherVersion = defineParser({
  kind: 'document',
  id: 'must-gather-version',
  title: 'must-gather version',
  keep: 'all',
  accepts(head) {
    const lines = firstLines(head, 4);
    return head.length < 400 && lines.length === 2 && NAME.test(lines[0]?.trim() ?? '') && VERSION.test(lines[1]?.trim() ?? '');
  },
  parse() {
    // its two lines stand in the case as they are
  },
});
