import { describe, expect, it } from 'vitest';
import type { FactMap } from '../../src/model/fact.ts';
import { buildHistory } from '../../src/timeline/build-history.ts';
import { of } from './support/derived-of.ts';
import { three } from './support/scenes.ts';

describe('a slow network', () => {
  const slow = (...told: readonly Omit<FactMap['peer.round-trip'], 'peer'>[]): boolean => {
    const { sim, a, b } = three();
    for (const [i, one] of told.entries()) sim.say(a, 20 + i, 'peer.round-trip', { peer: b.id, ...one });
    return of(buildHistory(sim.case).history, 'network.slow').length > 0;
  };

  it('is not told by the first few answers of a process, of which one may have been late', () => {
    expect(slow({ p50: 60_000, p99: 400_000, count: 9 })).toBe(false);
    expect(slow({ p50: 60_000, p99: 400_000, count: 10 })).toBe(true);
  });

  it('is told by a log that names it again and again, not once', () => {
    const lines = (times: number): boolean => {
      const { sim, a, b } = three();
      for (let i = 0; i < times; i += 1) sim.say(a, 20 + 30 * i, 'peer.clock-drift', { peer: b.id, drift: 1_500_000 + i, rtt: 200_000, error: null });
      return of(buildHistory(sim.case).history, 'network.slow').length > 0;
    };
    expect(lines(2)).toBe(false);
    expect(lines(3)).toBe(true);
  });
});
