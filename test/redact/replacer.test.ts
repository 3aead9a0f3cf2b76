import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIpv6 } from '../../src/redact/addresses.ts';
import { anyOf } from '../../src/redact/one-of.ts';
import { rewrite, rewriteAll } from './support.ts';

describe('names', () => {
  it('that begin like others are told apart', () => {
    expect(rewrite('etcd-1 etcd-10 etcd-1-etcd etcd-100 xetcd-1 etcd-1x', 'etcd-1', 'etcd-10')).toBe('node-1 node-2 node-1-etcd etcd-100 xetcd-1 etcd-1x');
  });

  it('are found in pods, paths, quotes and behind escapes', () => {
    expect(rewrite('kube-system_etcd-db7_0a/etcd/0.log "db7" db7: \\ndb7 %2Fdb7 \u001b[31mdb7\u001b[0m DB7.log', 'db7')).toBe(
      'kube-system_etcd-node-1_0a/etcd/0.log "node-1" node-1: \\nnode-1 %2Fnode-1 \u001b[31mnode-1\u001b[0m node-1.log',
    );
  });

  it('of members are those of their hosts, and what is made of a host keeps it', () => {
    const { texts, map } = rewriteAll(['name=db7 pod=etcd-db7 member=blue-fox'], { host: ['db7'], member: ['db7', 'etcd-db7', 'blue-fox'] });
    expect(texts).toEqual(['name=node-1 pod=etcd-node-1 member=member-1']);
    expect([...map.member.keys()]).toEqual(['blue-fox']);
  });

  it('stay when they are common words, numbers or ids', () => {
    const text = 'etcd lost the leader 8e9e05c52164694d on localhost; default master 3';
    expect(rewrite(text, 'etcd', 'leader', 'localhost', 'default', 'master', '3', '8e9e05c52164694d')).toBe(text);
  });

  it('sort as they did before', () => {
    const hosts = Array.from({ length: 12 }, (_, i) => `zz${String(i).padStart(2, '0')}`);
    const { map } = rewriteAll([], { host: hosts });
    expect([...map.host.values()]).toEqual([...map.host.values()].toSorted());
    expect([...map.host.values()].at(0)).toBe('node-01');
  });

  it('are no pseudonym of another', () => {
    const { map } = rewriteAll([], { host: ['node-1', 'alpha7', 'node-3'] });
    expect([...map.host.values()].filter((name) => map.host.has(name))).toEqual([]);
    expect(new Set(map.host.values()).size).toBe(3);
  });

  it('go with their domains', () => {
    const { texts } = rewriteAll(
      ['db7.dc2.acme.example and db7; vault9.dc2.acme.example, vault9; sso.acme.example; *.dc2.acme.example; kubernetes.default.svc.cluster.local'],
      { host: ['db7.dc2.acme.example'] },
    );
    expect(texts).toEqual([
      'node-1.zone-1.example.test and node-1; node-2.zone-1.example.test, node-2; host-1.example.test; *.zone-1.example.test; kubernetes.default.svc.cluster.local',
    ]);
  });

  it('of users come from home directories', () => {
    expect(rewrite('/home/jdoe/.kube/config; sudo: jdoe; /home/core/x')).toBe('/home/user-1/.kube/config; sudo: user-1; /home/core/x');
  });
});

describe('addresses', () => {
  it('in URLs, with ports and masks, are replaced alike', () => {
    expect(rewrite('https://10.9.8.7:2380/x 10.9.8.7/24 [fd00:1::7]:2379 remote:fd00:1:0:0:0:0:0:7 ip-10-9-8-7')).toBe(
      'https://198.18.0.1:2380/x 198.18.0.1/24 [2001:db8::1]:2379 remote:2001:db8::1 ip-198-18-0-1',
    );
  });

  it('that are the same everywhere stay, and so do versions, times, ids and units', () => {
    const text =
      '127.0.0.1 0.0.0.0 255.255.255.0 224.0.0.18 ::1 [::]:2379 3.5.16 go1.24.0 v1.2.3.4 1.3.6.1.5.5.7.3.1 version: 10.2.3.4 2026-11-22T09:00:40.123456Z 46:e7:00:11:22:33:44:55 getty@tty1.service std::string 4.18.0-553.el8';
    expect(rewrite(text)).toBe(text);
  });

  it('of network cards and of people are replaced', () => {
    expect(rewrite('link/ether 52:54:00:ab:cd:ef; Jane.Doe@acme.example wrote')).toBe('link/ether 02:00:00:00:00:01; user-1@example.test wrote');
  });

  it('hidden in hexadecimal, byte arrays and base64 are found', () => {
    const bytes = JSON.stringify([...Buffer.from('from db7 at 10.9.8.7')]);
    const { texts } = rewriteAll(
      ['Reference ID    : 0A090807 (10.9.8.7)', `"MESSAGE":${bytes}`, Buffer.from('server: https://10.9.8.7:6443').toString('base64')],
      { host: ['db7'] },
    );
    expect(texts[0]).toBe('Reference ID    : C6120001 (198.18.0.1)');
    expect(texts[1]).toBe(`"MESSAGE":${JSON.stringify([...Buffer.from('from node-1 at 198.18.0.1')])}`);
    expect(Buffer.from(texts[2] ?? '', 'base64').toString()).toBe('server: https://198.18.0.1:6443');
  });

  it('of the benchmark network are never a pseudonym and an original at once', () => {
    const { texts, map } = rewriteAll(['198.18.0.1 10.0.0.1 198.18.0.3']);
    expect([...map.ipv4.values()].filter((address) => map.ipv4.has(address))).toEqual([]);
    expect(new Set(texts[0]?.split(' ')).size).toBe(3);
  });

  it('in IPv6 have one canonical form', () => {
    expect(parseIpv6('fd00::1')).toBe(parseIpv6('fd00:0:0:0::0001'));
    for (const text of ['09:00:40', ':::', '1::2::3', 'fd00:1', '1:2:3:4:5:6:7:8:9']) expect(parseIpv6(text)).toBeNull();
  });
});

const label = fc.stringMatching(/^[a-z]{3,6}-[a-z]{3,6}[0-9]{1,3}$/);
const address = fc
  .tuple(fc.integer({ min: 1, max: 126 }), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 254 }))
  .map((parts) => parts.join('.'));
const glue = fc.constantFrom(' ', '"', ',', ':', '=', '/', '://', ' [', '] ', '\n', '\\n', '\\"', '_', '\t', '(', ')');

describe('whatever stands around them', () => {
  it('no name and no address remains', () => {
    fc.assert(
      fc.property(
        fc.array(label, { minLength: 1, maxLength: 5 }),
        fc.array(address, { maxLength: 4 }),
        fc.array(fc.tuple(fc.nat(), glue), { minLength: 1, maxLength: 30 }),
        (hosts, addresses, picks) => {
          const pool = [...hosts, ...addresses];
          const text = picks.map(([pick, between]) => `${pool[pick % pool.length] ?? ''}${between}`).join('');
          const out = rewriteAll([text], { host: hosts }).texts[0] ?? '';
          const left = new RegExp(`(?<![A-Za-z0-9])${anyOf(pool.map((one) => one.toLowerCase()))}(?![A-Za-z0-9])`);
          expect(left.test(out), `${text} → ${out}`).toBe(false);
          expect(out.split('\n').length).toBe(text.split('\n').length);
        },
      ),
    );
  });

  it('rewriting twice changes nothing more', () => {
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 5 }), fc.array(address, { maxLength: 4 }), (hosts, addresses) => {
        const text = [...hosts, ...addresses].join(' ');
        const { map } = rewriteAll([text], { host: hosts });
        const originals = new Set([...map.host.keys(), ...map.ipv4.keys()]);
        expect([...map.host.values(), ...map.ipv4.values()].filter((pseudonym) => originals.has(pseudonym))).toEqual([]);
      }),
    );
  });

  it('bytes that are no text survive', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(rewrite(`${text} \u{1f600}`)).toBe(rewrite(rewrite(`${text} \u{1f600}`)));
      }),
    );
  });
});
