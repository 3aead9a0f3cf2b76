import type { DiagnosticCode } from '../../model/diagnostic.ts';

/** One thing that is wrong with a database file. */
export interface DbProblem {
  readonly code: Extract<DiagnosticCode, `DB_${string}`>;
  readonly page: number | null;
  /** byte offset in the file */
  readonly offset: number;
  readonly detail: string;
}

const KEPT = 100;

/** Collects problems; keeps the first hundred and counts the rest. */
export class Problems {
  readonly list: DbProblem[] = [];
  count = 0;

  add(problem: DbProblem): void {
    this.count += 1;
    if (this.list.length < KEPT) this.list.push(problem);
  }
}
