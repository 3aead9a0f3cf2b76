import type { FactMap } from '../../../model/fact.ts';
import type { TlsFailure } from '../../../model/facts/certificates.ts';
import { parseRfc3339 } from '../../../model/time.ts';
import type { Emit } from '../message.ts';

const VALIDITY = /certificate has expired or is not yet valid(?:: current time (\S+) is (after|before) (\S+?)[,\s"]?(?:$|[\s,"])|$|[^:])/;

/** What a Go TLS error text means. Upstream: Go `crypto/x509/verify.go`, `crypto/tls/alert.go`. Null when the text is no TLS failure. */
export function tlsFailure(
  error: string,
): { readonly reason: TlsFailure; readonly notAfter: ReturnType<typeof parseRfc3339>; readonly verifierClock: ReturnType<typeof parseRfc3339> } | null {
  const plain = (reason: TlsFailure) => ({ reason, notAfter: null, verifierClock: null });
  const validity = VALIDITY.exec(error);
  if (validity !== null) {
    const [, now, side, limit] = validity;
    if (now === undefined || limit === undefined) return plain('expired-or-not-yet-valid');
    return { reason: side === 'after' ? 'expired' : 'not-yet-valid', notAfter: parseRfc3339(limit), verifierClock: parseRfc3339(now) };
  }
  if (/signed by unknown authority|unknown certificate authority|unknown_ca/.test(error)) return plain('unknown-authority');
  if (/certificate is valid for|doesn't contain any IP SANs|does not match any of DNSNames|not valid for any names|certificate with CN/.test(error))
    return plain('wrong-name');
  if (/tls: expired certificate/.test(error)) return plain('expired');
  if (/didn't provide a certificate|certificate required/.test(error)) return plain('no-client-certificate');
  if (/tls: (?:bad|unknown) certificate/.test(error)) return plain('rejected-by-peer');
  if (/first record does not look like a TLS handshake|HTTP request to an HTTPS server|server gave HTTP response/.test(error)) return plain('plain-text');
  if (/incompatible key usage/.test(error)) return plain('usage');
  if (/^(?:EOF|.*connection reset by peer|.*i\/o timeout|.*broken pipe|context canceled)$/.test(error)) return plain('benign');
  return /\btls: |x509: /.test(error) ? plain('other') : null;
}

/** Emits `tls.rejected` when the text is a TLS failure that means something (a port probe's EOF does not). */
export function readTlsRejection(error: string, remote: string | null, other: FactMap['tls.rejected']['other'], emit: Emit): void {
  const failure = tlsFailure(error);
  if (failure !== null && failure.reason !== 'benign') emit('tls.rejected', { ...failure, error, remote: remote?.replace(/:\d+$/, '') ?? null, other });
}
