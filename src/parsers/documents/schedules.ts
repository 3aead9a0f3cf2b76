/**
 * True where a name or a command speaks of etcd or of backups of anything: a schedule that might save etcd must not be overlooked. What a
 * distribution ships for its package lists (Debian's `dpkg-db-backup`, `snapd`) is none.
 */
export function speaksOfBackup(text: string): boolean {
  return /etcd|back-?_?up|velero|kasten|restic|borg|snapshot|备份/i.test(text.replace(/dpkg-db-backup|snapd[\w.-]*/g, ''));
}

/** True where a name or a command speaks of backups of etcd, and of no other's. */
export function speaksOfEtcdBackup(text: string): boolean {
  return /etcd/i.test(text) && /back-?_?up|snapshot|备份/i.test(text);
}
