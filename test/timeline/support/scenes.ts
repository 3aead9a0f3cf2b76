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
