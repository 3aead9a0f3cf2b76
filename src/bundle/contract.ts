import type { DiagnosticCode } from '../model/diagnostic.ts';
import type { PathHints } from '../model/bundle.ts';
import type { EpochMicros } from '../model/time.ts';

/** Bounds on what a bundle may cost; every one has a flag and a line in docs/limits.md. */
export interface Limits {
  /** archives within archives; 4 */
  readonly nesting: number;
  /** entries of one bundle; 200 000 */
  readonly entries: number;
  /** decompressed bytes of one entry; 64 GiB */
  readonly entryBytes: number;
  /** decompressed bytes of one bundle; 256 GiB */
  readonly totalBytes: number;
  /** decompressed : compressed, checked once 64 MiB came out; 1000 */
  readonly expansion: number;
  /** bytes of one line before it is cut; 1 MiB */
  readonly lineBytes: number;
  /** bytes of one document (JSON, YAML, PEM, metrics) held in memory; 32 MiB */
  readonly documentBytes: number;
  /** bytes of one binary file inside an archive held in memory, since it needs random access; 256 MiB */
  readonly binaryBytes: number;
}

/** How many bytes of an entry are looked at to recognise it. */
export const HEAD_BYTES = 65_536;

/** An entry on its way through. Its bytes can be had once, in order, before the next entry is asked for. */
export interface OpenEntry {
  /** as the report contract wants it: relative to a directory bundle, or the archive's own path; nested archives joined by `!/`; a compressed single file keeps its name */
  readonly path: string;
  readonly modifiedAt: EpochMicros | null;
  /** decompressed size where the container says it */
  readonly size: number | null;
  /** absolute path for random access, when the bytes lie uncompressed on disk */
  readonly localPath: string | null;
  /** as far as the paths seen so far tell: of an archive, whose paths stream by, those before this one */
  readonly hints: PathHints;
  /** the hints by all paths of the bundle; to be asked once `entries()` ended */
  readonly settledHints: () => PathHints;
  /** the first up to `HEAD_BYTES` decompressed bytes; reading them consumes nothing */
  readonly head: Uint8Array;
  /** true when chunks are up to 1 MiB each, end with a line where they hold the end of one, and have buffers of their own, free to be moved */
  readonly wholeLines: boolean;
  /** the whole content, head included; what is not read is drained by the bundle. Damage ends the stream early and is reported as a diagnostic. */
  chunks(): AsyncIterable<Uint8Array>;
  /** of the decompressed bytes as far as they could be read; known once the entry is drained */
  digest(): { readonly sha256: string; readonly bytes: number };
}

/** A diagnostic before the store gave the entry an id. */
export interface BundleRemark {
  readonly code: DiagnosticCode;
  readonly path: string;
  readonly detail: string;
}

export interface OpenBundle {
  /** as given */
  readonly path: string;
  /** size on disk of an archive; sum of file sizes of a directory */
  readonly bytes: number;
  /** id of the layout; decided from the first paths seen, final once `entries()` ended */
  layout(): string;
  /** of an archive file, once `entries()` ended; null for a directory */
  sha256(): string | null;
  collectedAt(): EpochMicros | null;
  /** every regular file in a stable order (sorted for directories, archive order otherwise); archives and compressed files are opened, not listed */
  entries(): AsyncIterable<OpenEntry>;
  /** what was wrong so far; emptied by the call */
  takeRemarks(): readonly BundleRemark[];
  /** compressed bytes consumed so far */
  position(): number;
}

/** What a layout knows: how to see that a bundle has it, and what its paths mean. One file each in `layouts/`. */
export interface Layout {
  readonly id: string;
  readonly title: string;
  /** true when these paths (top folder stripped, 0–2 levels) are this layout's; called with what is known so far */
  recognise(paths: readonly string[], bundleName: string): boolean;
  /** hints for one path (top folder stripped); null fields fall back to the generic rules */
  hints(path: string, bundleName: string): Partial<PathHints>;
  /** whether this path holds what the machine is or did that the bundle was made on, so that a `hostname` file in it names its node */
  oneMachine?(path: string): boolean;
  /** true when top-level folders may be one per node, by the generic rules for such folders */
  readonly perNodeFolders?: boolean;
  /** collection time from the bundle's name */
  collectedAt?(bundleName: string): EpochMicros | null;
}

export function defineLayout(layout: Layout): Layout {
  return layout;
}
