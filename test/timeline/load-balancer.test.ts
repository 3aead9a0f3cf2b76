import { describe, expect, it } from 'vitest';
import type { FactMap } from '../../src/model/fact.ts';
import { at } from './support/case-of-facts.ts';
import { of } from './support/derived-of.ts';
import { Logs } from './support/logs.ts';

const down = (server: string): FactMap['lb.server-state'] => ({ backend: 'k8s-api', server, up: false, reason: 'Layer4 connection problem', asked: false });
const up = (server: string): FactMap['lb.server-state'] => ({ ...down(server), up: true, reason: null });

describe('load balancers', () => {
  it('are told apart: what one sees up does not end what another sees down', () => {
    const history = new Logs()
      .say('lb1', 'haproxy', 'lb.server-state', 300, down('cp-1'))
      .say('lb2', 'haproxy', 'lb.server-state', 310, down('cp-1'))
      .say('lb2', 'haproxy', 'lb.server-state', 320, up('cp-1'))
      .history();
    expect(of(history, 'lb.backend-down').map(({ from, to }) => [from, to])).toEqual([
      [at(300), null],
      [at(310), at(320)],
    ]);
  });

  it('that begin anew take every server for up', () => {
    const history = new Logs().say('lb1', 'haproxy', 'lb.server-state', 300, down('cp-1')).say('lb1', 'haproxy', 'lb.started', 400, {}).history();
    expect(of(history, 'lb.backend-down')).toMatchObject([{ to: at(400), data: { ongoing: false } }]);
  });

  it('may find down what was never up, but not what was down before they began anew', () => {
    const found = new Logs()
      .say('lb1', 'haproxy', 'lb.started', 400, {})
      .say('lb1', 'haproxy', 'lb.server-state', 402, down('cp-1'))
      .say('lb1', 'haproxy', 'lb.server-state', 450, up('cp-1'));
    expect(of(found.history(), 'lb.backend-down')).toEqual([]);
    expect(found.undecided('lb-backend-down')).toBe(true);
    const before = new Logs()
      .say('lb1', 'haproxy', 'lb.server-state', 300, down('cp-1'))
      .say('lb1', 'haproxy', 'lb.started', 400, {})
      .say('lb1', 'haproxy', 'lb.server-state', 402, down('cp-1'))
      .say('lb1', 'haproxy', 'lb.server-state', 450, up('cp-1'));
    expect(of(before.history(), 'lb.backend-down').map(({ from, to }) => [from, to])).toEqual([
      [at(300), at(400)],
      [at(402), at(450)],
    ]);
    expect(before.undecided('lb-backend-down')).toBe(false);
  });

  it('serve others too, whose pools are no concern', () => {
    const ingress = { ...down('worker-0'), backend: 'ingress-https' };
    expect(of(new Logs().say('lb1', 'haproxy', 'lb.server-state', 300, ingress).history(), 'lb.backend-down')).toEqual([]);
  });

  it('of nginx lose a server when connections to it fail again and again', () => {
    const logs = new Logs();
    const failed: FactMap['lb.connection-failed'] = { frontend: null, backend: null, server: '10.0.0.12:6443', termination: 'upstream', lasted: null };
    for (const t of [100, 110, 120]) logs.say('lb1', 'nginx', 'lb.connection-failed', t, failed);
    expect(of(logs.history(), 'lb.backend-down')).toMatchObject([{ from: at(100), to: at(120), data: { server: '10.0.0.12:6443' } }]);
  });
});

describe('a virtual address', () => {
  const state = (logs: Logs, node: string, seconds: number, word: FactMap['vip.state']['state'], instance = 'VI_1'): Logs =>
    logs.say(node, 'keepalived', 'vip.state', seconds, { instance, state: word });

  it('is not held by a keepalived that was stopped', () => {
    const logs = new Logs();
    state(logs, 'lb1', 10, 'MASTER');
    state(logs, 'lb1', 400, 'STOPPED', '');
    state(logs, 'lb2', 401, 'MASTER');
    state(logs, 'lb1', 460, 'BACKUP');
    expect(of(logs.history(), 'vip.two-masters')).toEqual([]);
    expect(of(logs.history(), 'vip.moved')).toMatchObject([{ data: { from: 'lb1', to: 'lb2', planned: true } }]);
  });

  it('may or may not be held by one whose log ends', () => {
    const logs = new Logs();
    state(logs, 'lb1', 10, 'MASTER');
    state(logs, 'lb2', 400, 'MASTER');
    expect(of(logs.history(), 'vip.two-masters')).toEqual([]);
    expect(logs.undecided('split-brain-vip')).toBe(true);
  });

  it('is held twice until one hears the other', () => {
    const logs = new Logs();
    state(logs, 'lb1', 10, 'MASTER');
    state(logs, 'lb2', 400, 'MASTER');
    logs.say('lb1', 'keepalived', 'vip.advert', 460, { instance: 'VI_1', kind: 'lower-priority', from: '10.0.0.22' });
    state(logs, 'lb2', 460.1, 'BACKUP');
    expect(of(logs.history(), 'vip.two-masters')).toMatchObject([{ from: at(400), to: at(460) }]);
  });
});
