import { SimulatedCluster, generator, type SimulatedMember } from './simulated-cluster.ts';

export interface Three {
  readonly sim: SimulatedCluster;
  readonly a: SimulatedMember;
  readonly b: SimulatedMember;
  readonly c: SimulatedMember;
}

/** Three members, their clocks as far ahead as `offsets` say. */
export function three(offsets: readonly number[] = [0, 0, 0]): Three {
  const sim = new SimulatedCluster({ offsets, random: generator(7) });
  const [a, b, c] = sim.members;
  if (a === undefined || b === undefined || c === undefined) throw new Error('three members');
  return { sim, a, b, c };
}

/** Three members, led by the first from the fifth second on. */
export function led(): Three {
  const all = three();
  all.sim.elect(all.a, 5);
  return all;
}

/** A log that says something every second up to its end. */
export function alive(sim: SimulatedCluster, m: SimulatedMember, from: number, to: number): void {
  for (let second = from; second <= to; second += 1) sim.say(m, second, 'etcd.request-slow', { took: 200_000, method: null }, true);
}
