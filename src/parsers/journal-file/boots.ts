/** A clock that moved by less than this between two entries may just have been slewed or read at slightly different moments. */
const STEP = 500_000;

interface BootNote {
  /** this is the first entry of its boot in the file */
  readonly first: boolean;
  /** micros by which the clock was set since the boot's entry before; 0 = it was not */
  readonly step: number;
}

const NOTHING: BootNote = { first: false, step: 0 };

interface Boot {
  seqnum: number;
  /** wall clock minus time since boot: constant unless the clock is set */
  base: number;
}

/** Follows the wall clock of each boot against the monotonic one, which is the truth within a boot. */
export class BootBook {
  private readonly boots = new Map<string, Boot>();

  note(entry: { readonly bootId: string; readonly seqnum: number; readonly realtime: number; readonly monotonic: number }): BootNote {
    const base = entry.realtime - entry.monotonic;
    const boot = this.boots.get(entry.bootId);
    if (boot === undefined) {
      this.boots.set(entry.bootId, { seqnum: entry.seqnum, base });
      return { first: true, step: 0 };
    }
    // entries found out of order say nothing about what lay between
    if (entry.seqnum < boot.seqnum) return NOTHING;
    const step = base - boot.base;
    boot.seqnum = entry.seqnum;
    boot.base = base;
    return Math.abs(step) > STEP ? { first: false, step } : NOTHING;
  }
}
