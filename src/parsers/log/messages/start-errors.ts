import type { Component } from '../../../model/bundle.ts';
import { defineMessages } from '../message.ts';

/** Programs whose end is worth telling; others refuse a command line because somebody mistyped it. */
const SERVERS: ReadonlySet<Component> = new Set<Component>([
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'k3s',
  'rke2',
]);

/** Servers that refuse their command line: nothing else is said then, by them or by those who started them. */
export const startErrorMessages = defineMessages([
  {
    id: 'command line refused',
    text: /^(?:Error: |Incorrect Usage[.:] |error verifying flags, )?((?:flag |invalid |unknown |failed to parse |-).*?)(?:\. See '\w+ --help'\.)?$/,
    samples: [
      { version: 'etcd 3.6', line: 'flag provided but not defined: -experimental-foo' },
      { version: 'etcd 3.5', line: 'invalid value "abc" for flag -heartbeat-interval: parse error' },
      {
        version: 'etcd 3.3',
        line: "error verifying flags, --initial-cluster has m1=http://a:2380 but missing from --initial-advertise-peer-urls=http://b:2380. See 'etcd --help'.",
      },
      { version: 'kube-apiserver 1.24', line: 'Error: unknown flag: --insecure-port' },
      { version: 'kube-apiserver 1.24', line: 'Error: invalid argument "x" for "--service-cluster-ip-range" flag: invalid CIDR address: x' },
      { version: 'k3s 1.28', line: 'Incorrect Usage: flag provided but not defined: -foo' },
    ],
    read: (m, emit) => {
      const reason = m.str('', 1) ?? m.text;
      if (m.component === 'etcd') emit('etcd.start-failed', { reason });
      else if (SERVERS.has(m.component)) emit('process.exited', { reason });
    },
  },
]);
