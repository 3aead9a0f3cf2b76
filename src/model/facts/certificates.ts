import type { EpochMicros } from '../time.ts';

/** Certificates, and connections refused over them. */
export interface CertificateFacts {
  certificate: {
    subject: string;
    issuer: string;
    commonName: string | null;
    notBefore: EpochMicros;
    notAfter: EpochMicros;
    names: readonly string[];
    serial: string;
    authority: boolean;
    usages: readonly string[];
    path: string;
  };
  'certificate.listed': { name: string; notAfter: EpochMicros | null; missing: boolean; authority: boolean };
  'tls.rejected': {
    reason: TlsFailure;
    error: string;
    remote: string | null;
    /** who the other side is: another member, a client of the one that speaks, or a server that it dialled */
    other: 'peer' | 'client' | 'server';
    notAfter: EpochMicros | null;
    verifierClock: EpochMicros | null;
  };
}

export type TlsFailure =
  | 'expired'
  | 'not-yet-valid'
  | 'expired-or-not-yet-valid'
  | 'unknown-authority'
  | 'wrong-name'
  | 'no-client-certificate'
  | 'rejected-by-peer'
  | 'plain-text'
  | 'usage'
  | 'other'
  | 'benign';
