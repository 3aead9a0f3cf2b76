import type Database from 'better-sqlite3';

interface Segment {
  readonly since: number;
  readonly offset: number;
}

/** How one node's clock is corrected. `least` and `most` bound its offsets, microseconds. */
export interface NodeCorrection {
  readonly least: number;
  readonly most: number;
  readonly segments: readonly Segment[];
}

export const AS_WRITTEN: NodeCorrection = { least: 0, most: 0, segments: [] };

/** What the stored clock model says of each node. */
export function readCorrections(db: Database.Database): ReadonlyMap<string, NodeCorrection> {
  const rows = db.prepare<[], { node: string; since: number | null; offset: number }>('SELECT node, since, offset FROM clock ORDER BY node, segment').all();
  const byNode = new Map<string, Segment[]>();
  for (const { node, since, offset } of rows) {
    const segment = { since: since ?? -Infinity, offset };
    const known = byNode.get(node);
    if (known === undefined) byNode.set(node, [segment]);
    else known.push(segment);
  }
  return new Map(
    [...byNode].map(([node, segments]) => {
      const offsets = segments.map((s) => s.offset);
      return [node, { least: Math.min(...offsets), most: Math.max(...offsets), segments }];
    }),
  );
}

/** Written minus the offset of the segment it falls in; the first segment also holds before it begins. */
export function correct(correction: NodeCorrection, written: number): number {
  const { segments } = correction;
  for (let i = segments.length - 1; i >= 0; i -= 1) {
    const segment = segments[i];
    if (segment !== undefined && (i === 0 || segment.since <= written)) return written - segment.offset;
  }
  return written;
}
