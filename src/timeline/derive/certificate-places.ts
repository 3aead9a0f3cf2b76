import type { FactMap } from '../../model/fact.ts';
import type { DerivationContext } from '../derivation.ts';
import { append } from '../group.ts';

type Certificate = Readonly<FactMap['certificate']>;

/** One certificate, wherever it lies. */
export function certificateKey({ issuer, serial, notAfter, subject }: Certificate): string {
  return `${issuer}\n${serial}\n${notAfter}\n${subject}`;
}

/** Rotated certificates of a kubelet: each file says when it was made (client-go `util/certificate/certificate_store.go`). */
const ROTATED = /^(.*)-(?:\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d|current)\.pem$/;
/** Where a Secret or ConfigMap holds it: `FILE#NAMESPACE/NAME/KEY`. */
const OBJECT = /#([^/#]*)\/[^#]*$/;
const SYSTEM = /^(?:kube-|openshift|cattle-|fleet-|rancher|etcd|default$|$)/;

interface Place {
  readonly certificate: Certificate;
  readonly path: string;
}

/** What the places of certificates say of them. */
export class CertificatePlaces {
  private readonly byKey = new Map<string, Place[]>();
  private readonly byPath = new Map<string, Certificate[]>();
  private readonly rotated = new Map<string, Certificate[]>();

  constructor(context: DerivationContext) {
    for (const { data, node } of context.facts(['certificate'])) {
      const key = certificateKey(data);
      append(this.byKey, key, { certificate: data, path: data.path });
      append(this.byPath, data.path, data);
      const series = ROTATED.exec(data.path)?.[1];
      if (series !== undefined) append(this.rotated, `${node ?? ''} ${series}`, data);
    }
  }

  /**
   * True where nothing rests on it any more, wherever it lies: a newer one took its place in a kubelet's series of rotated files, or it
   * is one authority of several that are trusted side by side.
   */
  outlived(certificate: Certificate): boolean {
    const later = (others: readonly Certificate[]): boolean => others.some((other) => other.notAfter > certificate.notAfter);
    const places = this.byKey.get(certificateKey(certificate)) ?? [];
    return places.every(({ path }) => {
      const beside = (this.byPath.get(path) ?? []).filter((other) => other.authority);
      if (certificate.authority && later(beside)) return true;
      const series = ROTATED.exec(path)?.[1];
      return series !== undefined && [...this.rotated].some(([name, list]) => name.endsWith(` ${series}`) && later(list));
    });
  }

  /** True where it stands only in objects of namespaces that are nobody's but the workload's. */
  ofWorkload(certificate: Certificate): boolean {
    const places = this.byKey.get(certificateKey(certificate)) ?? [];
    return places.length > 0 && places.every(({ path }) => !SYSTEM.test(OBJECT.exec(path)?.[1] ?? ''));
  }
}
