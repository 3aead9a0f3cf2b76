import { openBundle } from '../bundle/open-bundle.ts';
import { sameButHidden } from '../model/secret-data.ts';
import type { Limits } from '../bundle/contract.ts';
import type { Entry } from '../model/bundle.ts';
import type { EvidenceRef } from '../model/evidence.ts';
import type { CaseReader } from '../model/ports.ts';

/** What comparing a case with bundles gave. */
export interface Verification {
  readonly entries: number;
  readonly citations: number;
  /** one line each: what differs, and where */
  readonly differences: readonly string[];
  /** entries of the case that none of the bundles holds */
  readonly missing: readonly string[];
}

const NEWLINE = 10;

/** Reads the bundles again and checks every entry's hash and every cited line against the case. */
export async function verify(reader: CaseReader, bundles: readonly string[], limits: Limits): Promise<Verification> {
  const byPath = new Map<string, Entry[]>();
  for (const entry of reader.entries()) byPath.set(entry.path, [...(byPath.get(entry.path) ?? []), entry]);
  const cited = citations(reader);
  const differences: string[] = [];
  const seen = new Set<number>();
  let checked = 0;
  for (const path of bundles) {
    const bundle = await openBundle(path, limits);
    for await (const open of bundle.entries()) {
      const known = (byPath.get(open.path) ?? []).find((entry) => !seen.has(entry.id));
      if (known === undefined) {
        differences.push(`${open.path}: not in the case`);
        continue;
      }
      seen.add(known.id);
      const refs = cited.get(known.id) ?? [];
      const lines = await linesAt(
        open.chunks(),
        refs.map((ref) => ref.offset),
      );
      for (const ref of refs) {
        checked += 1;
        const kept = reader.text(ref);
        const found = lines.get(ref.offset);
        if (kept !== null && ref.line !== null && found !== undefined && !sameLine(kept, found))
          differences.push(`${open.path}:${ref.line}: the cited line differs`);
      }
      const { sha256 } = open.digest();
      if (sha256 !== known.sha256) differences.push(`${open.path}: sha256 is ${sha256}, the case has ${known.sha256}`);
    }
    const archive = bundle.sha256();
    const stored = reader.bundles().find((one) => one.sha256 === archive || one.path === path);
    if (archive !== null && stored !== undefined && stored.sha256 !== archive)
      differences.push(`${path}: sha256 is ${archive}, the case has ${stored.sha256 ?? 'none'}`);
  }
  const missing = reader
    .entries()
    .filter((entry) => !seen.has(entry.id))
    .map((entry) => entry.path);
  return { entries: seen.size, citations: checked, differences, missing };
}

function citations(reader: CaseReader): ReadonlyMap<number, readonly EvidenceRef[]> {
  const byEntry = new Map<number, EvidenceRef[]>();
  for (const finding of reader.findings()) {
    for (const { ref } of [...finding.evidence, ...finding.counterEvidence]) {
      const refs = byEntry.get(ref.entry) ?? [];
      refs.push(ref);
      byEntry.set(ref.entry, refs);
    }
  }
  return byEntry;
}

/** a case keeps the line whole, or only its beginning for files that may hold secrets */
function sameLine(kept: string, found: string): boolean {
  if (kept === found) return true;
  const start = kept.endsWith('…') ? kept.slice(0, -1) : kept;
  const begins = found.slice(0, start.length);
  return (start !== kept && start === begins) || sameButHidden(start, start === kept ? found : begins);
}

/** The lines that begin at these byte offsets, as text; the whole stream is consumed, and only the wanted lines are held. */
async function linesAt(chunks: AsyncIterable<Uint8Array>, offsets: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const wanted = [...new Set(offsets)].toSorted((a, b) => a - b);
  const found = new Map<number, string>();
  let next = 0;
  let at = 0;
  let held: Uint8Array[] | null = null;
  for await (const chunk of chunks) {
    let from = 0;
    while (from < chunk.byteLength) {
      if (held === null) {
        const target = wanted[next];
        if (target === undefined || target >= at + chunk.byteLength) break;
        from = target - at;
        held = [];
      }
      const newline = chunk.indexOf(NEWLINE, from);
      const end = newline < 0 ? chunk.byteLength : newline;
      held.push(chunk.slice(from, end));
      if (newline < 0) break;
      finish();
      from = end + 1;
    }
    at += chunk.byteLength;
  }
  if (held !== null) finish();
  return found;

  function finish(): void {
    const offset = wanted[next];
    if (held !== null && offset !== undefined) found.set(offset, Buffer.concat(held).toString('utf8').replace(/\r$/, ''));
    held = null;
    next += 1;
  }
}
