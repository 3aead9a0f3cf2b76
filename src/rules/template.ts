import { printable, cut } from '../model/text.ts';

const PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9]*)(?:\|([a-z]+))?\}/g;
/** `{count} backup(s)`: the ending stands unless there is just one. */
const COUNTED = /(\{[A-Za-z][A-Za-z0-9]*(?:\|[a-z]+)?\} [a-z]+)\(s\)/g;
const OPTIONAL = /\[\[([^[\]]*)\]\]/g;
const MAX_VALUE = 300;
/** For a command: one that is cut short would be another command, so only what no shell would take is cut. */
export const MAX_COMMAND_VALUE = 20_000;

/** What a summary or a step may name besides fields: nodes, times and number of the matches joined in the finding; `subject`, the one member it is about. */
export const SUMMARY_NAMES: readonly string[] = ['nodes', 'subject', 'matches', 'start', 'end', 'span'];
/** `sum` adds a number up over the joined matches; `ahead` tells a signed duration as ahead or behind; `offset` keeps its sign and milliseconds; `abs` drops the sign; `none` stands, empty, only for zero, and `some` for anything but zero. */
export const SUMMARY_FORMATS: readonly string[] = ['duration', 'bytes', 'percent', 'time', 'ahead', 'offset', 'abs', 'sum', 'list', 'none', 'some'];
/** What a command may name besides fields; see `commands.ts`. */
export const COMMAND_NAMES: readonly string[] = [
  'etcdctl',
  'etcdctlMember',
  'etcdutl',
  'curlMember',
  'etcdLog',
  'etcdState',
  'etcdStart',
  'etcdStop',
  'apiLog',
  'controlState',
  'kubeletLog',
  'certList',
  'certRenew',
  'endpoint',
  'endpoints',
  'member',
  'memberId',
  'peerUrl',
  'initialCluster',
  'leaseName',
  'node',
  'nodes',
];

export interface Placeholder {
  readonly name: string;
  readonly format: string | null;
}

export function placeholdersIn(text: string): readonly Placeholder[] {
  return [...text.matchAll(PLACEHOLDER)].map((m) => ({ name: m[1] ?? '', format: m[2] ?? null }));
}

/**
 * Fills `{name}` and `{name|format}`, and settles `(s)` behind a number; a stretch in `[[…]]` (they nest) is left out when one of its placeholders is unknown.
 * Values come from bundles: made printable and cut to `most`.
 */
export function fill(template: string, value: (placeholder: Placeholder) => string | null, unknown: string, most = MAX_VALUE): string {
  let shortened = template;
  for (let before = ''; before !== shortened;) {
    before = shortened;
    shortened = shortened.replace(OPTIONAL, (_, inner: string) => (placeholdersIn(inner).every((one) => value(one) !== null) ? inner : ''));
  }
  const counted = shortened.replace(COUNTED, (_, words: string) => (placeholdersIn(words).some((one) => value(one) === '1') ? words : `${words}s`));
  return counted.replace(PLACEHOLDER, (_, name: string, format: string | undefined) => {
    const shown = value({ name, format: format ?? null });
    return shown === null ? unknown : cut(printable(shown), most);
  });
}
