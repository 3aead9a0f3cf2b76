import { describe, expect, it } from 'vitest';
import type { FactMap } from '../../src/model/fact.ts';
import { SECOND } from '../../src/model/time.ts';
import { at } from './support/case-of-facts.ts';
import { of } from './support/derived-of.ts';
import { Logs } from './support/logs.ts';
import { LEASE } from './support/sentences.ts';

const SCHEDULER = 'kube-system/kube-scheduler';
const down = (server: string): FactMap['lb.server-state'] => ({ backend: 'k8s-api', server, up: false, reason: 'Layer4 connection problem', asked: false });
const up = (server: string): FactMap['lb.server-state'] => ({ ...down(server), up: true, reason: null });

/** A node whose kubelet had long been running. */
const running = (node: string): Logs => new Logs().say(node, 'kubelet', 'node.hostname', 1, { hostname: node });

describe('an API server that does not answer', () => {
  const restarted = (provoked: boolean): Logs => {
    const logs = new Logs().say('cp-1', 'kube-apiserver', 'apiserver.started', 10, {}).say('cp-1', 'kube-apiserver', 'apiserver.stopping', 300, {});
    if (provoked)
      for (const t of [270, 280, 290])
        logs.say('cp-1', 'kubelet', 'kubelet.probe-failed', t, { pod: 'kube-apiserver-cp-1', container: 'kube-apiserver', probe: 'Liveness', output: '500' });
    return logs
      .refused('cp-1', '127.0.0.1:6443', [301, 305, 310, 318])
      .say('lb1', 'haproxy', 'lb.server-state', 306, down('cp-1'))
      .say('lb1', 'haproxy', 'lb.server-state', 330, up('cp-1'))
      .say('cp-1', 'kube-apiserver', 'apiserver.started', 322, {});
  };

  it('is maintenance where it was told to stop and came back, for its clients and its load balancer', () => {
    const history = restarted(false).history();
    expect(of(history, 'apiserver.unavailable')).toEqual([]);
    expect(of(history, 'lb.backend-down')).toMatchObject([{ data: { planned: true } }]);
  });

  it('is none where the kubelet had found it unwell', () => {
    const history = restarted(true).history();
    expect(of(history, 'apiserver.unavailable').length).toBeGreaterThan(0);
    expect(of(history, 'lb.backend-down')).toMatchObject([{ data: { planned: false } }]);
  });

  it('is none where it crashes at its start', () => {
    const logs = restarted(false).say('cp-1', 'kubelet', 'kubelet.container-failed', 315, {
      pod: 'kube-apiserver-cp-1',
      container: 'kube-apiserver',
      reason: 'CrashLoopBackOff',
    });
    expect(of(logs.history(), 'apiserver.unavailable').length).toBeGreaterThan(0);
  });

  it('may not have been there yet where the kubelets that dial it had just been started', () => {
    const times = [100, 104, 108, 112];
    const just = new Logs().refused('cp-1', '10.0.0.100:6443', times);
    expect(of(just.history(), 'apiserver.unavailable')).toEqual([]);
    expect(just.undecided('apiserver-unavailable')).toBe(true);
    const served = new Logs().refused('w-1', '10.0.0.100:6443', times).say('cp-2', 'kube-apiserver', 'apiserver.started', 10, {});
    expect(of(served.history(), 'apiserver.unavailable')).toHaveLength(1);
    const booted = running('cp-1')
      .say('cp-1', 'systemd', 'systemd.unit', 98, { unit: 'kubelet.service', state: 'started', detail: null })
      .refused('cp-1', '10.0.0.100:6443', times);
    expect(of(booted.history(), 'apiserver.unavailable')).toEqual([]);
    const another = running('w-1').refused('w-1', '10.0.0.100:6443', times).refused('cp-1', '10.0.0.100:6443', times);
    expect(of(another.history(), 'apiserver.unavailable')).toHaveLength(1);
    const long = Array.from({ length: 20 }, (_, i) => 100 + i * 8);
    expect(of(new Logs().refused('cp-1', '10.0.0.100:6443', long).history(), 'apiserver.unavailable')).toHaveLength(1);
  });

  it('does not listen yet where nobody but it finds its port closed before it serves', () => {
    const starting = (serves: boolean): Logs => {
      const logs = new Logs()
        .say('cp-1', 'kube-apiserver', 'node.hostname', 80, { hostname: 'cp-1' })
        .refused('cp-1', '[::1]:6443', [100, 103, 106], 'kube-apiserver');
      return serves ? logs.say('cp-1', 'kube-apiserver', 'apiserver.started', 108, {}) : logs;
    };
    expect(of(starting(true).history(), 'apiserver.unavailable')).toEqual([]);
    expect(starting(true).undecided('apiserver-unavailable')).toBe(true);
    expect(of(starting(false).history(), 'apiserver.unavailable')).toHaveLength(1);
  });

  it('may have been any that was told to stop where a load balancer has names of its own', () => {
    const history = restarted(false)
      .say('lb2', 'haproxy', 'lb.server-state', 306, down('m1'))
      .say('lb2', 'haproxy', 'lb.server-state', 330, up('m1'))
      .history();
    expect(of(history, 'apiserver.unavailable')).toEqual([]);
    expect(of(history, 'lb.backend-down').map((d) => d.data.planned)).toEqual([true, true]);
  });

  it('is named by its address where no node is known to have that', () => {
    const history = running('w-1').refused('w-1', '10.0.0.100:6443', [100, 104, 108, 112]).history();
    expect(of(history, 'apiserver.unavailable')).toMatchObject([{ nodes: [], data: { node: '10.0.0.100:6443' } }]);
  });

  it('is named by its node where a Node object or its own log says whose the address is', () => {
    const logs = running('w-1')
      .refused('w-1', '10.0.0.12:6443', [100, 104, 108, 112])
      .say('cp-2', 'kube-apiserver', 'node.address', 1, { node: null, address: '10.0.0.12' });
    expect(of(logs.history(), 'apiserver.unavailable')).toMatchObject([{ nodes: ['cp-2'] }]);
  });

  it('is gone since the first connection its load balancer could not make', () => {
    const failed: FactMap['lb.connection-failed'] = { frontend: 'f', backend: 'k8s-api', server: 'cp-1', termination: 'SC', lasted: 3 * SECOND };
    const history = new Logs()
      .say('cp-1', 'kubelet', 'node.hostname', 1, { hostname: 'cp-1' })
      .say('lb1', 'haproxy', 'lb.connection-failed', 303, failed)
      .say('lb1', 'haproxy', 'lb.server-state', 306, down('cp-1'))
      .say('lb1', 'haproxy', 'lb.server-state', 330, up('cp-1'))
      .history();
    expect(of(history, 'lb.backend-down')).toMatchObject([{ from: at(300), to: at(330) }]);
    expect(of(history, 'apiserver.unavailable')).toMatchObject([{ from: at(300), nodes: ['cp-1'] }]);
  });
});

describe('a lease', () => {
  const failing = (logs: Logs, times: readonly number[]): Logs => {
    for (const t of times) logs.say('cp-1', 'kube-scheduler', 'k8s-lease.update-failed', t, { lease: SCHEDULER, error: 'timeout' });
    return logs;
  };
  const held = (): Logs => new Logs().say('cp-1', 'kube-scheduler', 'k8s-lease.acquired', 10, { lease: SCHEDULER });

  it('is lost where no renewal succeeded, until somebody holds it again', () => {
    const history = failing(held(), [300, 304, 308])
      .say('cp-1', 'kube-scheduler', 'k8s-lease.lost', 310, { lease: SCHEDULER, stage: 'renew-failed' })
      .say('cp-1', 'kube-scheduler', 'k8s-lease.lost', 310.1, { lease: null, stage: 'gave-up' })
      .say('cp-2', 'kube-scheduler', 'k8s-lease.acquired', 316, { lease: SCHEDULER })
      .history();
    expect(of(history, 'k8s-lease.lost')).toMatchObject([{ from: at(310), to: at(316), data: { planned: false, controlPlane: true, duration: 6 * SECOND } }]);
  });

  it('may be tried for more slowly, and longer, than by default', () => {
    const history = failing(held(), [300, 326, 352, 378])
      .say('cp-1', 'kube-scheduler', 'k8s-lease.lost', 407, { lease: SCHEDULER, stage: 'renew-failed' })
      .history();
    const [loss] = of(history, 'k8s-lease.lost');
    expect(loss?.data.planned).toBe(false);
    expect(loss?.evidence.map((one) => one.at)).toEqual([at(300), at(407)]);
  });

  it('is given up in order where no renewal had failed before', () => {
    const history = held().say('cp-1', 'kube-scheduler', 'k8s-lease.lost', 310, { lease: SCHEDULER, stage: 'renew-failed' }).history();
    expect(of(history, 'k8s-lease.lost')).toMatchObject([{ data: { planned: true } }]);
  });

  it('is lost where a frozen holder finds that another has taken it', () => {
    const history = held()
      .say('cp-2', 'kube-scheduler', 'k8s-lease.acquired', 300, { lease: SCHEDULER })
      .say('cp-1', 'kube-scheduler', 'k8s-lease.lost', 310, { lease: SCHEDULER, stage: 'renew-failed' })
      .say('cp-1', 'kube-scheduler', 'k8s-lease.acquired', 400, { lease: SCHEDULER })
      .history();
    expect(of(history, 'k8s-lease.lost')).toMatchObject([{ to: at(310), data: { planned: false, duration: 0, ongoing: false } }]);
  });

  it('that an operator lost is not the control plane’s, and is named after what the operator ran for', () => {
    const lease = 'cert-manager/cert-manager-controller';
    const history = new Logs()
      .say('w-1', 'other', 'k8s-lease.acquiring', 10, { lease })
      .say('w-1', 'other', 'k8s-lease.update-failed', 300, { lease, error: 'timeout' })
      .say('w-1', 'other', 'k8s-lease.lost', 310, { lease: null, stage: 'gave-up' })
      .history();
    expect(of(history, 'k8s-lease.lost')).toMatchObject([{ data: { lease, component: 'cert-manager-controller', controlPlane: false } }]);
  });

  const object = (namespace: string, name: string, holder: string, renewed: number, acquired: number): FactMap['k8s-lease.object'] => ({
    ...LEASE,
    namespace,
    name,
    holder,
    acquiredAt: at(acquired),
    renewedAt: at(renewed),
  });

  it('that went there and back in silence had one holder at a time', () => {
    const kcm = 'kube-system/kube-controller-manager';
    const logs = new Logs();
    const acquired = (node: string, t: number): Logs => logs.say(node, 'kube-controller-manager', 'k8s-lease.acquired', t, { lease: kcm });
    const worked = (node: string, t: number): Logs => logs.say(node, 'kube-controller-manager', 'k8s-lease.worked', t, { lease: null });
    acquired('cp-1', 10);
    worked('cp-1', 200);
    acquired('cp-2', 220);
    worked('cp-2', 400);
    acquired('cp-1', 420);
    worked('cp-1', 600);
    expect(of(logs.history(), 'k8s-lease.two-holders')).toEqual([]);
    // whereas one that works on after the other took it is a second holder
    const both = new Logs()
      .say('cp-1', 'kube-controller-manager', 'k8s-lease.acquired', 10, { lease: kcm })
      .say('cp-2', 'kube-controller-manager', 'k8s-lease.acquired', 220, { lease: kcm })
      .say('cp-1', 'kube-controller-manager', 'k8s-lease.worked', 250, { lease: null });
    expect(of(both.history(), 'k8s-lease.two-holders')).toMatchObject([{ from: at(220), data: { overlap: 30 * SECOND, holders: ['cp-1', 'cp-2'] } }]);
    // the Lease itself, where it was collected, says what they call themselves
    both.say(null, 'other', 'k8s-lease.object', null, object('kube-system', 'kube-controller-manager', 'cp-2_b', 260, 220), 'b');
    expect(of(both.history(), 'k8s-lease.two-holders')).toMatchObject([{ data: { holders: ['cp-1', 'cp-2_b'] } }]);
  });

  it('read with two holders tells nothing while nothing is known of their clocks', () => {
    const logs = new Logs()
      .say(null, 'other', 'k8s-lease.object', null, object('kube-system', 'kube-scheduler', 'cp-1_a', 660, 10), 'a')
      .say(null, 'other', 'k8s-lease.object', null, object('kube-system', 'kube-scheduler', 'cp-2_b', 990, 636), 'b');
    expect(of(logs.history(), 'k8s-lease.two-holders')).toEqual([]);
    expect(logs.undecided('split-brain-lease')).toBe(true);
  });

  it('read with two holders beside the API server’s stamps does', () => {
    const stamped = (one: FactMap['k8s-lease.object']): FactMap['k8s-lease.object'] => ({ ...one, serverTime: one.renewedAt });
    const logs = new Logs()
      .say(null, 'other', 'k8s-lease.object', null, stamped(object('kube-system', 'kube-scheduler', 'cp-1_a', 660, 10)), 'a')
      .say(null, 'other', 'k8s-lease.object', null, stamped(object('kube-system', 'kube-scheduler', 'cp-2_b', 990, 636)), 'b');
    expect(of(logs.history(), 'k8s-lease.two-holders')).toMatchObject([{ from: at(636), data: { proved: true } }]);
  });

  it('of a kubelet, an API server or an operator is no stuck election', () => {
    const logs = new Logs()
      .say(null, 'other', 'k8s-lease.object', null, object('kube-node-lease', 'w-9', 'w-9', 100, 0))
      .say(null, 'other', 'k8s-lease.object', null, object('kube-system', 'apiserver-abc', 'apiserver-abc_x', 100, 0))
      .say(null, 'other', 'k8s-lease.object', null, object('kube-system', 'external-resizer', 'x', 100, 0));
    expect(of(logs.history(), 'k8s-lease.stale')).toEqual([]);
  });

  it('is judged at the time of the list it stands in', () => {
    const listed = (renewed: number): Logs =>
      new Logs()
        .say(null, 'other', 'k8s-lease.object', null, object('kube-system', 'kube-scheduler', 'cp-1_a', renewed, 0))
        .say(null, 'other', 'k8s-lease.object', null, object('kube-node-lease', 'cp-1', 'cp-1', 700, 0));
    expect(of(listed(695).history(), 'k8s-lease.stale')).toEqual([]);
    expect(of(listed(500).history(), 'k8s-lease.stale')).toMatchObject([{ data: { age: 200 * SECOND } }]);
  });
});

describe('a node', () => {
  const event = (reason: string, name: string): FactMap['k8s.event'] => ({
    reason,
    kind: 'Node',
    name,
    namespace: null,
    message: `Node ${name} status is now: ${reason}`,
    type: 'Normal',
    count: 1,
  });
  const silent: FactMap['node.condition'] = {
    node: 'cp-3',
    ready: false,
    reason: 'NodeStatusUnknown',
    since: at(745),
    message: 'Kubelet stopped posting node status.',
  };

  it('that was cordoned before is under maintenance', () => {
    const history = new Logs()
      .say(null, 'other', 'k8s.event', 100, event('NodeNotSchedulable', 'cp-1'))
      .say(null, 'other', 'k8s.event', 150, event('NodeNotReady', 'cp-1'))
      .say(null, 'other', 'k8s.event', 260, event('NodeReady', 'cp-1'))
      .say(null, 'other', 'k8s.event', 400, event('NodeNotReady', 'w-1'))
      .say(null, 'other', 'k8s.event', 520, event('NodeReady', 'w-1'))
      .history();
    expect(of(history, 'node.not-ready').map(({ from, to, data }) => [data.node, from, to, data.planned])).toEqual([
      ['cp-1', at(150), at(260), true],
      ['w-1', at(400), at(520), false],
    ]);
  });

  it('that fell silent did so at its last heartbeat, and is of the control plane by its role', () => {
    const lease = { namespace: 'kube-node-lease', name: 'cp-3', holder: 'cp-3', acquiredAt: null, renewedAt: at(703), durationSeconds: 40 };
    const history = new Logs()
      .say(null, 'other', 'node.condition', null, silent)
      .say(null, 'other', 'node.listed', null, { node: 'cp-3', status: 'NotReady', roles: 'control-plane', version: null })
      .say(null, 'other', 'k8s-lease.object', null, { ...lease, transitions: null, uid: null, resourceVersion: null, serverTime: null, legacy: false })
      .history();
    expect(of(history, 'node.not-ready')).toMatchObject([{ from: at(703), to: null, data: { silent: true, controlPlane: true, planned: false } }]);
  });

  it('whose kubelet was restarted is not ready for a moment only', () => {
    const history = new Logs()
      .say(null, 'other', 'k8s.event', 100, event('NodeNotReady', 'w-1'))
      .say(null, 'other', 'k8s.event', 110, event('NodeReady', 'w-1'))
      .history();
    expect(of(history, 'node.not-ready')).toEqual([]);
  });
});

describe('a container of the control plane', () => {
  const pod: FactMap['pod.status'] = {
    namespace: 'kube-system',
    pod: 'kube-apiserver-cp-1',
    node: 'cp-1',
    phase: 'Running',
    ready: true,
    restarts: 1,
    container: 'kube-apiserver',
    waiting: null,
    lastReason: 'OOMKilled',
    lastFinishedAt: at(500),
  };

  it('killed for memory is told once, by kernel and kubelet alike; a workload is not', () => {
    const history = new Logs()
      .say('cp-1', 'kernel', 'kernel.oom-kill', 500.4, { process: 'kube-apiserver', pid: 7 })
      .say(null, 'other', 'pod.status', null, pod)
      .say(null, 'other', 'pod.status', null, { ...pod, pod: 'shop-1', container: 'shop' })
      .history();
    expect(of(history, 'process.oom-killed')).toMatchObject([{ nodes: ['cp-1'], data: { process: 'kube-apiserver', count: 1 } }]);
  });

  it('loops where the kubelet waits before it starts it again, after a few times', () => {
    const waiting = { ...pod, waiting: 'CrashLoopBackOff', lastReason: 'Error' };
    const looping = (restarts: number): Logs => new Logs().say(null, 'other', 'pod.status', null, { ...waiting, restarts });
    expect(of(looping(7).history(), 'container.crash-looping')).toMatchObject([
      { nodes: ['cp-1'], data: { container: 'kube-apiserver', restarts: 7, ongoing: true } },
    ]);
    expect(of(looping(2).history(), 'container.crash-looping')).toEqual([]);
  });
});

describe('containers as their runtime lists them', () => {
  const MINUTES = 60 * SECOND;
  const run = (attempt: number, minutes: number, state: 'running' | 'exited'): FactMap['container.listed'] => ({
    namespace: 'kube-system',
    pod: 'etcd-cp-1',
    container: 'etcd',
    state,
    attempt,
    age: minutes * MINUTES,
    createdAt: null,
    finishedAt: null,
    exitCode: null,
    reason: null,
  });
  const listed = (...runs: readonly FactMap['container.listed'][]) => {
    const logs = new Logs();
    for (const one of runs) logs.say('cp-1', 'containerd', 'container.listed', null, one);
    return logs.history();
  };

  it('loop where two short runs follow each other', () => {
    expect(of(listed(run(12, 1, 'exited'), run(11, 7, 'exited')), 'container.crash-looping')).toMatchObject([
      { nodes: ['cp-1'], data: { container: 'etcd', restarts: 12, ongoing: true } },
    ]);
  });

  it('do not after a restart in a long life, few restarts, or some long ago', () => {
    for (const runs of [
      [run(12, 1, 'running'), run(11, 40_000, 'exited')],
      [run(2, 1, 'running'), run(1, 7, 'exited')],
      [run(12, 3000, 'running'), run(11, 3010, 'exited')],
      [run(12, 1, 'running')],
    ])
      expect(of(listed(...runs), 'container.crash-looping')).toEqual([]);
  });

  it('tell of a kill for memory', () => {
    const history = listed({ ...run(3, 1, 'exited'), reason: 'OOMKilled', finishedAt: at(500) });
    expect(of(history, 'process.oom-killed')).toMatchObject([{ nodes: ['cp-1'], data: { process: 'etcd', count: 1 } }]);
  });
});

describe('a backup', () => {
  it('failed where its unit did and no log of its own says so', () => {
    const failed = { unit: 'etcd-backup.service', state: 'failed', detail: "Failed with result 'exit-code'." } as const;
    const unit = (): Logs => new Logs().say('cp-1', 'systemd', 'systemd.unit', 500, failed);
    expect(of(unit().history(), 'backup.failed')).toMatchObject([{ from: at(500), nodes: ['cp-1'] }]);
    const told = unit().say('cp-1', 'backup', 'backup.failed', 499, { error: 'no space left on device', cause: 'no-space', path: null });
    expect(of(told.history(), 'backup.failed').map(({ data }) => data.cause)).toEqual(['no-space']);
    const other = new Logs().say('cp-1', 'systemd', 'systemd.unit', 500, { ...failed, unit: 'dpkg-db-backup.service' });
    expect(of(other.history(), 'backup.failed')).toEqual([]);
  });
});
