import type { CaseReader, DensityBin } from '../../src/model/ports.ts';

/** What a screen reads in steps, for cases that only reports are made of. */
export function stepsOf(density: readonly DensityBin[]): Pick<CaseReader, 'timelineSteps' | 'densitySteps'> {
  return {
    timelineSteps: () => [],
    *densitySteps() {
      yield null;
      return density;
    },
  };
}
