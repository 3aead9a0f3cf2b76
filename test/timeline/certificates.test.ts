import { describe, expect, it } from 'vitest';
import type { FactMap } from '../../src/model/fact.ts';
import { SECOND, epochMicros, type EpochMicros } from '../../src/model/time.ts';
import { at } from './support/case-of-facts.ts';
import { of } from './support/derived-of.ts';
import { Logs } from './support/logs.ts';

describe('certificates', () => {
  const certificate: FactMap['certificate'] = {
    subject: 'CN=system:node:cp-1',
    issuer: 'CN=kubernetes',
    commonName: 'system:node:cp-1',
    notBefore: at(-9_000_000),
    notAfter: at(-100),
    names: [],
    serial: '1',
    authority: false,
    usages: [],
    path: 'cp-1/pki/kubelet-client-2025-02-01-00-00-00.pem',
  };
  const renewed = { ...certificate, serial: '2', notAfter: at(9_000_000), path: 'cp-1/pki/kubelet-client-current.pem' };
  const states = (...list: readonly FactMap['certificate'][]): readonly string[] => {
    const logs = new Logs();
    for (const one of list) logs.say('cp-1', 'other', 'certificate', null, one);
    return of(logs.history(), 'certificate.validity').map(({ data }) => `${data.state}${data.workload ? ' of the workload' : ''}`);
  };

  it('that a kubelet has replaced are past', () => {
    expect(states(certificate)).toEqual(['expired']);
    expect(states(certificate, renewed)).toEqual(['valid']);
  });

  it('of several authorities trusted side by side may end', () => {
    const old = { ...certificate, authority: true, path: 'ca-bundle.crt' };
    expect(states(old)).toEqual(['expired']);
    expect(states(old, { ...renewed, authority: true, path: 'ca-bundle.crt' })).toEqual(['valid']);
    expect(states(old, { ...renewed, authority: true, path: 'other.crt' })).toContain('expired');
  });

  it('listed by a tool and found as files are one each', () => {
    const file = { ...renewed, commonName: 'kube-etcd-healthcheck-client', path: 'cp-1/pki/etcd/healthcheck-client.crt' };
    const listed = (name: string, notAfter: EpochMicros): FactMap['certificate.listed'] => ({ name, notAfter, missing: false, authority: false });
    const minute = epochMicros(file.notAfter - (file.notAfter % (60 * SECOND)));
    const validity = (name: string, end: EpochMicros) =>
      of(
        new Logs().say('cp-1', 'other', 'certificate', null, file).say('cp-1', 'other', 'certificate.listed', null, listed(name, end), 'list').history(),
        'certificate.validity',
      );
    const one = validity('etcd-healthcheck-client', minute);
    expect(one).toMatchObject([{ data: { subject: 'kube-etcd-healthcheck-client', notAfter: file.notAfter } }]);
    expect(one[0]?.evidence).toHaveLength(2);
    expect(validity('etcd-healthcheck-client', epochMicros(minute - 60 * SECOND))).toHaveLength(2);
    expect(validity('etcd-server', minute)).toHaveLength(2);
  });

  it('in objects of a namespace of the workload are the workload’s', () => {
    expect(states({ ...certificate, path: 'secrets.yaml#shop/tls/tls.crt' })).toEqual(['expired of the workload']);
    expect(states({ ...certificate, path: 'secrets.yaml#kube-system/tls/tls.crt' })).toEqual(['expired']);
  });
});
