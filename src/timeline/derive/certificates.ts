import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import type { TlsFailure } from '../../model/facts/certificates.ts';
import { phrase } from '../../model/phrases.ts';
import { formatRfc3339, formatTime } from '../../model/time.ts';
import type { EpochMicros } from '../../model/time.ts';
import { defineDerivation } from '../derivation.ts';
import { isLoopback } from '../identity/addresses.ts';
import { Addresses } from './addresses.ts';
import { CertificatePlaces, certificateKey } from './certificate-places.ts';
import type { DerivationContext } from '../derivation.ts';
import { TLS_FAILURE_WORDS } from './failure-words.ts';

interface Known {
  readonly nodes: Set<string>;
  readonly evidence: Citation[];
  readonly paths: string[];
}

const MOST_CITED = 12;

/**
 * Certificates judged at the time of collection. "expired or is not yet valid … is before" in a log means a clock, not an expiry,
 * so only the "is after" form counts as expired.
 */
export const certificatesDerivation = defineDerivation({
  id: 'certificates',
  reads: ['certificate', 'certificate.listed', 'tls.rejected', 'node.address'],
  gives: ['certificate.validity', 'tls.failing'],
  *derive(context): Generator<Derived<'certificate.validity' | 'tls.failing'>> {
    const now = context.collectedAt;
    const seen = new Map<string, Known>();
    for (const fact of context.facts(['certificate'])) {
      const { data } = fact;
      const key = certificateKey(data);
      const known = seen.get(key);
      const why = phrase('valid from {notBefore} to {notAfter}', { notBefore: formatTime(data.notBefore), notAfter: formatTime(data.notAfter) });
      if (known !== undefined) {
        for (const node of context.nodesOfFact(fact)) known.nodes.add(node);
        if (known.evidence.length < MOST_CITED / 2) known.evidence.push(context.cite(fact, why));
        continue;
      }
      seen.set(key, { nodes: new Set(context.nodesOfFact(fact)), evidence: [context.cite(fact, why)], paths: [data.path] });
    }
    const since = firstEvidence(context);
    const places = new CertificatePlaces(context);
    const emitted = new Set<string>();
    for (const fact of context.facts(['certificate.listed'])) {
      const { notAfter, name } = fact.data;
      const key = notAfter === null ? null : places.listed(context.nodesOfFact(fact), name, notAfter);
      const known = key === null ? undefined : seen.get(key);
      if (notAfter !== null && known !== undefined && known.evidence.length < MOST_CITED)
        known.evidence.push(context.cite(fact, phrase('expires {notAfter}', { notAfter: minuteOf(notAfter) })));
    }
    if (now === null) {
      if (seen.size > 0) context.undecided('cert-expired', phrase('the bundle does not say when it was collected'), []);
      return;
    }
    for (const fact of context.facts(['certificate'])) {
      const { data } = fact;
      const key = certificateKey(data);
      const known = seen.get(key);
      if (known === undefined || emitted.has(key)) continue;
      emitted.add(key);
      if (places.outlived(data)) continue;
      yield {
        type: 'certificate.validity',
        from: data.notAfter <= now ? data.notAfter : later(data.notBefore, since ?? now),
        to: null,
        nodes: [...known.nodes].toSorted(),
        data: {
          subject: data.commonName ?? data.subject,
          names: data.names,
          path: data.path,
          notBefore: data.notBefore,
          notAfter: data.notAfter,
          left: data.notAfter - now,
          lifetime: data.notAfter - data.notBefore,
          authority: data.authority,
          workload: places.ofWorkload(data),
          foreign: false,
          state: now > data.notAfter ? 'expired' : now < data.notBefore ? 'not-yet-valid' : 'valid',
          basis: 'certificate',
        },
        evidence: known.evidence,
      };
    }
    for (const fact of context.facts(['certificate.listed'])) {
      const { notAfter, name, authority } = fact.data;
      if (notAfter === null || places.listed(context.nodesOfFact(fact), name, notAfter) !== null) continue;
      yield {
        type: 'certificate.validity',
        from: notAfter <= now ? notAfter : (since ?? now),
        to: null,
        nodes: context.nodesOfFact(fact),
        data: {
          subject: name,
          names: [],
          path: context.pathOf(fact),
          notBefore: null,
          notAfter,
          left: notAfter - now,
          lifetime: null,
          authority,
          workload: false,
          foreign: false,
          state: now > notAfter ? 'expired' : 'valid',
          basis: 'listing',
        },
        evidence: [context.cite(fact, phrase('expires {notAfter}', { notAfter: minuteOf(notAfter) }))],
      };
    }
    yield* rejections(context);
  },
});

/** The earliest moment the case has evidence of: a certificate's state before it is of no concern here. */
function firstEvidence(context: DerivationContext): EpochMicros | null {
  const starts = context.sources.flatMap((source) => (source.from === null ? [] : [context.correct(source.node, source.from)]));
  return starts.length === 0 ? null : starts.reduce((a, b) => (b < a ? b : a));
}

function later(a: EpochMicros, b: EpochMicros): EpochMicros {
  return a > b ? a : b;
}

/** Handshakes that failed, by reason and by who was refused; an expiry seen in a handshake proves an expired certificate. */
function* rejections(context: DerivationContext) {
  const addresses = new Addresses(context);
  const groups = new Map<
    string,
    {
      reason: TlsFailure;
      error: string;
      remote: string | null;
      from: EpochMicros | null;
      to: EpochMicros | null;
      count: number;
      notAfter: EpochMicros | null;
      nodes: Set<string>;
      inside: boolean;
      foreign: boolean;
      api: boolean;
      owner: string | null;
      evidence: Citation[];
    }
  >();
  for (const fact of context.facts(['tls.rejected'])) {
    const { reason, error, remote, notAfter } = fact.data;
    const host = remote?.replace(/:\d+$/, '') ?? null;
    // an alert from the other side ("remote error") is about the certificate this side showed
    const owner = host === null || /\bremote error: /.test(error) ? null : context.memberByText(host);
    const api = fact.component === 'kube-apiserver';
    const nodes = owner === null ? context.nodesOfFact(fact) : [owner.node ?? owner.name];
    const inside = host === null || isLoopback(host) || addresses.nodeOf(host) !== null;
    // a member that is a client of another comes from a machine of the case
    const foreign = fact.data.other === 'client' && (host === null || !inside);
    const key = `${reason}\n${nodes.join(',')}\n${notAfter ?? ''}\n${inside}\n${foreign}\n${api}`;
    const group = groups.get(key) ?? {
      reason,
      error,
      remote,
      from: fact.when,
      to: fact.when,
      count: 0,
      notAfter,
      nodes: new Set(nodes),
      inside,
      foreign,
      api,
      owner: owner?.name ?? null,
      evidence: [],
    };
    groups.set(key, group);
    group.count += 1;
    if (fact.when !== null) group.to = fact.when;
    if (group.evidence.length < 10) group.evidence.push(context.cite(fact, phrase('handshake failed: {reason}', { reason: TLS_FAILURE_WORDS[reason] })));
  }
  const refused = [...groups.values()];
  /** TLS has one alert for both ends of a certificate's life (Go `crypto/tls`: `alertCertificateExpired`); the side that refused says which. */
  const reasonOf = (g: (typeof refused)[number]): TlsFailure => {
    if (g.reason !== 'expired-or-not-yet-valid' && (g.reason !== 'expired' || g.notAfter !== null)) return g.reason;
    const clear = refused.filter((o) => [...o.nodes].some((n) => g.nodes.has(n)) && (o.notAfter !== null || o.reason === 'not-yet-valid'));
    return clear.length > 0 && clear.every((o) => o.reason === 'not-yet-valid') ? 'not-yet-valid' : 'expired';
  };
  for (const g of refused) {
    const nodes = [...g.nodes].toSorted();
    yield {
      type: 'tls.failing' as const,
      from: g.from,
      to: g.to,
      nodes,
      data: { reason: reasonOf(g), count: g.count, error: g.error, remote: g.remote, inside: g.inside, foreign: g.foreign, api: g.api },
      evidence: g.evidence,
    };
    if (g.reason === 'expired' && g.notAfter !== null && context.collectedAt !== null) {
      yield {
        type: 'certificate.validity' as const,
        from: g.notAfter,
        to: null,
        nodes,
        data: {
          subject: g.foreign ? `certificate of client ${g.remote ?? `→ ${nodes.join(', ')}`}` : (g.owner ?? g.remote ?? (nodes.join(', ') || 'etcd')),
          names: [],
          path: '',
          notBefore: null,
          notAfter: g.notAfter,
          left: g.notAfter - context.collectedAt,
          lifetime: null,
          authority: false,
          workload: false,
          foreign: g.foreign,
          state: 'expired' as const,
          basis: 'log' as const,
        },
        evidence: g.evidence,
      };
    }
  }
}

/** Certificates are valid to the second; minutes are what a person compares. */
function minuteOf(at: EpochMicros): string {
  return `${formatRfc3339(at).slice(0, 16).replace('T', ' ')} UTC`;
}
