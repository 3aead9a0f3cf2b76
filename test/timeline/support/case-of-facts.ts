import type { Component, Entry, Source } from '../../../src/model/bundle.ts';
import type { Fact, FactMap, FactType, PlacedFact } from '../../../src/model/fact.ts';
import { bundleId, entryId, memberIdFromHex, clusterIdFromHex, sourceId, type ClusterId, type MemberId, type SourceId } from '../../../src/model/ids.ts';
import type { FactSource } from '../../../src/model/ports.ts';
import { epochMicros, SECOND, type EpochMicros, type TimeMeaning } from '../../../src/model/time.ts';

export const START = epochMicros(Date.UTC(2026, 5, 1, 12) * 1000);
/** Seconds after the tests' common start. */
export const at = (seconds: number): EpochMicros => epochMicros(START + seconds * SECOND);

export function member(hex: string): MemberId {
  const id = memberIdFromHex(hex);
  if (id === null) throw new Error(hex);
  return id;
}

export function cluster(hex: string): ClusterId {
  const id = clusterIdFromHex(hex);
  if (id === null) throw new Error(hex);
  return id;
}

interface SourceOptions {
  readonly path?: string;
  readonly host?: string | null;
  readonly node?: string | null;
  readonly component?: Component;
  readonly pod?: string | null;
}

/** A case built by hand: sources, and facts in them. */
export class CaseOfFacts implements FactSource {
  private readonly list: Source[] = [];
  private readonly files: Entry[] = [];
  private readonly all: Fact[] = [];
  private readonly next = new Map<SourceId, number>();
  collected: EpochMicros | null = null;

  addSource(options: SourceOptions = {}): SourceId {
    const n = this.list.length + 1;
    const path = options.path ?? `bundle/${options.node ?? options.host ?? 'x'}/file-${n}.log`;
    this.files.push({
      id: entryId(n),
      bundle: bundleId(1),
      path,
      sha256: '',
      bytes: 0,
      modifiedAt: null,
      parser: null,
      skipped: null,
      lines: 0,
      events: 0,
      continuations: 0,
      unparsed: 0,
    });
    this.list.push({
      id: sourceId(n),
      entry: entryId(n),
      host: options.host ?? null,
      node: options.node ?? null,
      component: options.component ?? 'etcd',
      pod: options.pod ?? null,
      container: null,
      generation: 'current',
      from: null,
      to: null,
    });
    return sourceId(n);
  }

  fact<Type extends FactType>(source: SourceId, type: Type, when: EpochMicros | null, data: FactMap[Type], meaning: TimeMeaning = 'written'): void {
    const line = (this.next.get(source) ?? 0) + 1;
    this.next.set(source, line);
    const fact = { type, at: when, meaning, source, ref: { entry: entryId(source), line, offset: line * 100, length: 80 }, data };
    this.all.push(fact as unknown as Fact);
  }

  facts<Type extends FactType>(types: readonly Type[]): Iterable<PlacedFact<Type>> {
    const wanted = new Set<FactType>(types);
    const byId = new Map(this.list.map((s) => [s.id, s]));
    const found = this.all
      .filter((f) => wanted.has(f.type))
      .toSorted((a, b) => (a.at ?? Infinity) - (b.at ?? Infinity) || a.source - b.source || a.ref.offset - b.ref.offset)
      .map((f) => ({ ...f, node: byId.get(f.source)?.node ?? null, component: byId.get(f.source)?.component ?? 'other' }));
    return found as unknown as PlacedFact<Type>[];
  }

  sources(): readonly Source[] {
    return this.list.map((s) => {
      const own = this.all.filter((f) => f.source === s.id && f.at !== null).map((f) => f.at ?? START);
      return { ...s, from: own.length === 0 ? null : epochMicros(Math.min(...own)), to: own.length === 0 ? null : epochMicros(Math.max(...own)) };
    });
  }

  entries(): readonly Entry[] {
    return this.files;
  }

  bundles(): ReturnType<FactSource['bundles']> {
    return [{ id: bundleId(1), path: 'bundle', sha256: null, bytes: 0, layout: 'generic', collectedAt: this.collected }];
  }
}
