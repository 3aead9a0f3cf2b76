import type { Generation, PathHints } from '../model/bundle.ts';
import type { EpochMicros } from '../model/time.ts';
import type { Layout } from './contract.ts';
import { GENERIC, LAYOUTS } from './layouts.ts';
import { findNodeFolder, isHostLike, nodeFromArchive } from './node-folders.ts';
import { hostnameIn, sameMachine } from './machine-name.ts';
import { generationsByRestart, namesRestart, pathHints } from './path-hints.ts';

/** Paths remembered to recognise a layout. */
const MAX_PATHS = 4096;

/** Whether it is worth asking again after this many paths: always at first, then seldom. */
const isAskingTime = (count: number): boolean => count <= 64 || (count <= MAX_PATHS && count % 256 === 0);

interface Recognised {
  readonly layout: Layout;
  /** leading folders to strip before the layout understands a path */
  readonly strip: number;
}

function stripped(path: string, folders: number): string | null {
  let at = 0;
  for (let n = 0; n < folders; n += 1) {
    const slash = path.indexOf('/', at);
    if (slash < 0) return null;
    at = slash + 1;
  }
  return path.slice(at);
}

/** One archive or directory with a layout of its own; nested archives have a scope each. */
export class Scope {
  readonly name: string;
  readonly depth: number;
  readonly #nested: boolean;
  /** the first path segment that may be a node folder */
  readonly #nodesFrom: number;
  /** what the surrounding archive says about the machine this one came from */
  readonly #inheritedNode: string | null;
  #recognised: Recognised | null = null;
  #paths: string[] = [];
  /** paths that say which run of a container they are of */
  readonly #restarts: string[] = [];
  #nodes = new Map<string, string>();
  #tops = new Set<string>();
  #topFolder: string | null = null;
  #nodeOfArchive: string | null = null;
  #generations: ReadonlyMap<string, Generation> = new Map();
  /** the machine that a `hostname` file names; null when several differ */
  #hostname: string | null | undefined;

  constructor(options: {
    readonly name: string;
    readonly depth: number;
    readonly nested: boolean;
    readonly topFolder: boolean;
    readonly inheritedNode: string | null;
  }) {
    this.name = options.name;
    this.depth = options.depth;
    this.#nested = options.nested;
    this.#nodesFrom = options.topFolder && !options.nested ? 1 : 0;
    this.#inheritedNode = options.inheritedNode;
  }

  /** Learns of a path in this scope; folders too. */
  note(path: string): void {
    if (namesRestart(path)) this.#restarts.push(path);
    this.#topFolder ??= path.split('/')[0] ?? null;
    const segments = path.split('/');
    this.#noteNode(segments);
    if (this.#nested && segments.length > 1) this.#nodeOfArchive ??= nodeFromArchive(this.name, segments[0]);
    if (this.#paths.length >= MAX_PATHS) return;
    this.#paths.push(path);
    if (this.#recognised === null && isAskingTime(this.#paths.length)) this.recognise();
  }

  /** Learns what a `hostname` file holds. */
  noteHostname(head: Uint8Array): void {
    const name = hostnameIn(head);
    if (name === null) return;
    if (this.#hostname === undefined) this.#hostname = name;
    else if (this.#hostname !== null && !sameMachine(this.#hostname, name)) this.#hostname = null;
  }

  /** Learns of all files at once, as only directories allow. */
  noteAll(paths: readonly string[]): void {
    for (const path of paths) this.note(path);
    this.settle();
  }

  /** Draws what only all paths together tell. */
  settle(): void {
    // a more special layout may show itself only by its last paths
    const early = this.#recognised;
    this.#recognised = null;
    this.recognise();
    this.#recognised ??= early;
    this.#generations = generationsByRestart(this.#restarts);
  }

  /** Asks the layouts about the paths known so far. */
  recognise(): void {
    if (this.#recognised !== null) return;
    const views = [0, 1, 2].map((strip) => this.#paths.map((path) => stripped(path, strip)).filter((path) => path !== null));
    for (const layout of LAYOUTS) {
      const strip = views.findIndex((paths) => layout.recognise(paths, this.name));
      if (strip >= 0) {
        this.#recognised = { layout, strip };
        return;
      }
    }
  }

  layout(): string {
    return (this.#recognised?.layout ?? GENERIC).id;
  }

  collectedAt(): EpochMicros | null {
    const layout = this.#recognised?.layout;
    if (layout?.collectedAt === undefined) return null;
    return layout.collectedAt(this.name) ?? (this.#topFolder === null ? null : layout.collectedAt(this.#topFolder));
  }

  hints(path: string): PathHints {
    const segments = path.split('/');
    const generic = pathHints(path);
    const own = this.#layoutHints(path);
    const pod = own.pod ?? generic.pod;
    return {
      // pods that were asked for from here run anywhere
      node: generic.node ?? own.node ?? this.#folderNode(segments) ?? this.#inheritedNode ?? (pod === null ? this.#machine(path) : null),
      component: own.component ?? generic.component,
      namespace: own.namespace ?? generic.namespace,
      pod,
      container: own.container ?? generic.container,
      generation: this.#generations.get(path) ?? own.generation ?? generic.generation,
    };
  }

  #layoutHints(path: string): Partial<PathHints> {
    if (this.#recognised === null) return {};
    const { layout, strip } = this.#recognised;
    const inner = stripped(path, strip);
    if (inner === null) return {};
    // A renamed archive still has its own name as top folder.
    const name = strip > 0 ? (path.split('/')[strip - 1] ?? this.name) : this.name;
    return layout.hints(inner, name);
  }

  #machine(path: string): string | null {
    if (this.#recognised === null || typeof this.#hostname !== 'string') return null;
    const { layout, strip } = this.#recognised;
    return layout.oneMachine?.(stripped(path, strip) ?? path) === true ? this.#hostname : null;
  }

  #noteNode(segments: readonly string[]): void {
    const found = findNodeFolder(segments, this.#nodesFrom);
    if (found !== null) {
      this.#nodes.set(segments.slice(0, found.depth).join('/'), found.node);
      return;
    }
    // Several top folders that look alike are nodes, not one bundle's own folder.
    if (this.#nodesFrom === 0 || findNodeFolder(segments, 0)?.depth !== 1) return;
    this.#tops.add(segments[0] ?? '');
    if (this.#tops.size > 1) for (const top of this.#tops) this.#nodes.set(top, top);
  }

  #folderNode(segments: readonly string[]): string | null {
    if (this.#recognised !== null && this.#recognised.layout.perNodeFolders !== true) return null;
    let prefix = '';
    for (const segment of segments.slice(0, Math.min(3, segments.length - 1))) {
      prefix = prefix === '' ? segment : `${prefix}/${segment}`;
      const node = this.#nodes.get(prefix);
      if (node !== undefined) return node;
    }
    if (!this.#nested) return null;
    return this.#nodeOfArchive ?? (isHostLike(this.name) ? this.name : null);
  }
}
