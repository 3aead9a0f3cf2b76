import { defineParser } from '../contract.ts';
import { emitterFor } from './emitter.ts';
import { EtcdSettings } from './etcd-settings.ts';

const KEY =
  /^\s*(?:ETCD_(?:NAME|DATA_DIR|HEARTBEAT_INTERVAL|ELECTION_TIMEOUT|LISTEN_(?:PEER|CLIENT)_URLS|INITIAL_\w+|ADVERTISE_CLIENT_URLS)=|(?:data-dir|listen-peer-urls|listen-client-urls|initial-cluster|advertise-client-urls|initial-advertise-peer-urls):\s)/;
const QUOTA = /(?:--quota-backend-bytes[= ]|^\s*quota-backend-bytes:\s*|ETCD_QUOTA_BACKEND_BYTES=)["']?(\d+)/;

/** The static pod manifest that kubeadm and others write for etcd: a Pod that starts it, as yet without a status. */
export function isEtcdManifest(head: string): boolean {
  if (!/^kind: ["']?Pod["']?[ \t\r]*$/m.test(head) && !/"kind"\s*:\s*"Pod"/.test(head)) return false;
  if (!/--(?:initial-cluster|listen-client-urls|listen-peer-urls|data-dir)[= ]/.test(head) || !/\betcd\b/.test(head)) return false;
  return !/\bphase"?: |\bnodeName"?: |^items:/m.test(head);
}

function isConfigFile(head: string): boolean {
  if (/^[\s\ufeff]*[{[]/.test(head) || /^\d{4}-\d\d-\d\d/.test(head) || /^Member\s+[0-9a-f]+ added/m.test(head)) return false;
  const lines = head.split('\n').filter((line) => line.trim() !== '' && !/^\s*#/.test(line));
  return lines.length <= 300 && lines.filter((line) => KEY.test(line)).length >= 2;
}

function isUnit(head: string): boolean {
  return /^\[Service\][ \t\r]*$/m.test(head) && /^ExecStart=.*\betcd\b/m.test(head) && !/kube-apiserver/.test(head);
}

/** How a member is configured: its quota, and the settings that its log may no longer tell. */
export const etcdConfiguration = defineParser({
  kind: 'document',
  id: 'etcd-configuration',
  title: 'etcd configuration',
  keep: 'all',
  accepts: (head) => isEtcdManifest(head) || isUnit(head) || (isConfigFile(head) && !/^kind: /m.test(head)),
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'etcd' });
    const settings = new EtcdSettings();
    let first: number | null = null;
    for (const { text, line } of document.lines) {
      if (/^\s*#/.test(text)) continue;
      if (settings.take(text)) first ??= line;
      const bytes = Number(QUOTA.exec(text)?.[1] ?? 0);
      // 0 asks for the default
      if (bytes > 0) emitter.fact('etcd.quota', { quotaBytes: bytes }, line);
    }
    if (first !== null) emitter.fact('etcd.configured', settings.fact(), first);
  },
});
