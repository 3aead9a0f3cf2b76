import { expect, it, vi } from 'vitest';
import type { FactType } from '../../src/model/fact.ts';
import { buildHistory } from '../../src/timeline/build-history.ts';
import type { DerivationContext } from '../../src/timeline/derivation.ts';
import { DERIVATIONS } from '../../src/timeline/derivations.ts';
import { at } from './support/case-of-facts.ts';
import { three } from './support/scenes.ts';
import { LEASE, STARTED, STATUS } from './support/sentences.ts';

/** A case that holds something of most things. */
function full(): ReturnType<typeof three> {
  const scene = three();
  const { sim, a, b, c } = scene;
  sim.elect(a, 5);
  sim.say(a, 20, 'wal.fdatasync-slow', { took: 2_000_000 });
  for (const m of [a, b]) sim.say(m, 30, 'peer.became-inactive', { peer: c.id, error: 'unexpected EOF' });
  sim.say(c, 95, 'etcd.started', { ...STARTED, version: '3.5.1' });
  const outputs = sim.case.addSource({ node: 'n1', component: 'other' });
  sim.case.fact(outputs, 'endpoint.status', null, { ...STATUS, endpoint: 'n1:2379', member: a.id }, 'observed');
  sim.case.fact(outputs, 'k8s-lease.object', null, { ...LEASE, holder: 'n1_x', renewedAt: at(10) }, 'observed');
  sim.case.fact(outputs, 'schedule.seen', null, { kind: 'CronJob', name: null, backup: false, suspended: false, listed: true }, 'observed');
  sim.case.fact(outputs, 'backup.saved', at(50), { path: '/backup/etcd.db', sizeBytes: 100 });
  sim.case.collected = at(600);
  return scene;
}

it.each(DERIVATIONS.map((one) => [one.id, one] as const))('%s asks for no facts but those it names, and tells nothing else', (_, derivation) => {
  const asked = new Set<FactType>();
  const told: string[] = [];
  const derive = derivation.derive.bind(derivation);
  const spy = vi.spyOn(derivation, 'derive').mockImplementation(function* (context: DerivationContext) {
    const watched: DerivationContext = {
      ...context,
      facts: (types) => {
        for (const type of types) asked.add(type);
        return context.facts(types);
      },
    };
    for (const one of derive(watched)) {
      told.push(one.type);
      yield one;
    }
  });
  buildHistory(full().sim.case);
  spy.mockRestore();
  const reads: ReadonlySet<string> = new Set(derivation.reads);
  const gives: ReadonlySet<string> = new Set(derivation.gives);
  expect([...asked].filter((type) => !reads.has(type))).toEqual([]);
  expect(told.filter((type) => !gives.has(type))).toEqual([]);
});
