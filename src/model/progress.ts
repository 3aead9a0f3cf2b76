/** How far ingest and analysis have come; sent a few times a second. */
export interface Progress {
  readonly phase: 'reading' | 'analysing' | 'done';
  /** the path being read */
  readonly current: string;
  /** bytes of the input read so far and in all (as they lie on disk); total null when not known */
  readonly bytes: number;
  readonly totalBytes: number | null;
  readonly lines: number;
  readonly events: number;
  readonly entries: number;
}

export type OnProgress = (progress: Progress) => void;
