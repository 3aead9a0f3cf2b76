import type { EtcdErrorKind } from '../../model/facts/kubernetes.ts';
import type { TlsFailure } from '../../model/facts/certificates.ts';

/** Why a request to etcd failed, as evidence says it. */
export const ETCD_ERROR_WORDS = {
  'no-leader': 'it had no leader',
  'leader-changed': 'its leader changed',
  timeout: 'it took too long',
  nospace: 'it had no space left',
  unreachable: 'it could not be reached',
  overloaded: 'it had too many requests',
  'too-large': 'the request was too large',
  corrupt: 'it found its data damaged',
  tls: 'the TLS handshake failed',
  auth: 'permission denied',
  compacted: 'the revision had been compacted',
  other: 'another error',
} as const satisfies Record<EtcdErrorKind, string>;

/** Why a TLS handshake failed, as evidence says it. */
export const TLS_FAILURE_WORDS = {
  expired: 'certificate expired',
  'not-yet-valid': 'certificate not yet valid',
  'expired-or-not-yet-valid': 'certificate expired or not yet valid',
  'unknown-authority': 'certificate of an unknown authority',
  'wrong-name': 'the certificate names another host',
  'no-client-certificate': 'no client certificate',
  'rejected-by-peer': 'the other side refused the certificate',
  'plain-text': 'plain text on a TLS port',
  usage: 'the certificate is for another use',
  other: 'another reason',
  benign: 'the connection was closed',
} as const satisfies Record<TlsFailure, string>;
