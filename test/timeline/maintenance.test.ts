import { describe, expect, it } from 'vitest';
import { buildHistory } from '../../src/timeline/build-history.ts';
import { CaseOfFacts, at } from './support/case-of-facts.ts';
import { of } from './support/derived-of.ts';

const SERVER = { backend: 'kubernetes-api', server: 'n2', asked: false };
const DOWN = { ...SERVER, up: false, reason: 'Layer4 connection problem' };
const UP = { ...SERVER, up: true, reason: null };

function outage(from: number, to: number, started: number | null): CaseOfFacts {
  const kase = new CaseOfFacts();
  const balancer = kase.addSource({ node: 'lb1', component: 'haproxy' });
  if (started !== null) kase.fact(balancer, 'lb.started', at(started), {});
  kase.fact(balancer, 'lb.server-state', at(from), DOWN);
  kase.fact(balancer, 'lb.server-state', at(to), UP);
  return kase;
}

function apiServer(kase: CaseOfFacts, stopping: number | null, serving: number): void {
  const log = kase.addSource({ node: 'n2', component: 'kube-apiserver' });
  kase.fact(log, 'apiserver.started', at(-600), {});
  if (stopping !== null) kase.fact(log, 'apiserver.stopping', at(stopping), {});
  kase.fact(log, 'apiserver.started', at(serving), {});
}

describe('an API server behind a load balancer', () => {
  it('was away as planned when it was told to stop and came back', () => {
    const kase = outage(101, 122, -300);
    apiServer(kase, 100, 119);
    const { history } = buildHistory(kase);
    expect(of(history, 'lb.backend-down')).toMatchObject([{ data: { planned: true } }]);
    expect(of(history, 'apiserver.unavailable')).toEqual([]);
  });

  it('was lost when nobody had told it to stop', () => {
    const kase = outage(101, 122, -300);
    apiServer(kase, null, 119);
    const { history } = buildHistory(kase);
    expect(of(history, 'lb.backend-down')).toHaveLength(1);
    expect(of(history, 'apiserver.unavailable')).toHaveLength(1);
  });

  it('may never have been up where the first checks found it down', () => {
    const { history } = buildHistory(outage(2, 40, 0));
    expect(of(history, 'lb.backend-down')).toEqual([]);
    expect(history.undecided.filter((u) => u.about === 'lb-backend-down')).toHaveLength(1);
  });
});

it('an address that is no machine’s is no machine’s outage', () => {
  const kase = new CaseOfFacts();
  const log = kase.addSource({ node: 'n1', component: 'kube-scheduler' });
  for (let second = 0; second < 90; second += 2) {
    const error = 'dial tcp 10.0.0.100:6443: connect: connection refused';
    kase.fact(log, 'apiserver.unreachable', at(second), { address: '10.0.0.100:6443', error, kind: 'refused' });
  }
  expect(of(buildHistory(kase).history, 'apiserver.unavailable')).toMatchObject([{ nodes: [], data: { node: '10.0.0.100:6443' } }]);
});

it('a controller that only says it gave up leading may have been told to stop', () => {
  const kase = new CaseOfFacts();
  const log = kase.addSource({ node: 'n1', component: 'kube-controller-manager' });
  kase.fact(log, 'k8s-lease.acquired', at(0), { lease: 'kube-system/kube-controller-manager' });
  kase.fact(log, 'k8s-lease.lost', at(500), { lease: null, stage: 'gave-up' });
  const { history } = buildHistory(kase);
  expect(of(history, 'k8s-lease.lost')).toEqual([]);
  expect(history.undecided.filter((u) => u.about === 'lease-lost')).toHaveLength(1);
});
