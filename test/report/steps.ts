import type { CaseReader, DensityBin } from '../../src/model/ports.ts';

/** What only a screen reads, for cases that only reports are made of. */
export function stepsOf(density: readonly DensityBin[]): Pick<CaseReader, 'timelineSteps' | 'densitySteps' | 'eventAt'> {
  return {
    timelineSteps: () => [],
    eventAt: () => null,
    *densitySteps() {
      yield null;
      return density;
    },
  };
}
