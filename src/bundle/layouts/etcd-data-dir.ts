import { defineLayout } from '../contract.ts';
import { some } from '../path-tests.ts';

/** etcd-io/etcd: server/storage/datadir. */
export const etcdDataDir = defineLayout({
  id: 'etcd-data-dir',
  title: 'etcd data directory',
  perNodeFolders: true,
  recognise: (paths) => some(paths, /^member\/(?:snap|wal)\//),
  hints: (path) => (/(?:^|\/)(?:snap|wal)\//.test(path) ? { component: 'etcd' } : {}),
});
