import type { BackupFailure } from '../../model/facts/backup.ts';
import type { EtcdErrorKind } from '../../model/facts/kubernetes.ts';
import type { TlsFailure } from '../../model/facts/certificates.ts';
import { phrase, type Phrase } from '../../model/phrases.ts';

/** Why a request to etcd failed, as evidence says it. */
export const ETCD_ERROR_WORDS = {
  'no-leader': phrase('it had no leader'),
  'leader-changed': phrase('its leader changed'),
  timeout: phrase('it took too long'),
  nospace: phrase('it had no space left'),
  unreachable: phrase('it could not be reached'),
  overloaded: phrase('it had too many requests'),
  'too-large': phrase('the request was too large'),
  corrupt: phrase('it found its data damaged'),
  tls: phrase('the TLS handshake failed'),
  auth: phrase('permission denied'),
  compacted: phrase('the revision had been compacted'),
  other: phrase('another error'),
} as const satisfies Record<EtcdErrorKind, Phrase>;

/** Why a TLS handshake failed, as evidence says it. */
export const TLS_FAILURE_WORDS = {
  expired: phrase('certificate expired'),
  'not-yet-valid': phrase('certificate not yet valid'),
  'expired-or-not-yet-valid': phrase('certificate expired or not yet valid'),
  'unknown-authority': phrase('certificate of an unknown authority'),
  'wrong-name': phrase('the certificate names another host'),
  'no-client-certificate': phrase('no client certificate'),
  'rejected-by-peer': phrase('the other side refused the certificate'),
  'plain-text': phrase('plain text on a TLS port'),
  usage: phrase('the certificate is for another use'),
  other: phrase('another reason'),
  benign: phrase('the connection was closed'),
} as const satisfies Record<TlsFailure, Phrase>;

/** Why a backup failed, as evidence says it. */
export const BACKUP_FAILURE_WORDS = {
  'no-space': phrase('no space left'),
  'read-only': phrase('the file system is read-only'),
  permission: phrase('permission denied'),
  unreachable: phrase('no connection'),
  timeout: phrase('it took too long'),
  tls: phrase('the TLS handshake failed'),
  auth: phrase('not allowed'),
  interrupted: phrase('it broke off'),
  other: phrase('another reason'),
} as const satisfies Record<BackupFailure, Phrase>;
