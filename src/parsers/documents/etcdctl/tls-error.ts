import { parseRfc3339 } from '../../../model/time.ts';
import type { EpochMicros } from '../../../model/time.ts';
import type { TlsFailure } from '../../../model/facts/certificates.ts';

export interface TlsError {
  readonly reason: TlsFailure;
  readonly notAfter: EpochMicros | null;
  readonly verifierClock: EpochMicros | null;
}

/** Go `crypto/x509` and `crypto/tls` wordings in a client's error; null when the error is not about TLS. */
export function tlsErrorOf(error: string): TlsError | null {
  if (!/x509:|tls:|remote error: tls|first record does not look like a TLS handshake/.test(error)) return null;
  const clock = /current time (\S+) is (after|before) (\S+)/.exec(error);
  const verifierClock = clock === null ? null : parseRfc3339(clock[1] ?? '');
  const bound = clock === null ? null : parseRfc3339((clock[3] ?? '').replace(/["',.)]+$/, ''));
  const reason = reasonOf(error, clock?.[2] ?? null);
  return { reason, verifierClock, notAfter: clock?.[2] === 'after' ? bound : null };
}

function reasonOf(error: string, side: string | null): TlsFailure {
  if (error.includes('has expired or is not yet valid')) {
    if (side === 'after') return 'expired';
    return side === 'before' ? 'not-yet-valid' : 'expired-or-not-yet-valid';
  }
  if (error.includes('expired certificate')) return 'expired';
  if (/unknown authority|unknown certificate authority/.test(error)) return 'unknown-authority';
  if (/certificate is (?:valid for|not valid for any)|doesn't contain any IP SANs|cannot validate certificate for/.test(error)) return 'wrong-name';
  if (/certificate required|didn't provide a certificate/.test(error)) return 'no-client-certificate';
  if (/incompatible key usage/.test(error)) return 'usage';
  if (/first record does not look like a TLS handshake/.test(error)) return 'plain-text';
  if (/remote error: tls/.test(error)) return 'rejected-by-peer';
  return 'other';
}
