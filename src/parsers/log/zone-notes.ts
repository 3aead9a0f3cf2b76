import type { SourceId } from '../../model/ids.ts';
import type { Place } from '../contract.ts';

interface Note {
  assumed: number;
  line: number;
  offset: number;
  length: number;
}

/** What a file's zoneless times amount to, by source. */
export interface ZoneNote {
  readonly source: SourceId;
  readonly zoneOffset: number | null;
  readonly assumed: number;
  /** the source also has lines whose time is beyond doubt */
  readonly settled: boolean;
  /** of the last line that was read as UTC; the first line when none was */
  readonly place: Place;
}

/** Keeps, by source, which lines were read as UTC for want of a zone, so that the zone can still be told once the whole bundle is known. */
export class ZoneNotes {
  private readonly notes = new Map<SourceId, Note>();
  private readonly years = new Map<SourceId, Omit<Note, 'assumed'>>();
  private readonly sure = new Set<SourceId>();
  private lastSure: SourceId | null = null;

  assumed(source: SourceId, line: number, offset: number, length: number): void {
    const note = this.notes.get(source);
    if (note === undefined) {
      this.notes.set(source, { assumed: 1, line, offset, length });
      return;
    }
    note.assumed += 1;
    note.line = line;
    note.offset = offset;
    note.length = length;
  }

  /** the year of this line was taken from outside the file */
  yearless(source: SourceId, line: number, offset: number, length: number): void {
    const note = this.years.get(source);
    if (note === undefined) {
      this.years.set(source, { line, offset, length });
      return;
    }
    note.line = line;
    note.offset = offset;
    note.length = length;
  }

  /** the last such line of each source */
  takeYears(): ReadonlyMap<SourceId, Place> {
    return this.years;
  }

  settled(source: SourceId): void {
    if (source === this.lastSure) return;
    this.sure.add(source);
    this.lastSure = source;
  }

  /** sources that need a zone, and those that know one which may help others */
  take(zoneOffset: number | null): readonly ZoneNote[] {
    const wanting = [...this.notes].map(([source, { assumed, ...place }]) => ({ source, zoneOffset, assumed, settled: this.sure.has(source), place }));
    if (zoneOffset === null) return wanting;
    const [teacher] = [...this.sure].filter((source) => !this.notes.has(source));
    return teacher === undefined ? wanting : [...wanting, { source: teacher, zoneOffset, assumed: 0, settled: true, place: { line: 1, offset: 0, length: 0 } }];
  }
}
