import { defineLayout } from '../contract.ts';
import { timeInName } from '../name-times.ts';
import { all } from '../path-tests.ts';

const NAME = /^(?:scc|nts)_(?:SR\d+_)?(.+?)_\d{6}_\d{4}(?:_.*)?$/;

/** openSUSE/supportutils: bin/supportconfig. One archive per node. */
export const supportconfig = defineLayout({
  id: 'supportconfig',
  title: 'SUSE supportconfig',
  recognise: (paths) => all(paths, /^basic-environment\.txt$/, /^(?:messages|boot|systemd|ntp|docker)\.txt$/),
  oneMachine: () => true,
  hints: (_path, name) => ({ node: NAME.exec(name)?.[1] ?? null }),
  collectedAt: (name) => timeInName(name, /_(\d\d)(\d\d)(\d\d)_(\d\d)(\d\d)(?:_|$)/),
});
