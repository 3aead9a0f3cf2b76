import type Database from 'better-sqlite3';
import type { EvidenceRef } from '../model/evidence.ts';
import { unpack, unpackApart } from './codec.ts';
import { countNewlines, lineEnd, lineText } from './lines.ts';
import { Lru } from './lru.ts';

const CACHE_BYTES = 32 << 20;
const MAX_SURROUNDINGS = 100_000;
/** blocks being unpacked while the lines of one are read */
const AHEAD = 4;

interface BlockPlace {
  readonly id: number;
  readonly offset: number;
  readonly bytes: number;
  readonly firstLine: number;
  readonly lineCount: number;
}

interface NumberedLine {
  readonly line: number;
  readonly text: string;
}

const PLACE = 'id, offset, bytes, first_line AS firstLine, line_count AS lineCount';

/** Gives raw text of entries back, one decompressed block at a time. */
export class TextReader {
  private readonly unsaved: (block: number) => Uint8Array | null;
  private readonly cache = new Lru<Uint8Array>(CACHE_BYTES);
  private readonly atOrBefore: Database.Statement<[number, number], BlockPlace>;
  private readonly after: Database.Statement<[number, number], BlockPlace>;
  private readonly data: Database.Statement<[number], { codec: number; data: Uint8Array; bytes: number }>;
  private readonly cited: Database.Statement<[number, number], { text: string }>;

  /** `unsaved` gives the text of blocks that are still being compressed */
  constructor(db: Database.Database, unsaved: (block: number) => Uint8Array | null = () => null) {
    this.unsaved = unsaved;
    this.atOrBefore = db.prepare(`SELECT ${PLACE} FROM blocks WHERE entry = ? AND offset <= ? ORDER BY offset DESC, id DESC LIMIT 1`);
    this.after = db.prepare(`SELECT ${PLACE} FROM blocks WHERE entry = ? AND offset >= ? ORDER BY offset, id LIMIT 1`);
    this.data = db.prepare('SELECT d.codec AS codec, d.data AS data, b.bytes AS bytes FROM block_data d JOIN blocks b ON b.id = d.block WHERE d.block = ?');
    this.cited = db.prepare('SELECT text FROM cited_texts WHERE entry = ? AND offset = ?');
  }

  /** raw text of a block; null when it is not there or does not decode */
  block(id: number): Uint8Array | null {
    const cached = this.cache.get(id);
    if (cached !== undefined) return cached;
    const fresh = this.unsaved(id);
    if (fresh !== null) return fresh;
    const row = this.data.get(id);
    if (row === undefined) return null;
    let raw: Uint8Array;
    try {
      raw = unpack(row.codec, row.data, row.bytes);
    } catch {
      return null;
    }
    this.cache.set(id, raw, raw.byteLength);
    return raw;
  }

  text(ref: EvidenceRef): string | null {
    // a place in a binary file has no line: its offset counts in the file, not in text that was made of it
    const told = ref.line === null ? this.cited.get(ref.entry, ref.offset) : undefined;
    if (told !== undefined) return told.text;
    const place = this.place(ref);
    const raw = place === null ? null : this.block(place.id);
    if (place === null || raw === null) return this.cited.get(ref.entry, ref.offset)?.text ?? null;
    const text = lineText(raw, ref.offset - place.offset);
    return this.isCut(ref, place, raw) ? `${text}…` : text;
  }

  /** The texts of many places, given to `use` in the order of the places: each block is unpacked once, the next ones off this thread meanwhile. */
  async texts(refs: Iterable<EvidenceRef>, use: (ref: EvidenceRef, text: string | null) => void): Promise<void> {
    const groups: { readonly block: number | null; readonly refs: EvidenceRef[] }[] = [];
    for (const ref of [...refs].sort((a, b) => a.entry - b.entry || a.offset - b.offset)) {
      const block = this.place(ref)?.id ?? null;
      const last = groups.at(-1);
      if (last !== undefined && last.block === block) last.refs.push(ref);
      else groups.push({ block, refs: [ref] });
    }
    const unpacked: (Promise<void> | null)[] = [];
    for (const [n, group] of groups.entries()) {
      while (unpacked.length < Math.min(groups.length, n + AHEAD)) unpacked.push(this.unpackAhead(groups[unpacked.length]?.block ?? null));
      await unpacked[n];
      unpacked[n] = null;
      for (const ref of group.refs) use(ref, this.text(ref));
    }
  }

  private async unpackAhead(block: number | null): Promise<void> {
    if (block === null || this.cache.get(block) !== undefined || this.unsaved(block) !== null) return;
    const row = this.data.get(block);
    // what does not decode is met again, and passed over, when it is asked for
    const raw = row === undefined ? null : await unpackApart(row.codec, row.data, row.bytes).catch(() => null);
    if (raw !== null) this.cache.set(block, raw, raw.byteLength);
  }

  /** the line was longer than the limit: its rest stands in the next block, which begins no line */
  private isCut(ref: EvidenceRef, place: BlockPlace, raw: Uint8Array): boolean {
    if (lineEnd(raw, ref.offset - place.offset) < raw.byteLength) return false;
    const next = this.after.get(ref.entry, place.offset + place.bytes);
    return next?.lineCount === 0 && next.offset === place.offset + place.bytes;
  }

  private place(ref: EvidenceRef): BlockPlace | null {
    const place = this.atOrBefore.get(ref.entry, ref.offset);
    return place !== undefined && ref.offset < place.offset + place.bytes ? place : null;
  }

  surroundings(ref: EvidenceRef, before: number, after: number): readonly NumberedLine[] {
    if (ref.line === null && this.cited.get(ref.entry, ref.offset) !== undefined) return [];
    const place = this.place(ref);
    const raw = place === null ? null : this.block(place.id);
    if (place === null || raw === null) return [];
    const line = place.firstLine + countNewlines(raw.subarray(0, ref.offset - place.offset));
    const from = line - Math.min(before, MAX_SURROUNDINGS);
    const to = line + Math.min(after, MAX_SURROUNDINGS);
    const lines: NumberedLine[] = [];
    for (let at: BlockPlace | undefined = this.firstBlock(ref, place, from); at !== undefined && at.firstLine <= to;) {
      this.collect(at, from, to, lines);
      at = this.after.get(ref.entry, at.offset + Math.max(1, at.bytes));
    }
    return lines;
  }

  private firstBlock(ref: EvidenceRef, place: BlockPlace, line: number): BlockPlace {
    let first = place;
    while (first.firstLine > line && first.offset > 0) {
      const earlier = this.atOrBefore.get(ref.entry, first.offset - 1);
      if (earlier === undefined) break;
      first = earlier;
    }
    return first;
  }

  private collect(place: BlockPlace, from: number, to: number, lines: NumberedLine[]): void {
    // a block that begins no line holds the rest of an over-long one
    const raw = place.lineCount === 0 ? null : this.block(place.id);
    if (raw === null) return;
    let line = place.firstLine;
    for (let start = 0; start < raw.byteLength && line <= to; line += 1) {
      if (line >= from) lines.push({ line, text: lineText(raw, start) });
      start = lineEnd(raw, start) + 1;
    }
  }
}
