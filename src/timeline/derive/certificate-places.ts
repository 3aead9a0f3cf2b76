import { MINUTE } from '../../model/time.ts';
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

function isFileOf(path: string, name: string): boolean {
  const file = `/${path.replace(/\.(?:crt|pem)$/, '')}`.replaceAll('/', '-');
  return file.endsWith(`-${name}`);
}

interface Place {
  readonly certificate: Certificate;
  readonly path: string;
}

/** What the places of certificates say of them. */
export class CertificatePlaces {
  private readonly byKey = new Map<string, Place[]>();
  private readonly byPath = new Map<string, Certificate[]>();
  private readonly rotated = new Map<string, Certificate[]>();
  private readonly onNode = new Map<string, Place[]>();

  constructor(context: DerivationContext) {
    for (const fact of context.facts(['certificate'])) {
      const { data, node } = fact;
      const key = certificateKey(data);
      append(this.byKey, key, { certificate: data, path: data.path });
      append(this.byPath, data.path, data);
      for (const on of context.nodesOfFact(fact)) append(this.onNode, on, { certificate: data, path: data.path });
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

  /**
   * The key of the certificate that a line of `kubeadm certs check-expiration` speaks of: on that machine, of that name, with that end.
   * The listing is to the minute and names files by their place below `pki` (`etcd-server` is `etcd/server.crt`); upstream: kubernetes
   * `cmd/kubeadm/app/phases/certs/certlist.go`.
   */
  listed(nodes: readonly string[], name: string, notAfter: number): string | null {
    const here = nodes.flatMap((node) => this.onNode.get(node) ?? []);
    const found = here.find(
      ({ certificate, path }) =>
        Math.floor(certificate.notAfter / MINUTE) === Math.floor(notAfter / MINUTE) && (certificate.commonName === name || isFileOf(path, name)),
    );
    return found === undefined ? null : certificateKey(found.certificate);
  }

  /** True where it stands only in objects of namespaces that are nobody's but the workload's. */
  ofWorkload(certificate: Certificate): boolean {
    const places = this.byKey.get(certificateKey(certificate)) ?? [];
    return places.length > 0 && places.every(({ path }) => !SYSTEM.test(OBJECT.exec(path)?.[1] ?? ''));
  }
}
