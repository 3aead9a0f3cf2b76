import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readKubernetesValue } from '../../../src/parsers/kubernetes-value/kubernetes-value.ts';
import { keyGroup } from '../../../src/parsers/etcd-db/resource-name.ts';
import { leaseValue, message } from '../etcd-wal/support.ts';

const envelope = (kind: string, raw: Buffer): Buffer => Buffer.concat([Buffer.from('k8s\0'), message([1, message([1, 'v1'], [2, kind])], [2, raw])]);
const time = (seconds: number): Buffer => message([1, seconds]);

describe('protobuf', () => {
  it('reads a Lease', () => {
    expect(readKubernetesValue(leaseValue('kube-scheduler', 'cp1_x', 100, 200))).toMatchObject({
      encoding: 'protobuf',
      kind: 'Lease',
      name: 'kube-scheduler',
      namespace: 'kube-system',
      lease: { holder: 'cp1_x', durationSeconds: 15, acquiredAt: 100_500_000, renewedAt: 200_500_000, transitions: 1 },
    });
  });

  it('reads an Event and a Node', () => {
    const event = message(
      [1, message([1, 'e'], [3, 'default'])],
      [2, message([1, 'Pod'], [2, 'default'], [3, 'p'])],
      [3, 'BackOff'],
      [4, 'text'],
      [5, message([1, 'kubelet'], [2, 'cp1'])],
      [6, time(5)],
      [7, time(9)],
      [8, 3],
      [9, 'Warning'],
    );
    expect(readKubernetesValue(envelope('Event', event))).toMatchObject({
      event: { reason: 'BackOff', count: 3, type: 'Warning', host: 'cp1', firstAt: 5e6, lastAt: 9e6, involved: { kind: 'Pod', name: 'p' } },
    });
    const node = message([1, message([1, 'cp1'])], [3, message([4, message([1, 'Ready'], [2, 'False'], [4, time(7)], [5, 'KubeletNotReady'])])]);
    expect(readKubernetesValue(envelope('Node', node))).toMatchObject({
      name: 'cp1',
      conditions: [{ type: 'Ready', status: 'False', reason: 'KubeletNotReady', transitionAt: 7e6 }],
    });
  });

  it('gives nothing of a Secret but its name', () => {
    const secret = envelope('Secret', message([1, message([1, 's'], [3, 'default'])], [2, message([1, 'password'], [2, 'hunter2'])], [3, 'Opaque']));
    expect(JSON.stringify(readKubernetesValue(secret))).not.toContain('hunter2');
    expect(readKubernetesValue(secret)).toMatchObject({ kind: 'Secret', name: 's', lease: null });
  });
});

describe('other encodings', () => {
  it('reads JSON', () => {
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'l' },
      spec: { holderIdentity: '', renewTime: '2026-01-02T03:04:05.000006Z' },
    };
    expect(readKubernetesValue(Buffer.from(JSON.stringify(lease)))).toMatchObject({
      encoding: 'json',
      lease: { holder: null, renewedAt: Date.UTC(2026, 0, 2, 3, 4, 5) * 1000 + 6 },
    });
    expect(readKubernetesValue(Buffer.from('{"a":1}'))).toBeNull();
  });

  it('names who encrypted a value', () => {
    expect(readKubernetesValue(Buffer.from('k8s:enc:aescbc:v1:key1:\u0000\u0001rest'))).toEqual({
      encoding: 'encrypted',
      provider: 'aescbc:v1',
      keyName: 'key1',
    });
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readKubernetesValue(Buffer.concat([Buffer.from('k8s\0'), bytes]))));
    const good = leaseValue('kube-scheduler', 'cp1_x', 100, 200);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, value) => {
        const bytes = Buffer.from(good);
        bytes[at] = value;
        readKubernetesValue(bytes);
        readKubernetesValue(good.subarray(0, at));
      }),
    );
  });
});

describe('keyGroup', () => {
  it.each([
    ['/registry/pods/default/a', '/registry/pods/', 'pods'],
    ['/registry/minions/cp1', '/registry/minions/', 'minions'],
    ['/registry/services/endpoints/default/k', '/registry/services/', 'services/endpoints'],
    ['/registry/apiregistration.k8s.io/apiservices/v1.', '/registry/apiregistration.k8s.io/', 'apiregistration.k8s.io/apiservices'],
    ['/registry/cilium.io/ciliumnodes/n/x', '/registry/cilium.io/', 'cilium.io/ciliumnodes'],
    ['/calico/ipam/v2/host', '/calico/ipam/', null],
    ['compact_rev_key', '(no prefix)', null],
    ['/top', '/', null],
    ['registry/x', 'registry/', null],
  ])('%s', (key, prefix, resource) => {
    expect(keyGroup(key)).toEqual({ prefix, resource });
  });
});
