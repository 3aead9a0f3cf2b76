import type { Budget } from './budget.ts';
import { LATEST } from './entry.ts';
import type { JournalEntry } from './entry.ts';
import { OBJECT, objectSize } from './objects.ts';
import type { ObjectLayout } from './objects.ts';
import type { Pages } from './pages.ts';
import { MAX_UNPACKED, PACKED, unpack, unpackedSize, unpackXz } from './unpack.ts';

/** Fields that events and facts are made of; the others are not decoded. Upstream: systemd `man/systemd.journal-fields.xml`. */
export const FIELD_NAMES = [
  'MESSAGE',
  'PRIORITY',
  'SYSLOG_IDENTIFIER',
  'SYSLOG_PID',
  '_COMM',
  '_PID',
  '_HOSTNAME',
  '_SYSTEMD_UNIT',
  'UNIT',
  'PACKAGE',
  'CONTAINER_NAME',
  '_SOURCE_REALTIME_TIMESTAMP',
] as const;
type FieldName = (typeof FIELD_NAMES)[number];
/** The entry's own time stands beside the fields, named as exports name it. */
export type FieldValues = Record<FieldName | '__REALTIME_TIMESTAMP', string | undefined>;

/** An entry without any field. */
export function noValues(): FieldValues {
  return {
    MESSAGE: undefined,
    PRIORITY: undefined,
    SYSLOG_IDENTIFIER: undefined,
    SYSLOG_PID: undefined,
    _COMM: undefined,
    _PID: undefined,
    _HOSTNAME: undefined,
    _SYSTEMD_UNIT: undefined,
    UNIT: undefined,
    PACKAGE: undefined,
    CONTAINER_NAME: undefined,
    _SOURCE_REALTIME_TIMESTAMP: undefined,
    __REALTIME_TIMESTAMP: undefined,
  };
}

/** A value longer than this is kept only up to here, as in exports. */
const MAX_VALUE = 1 << 20;
/** systemd allows names of 64 characters */
const MAX_NAME = 65;
const EQUALS = 61;
/** xz fields of one entry held at a time */
const MAX_XZ = 64;
/** what looking up a field and opening an xz decoder count for against the budget */
const ITEM_COST = 16;
const XZ_COST = 16 << 10;
const MAX_CACHED = 1 << 17;
const MAX_CACHED_CHARS = 16 << 20;

interface Field {
  readonly name: FieldName | null;
  readonly value: string;
}

const UNUSED: Field = { name: null, value: '' };
const DAMAGED: Field = { name: null, value: '' };
const WAITING: Field = { name: null, value: '' };
const BY_NAME: ReadonlyMap<string, FieldName> = new Map(FIELD_NAMES.map((name) => [name, name]));
const LONGEST = Math.max(...FIELD_NAMES.map((name) => name.length));

/** Reads the fields of entries. DATA objects that several entries share are decoded once and remembered. */
export class FieldReader {
  /** DATA objects that could not be read, their field missing from its entries */
  damaged = 0;
  /** of the entry loaded last; used again for the next */
  readonly values = noValues();
  private readonly pages: Pages;
  private readonly layout: ObjectLayout;
  private readonly budget: Budget;
  private readonly cache = new Map<number, Field>();
  private readonly xz = new Map<number, { readonly packed: Buffer; readonly shared: boolean }>();
  /** unpacked xz fields of the entry at hand */
  private readonly ready = new Map<number, Field>();
  private cachedChars = 0;

  constructor(pages: Pages, layout: ObjectLayout, budget: Budget) {
    this.pages = pages;
    this.layout = layout;
    this.budget = budget;
  }

  /** Fills `values`. When it returns false, some fields are xz: await `unpackWaiting` and load again. */
  load(entry: JournalEntry): boolean {
    const { values } = this;
    for (const name of FIELD_NAMES) values[name] = undefined;
    values.__REALTIME_TIMESTAMP = String(entry.realtime);
    const damagedBefore = this.damaged;
    const { items, count } = entry;
    this.budget.spend(count * ITEM_COST);
    for (let i = 0; i < count; i += 1) {
      const offset = items[i] ?? 0;
      const field = this.cache.get(offset) ?? this.ready.get(offset) ?? this.decode(offset);
      if (field.name !== null) values[field.name] = field.value;
    }
    if (this.xz.size === 0) {
      if (this.ready.size > 0) this.ready.clear();
      if (!plausible(values._SOURCE_REALTIME_TIMESTAMP)) values._SOURCE_REALTIME_TIMESTAMP = undefined;
      return true;
    }
    this.damaged = damagedBefore;
    return false;
  }

  async unpackWaiting(): Promise<void> {
    for (const [offset, { packed, shared }] of this.xz) {
      const bytes = await unpackXz(packed);
      this.budget.spend(XZ_COST + (bytes?.byteLength ?? MAX_VALUE));
      const field = bytes === null ? this.damage() : this.field(bytes, 0, bytes.byteLength);
      this.ready.set(offset, field);
      if (shared || field === DAMAGED) this.remember(offset, field);
    }
    this.xz.clear();
  }

  private decode(offset: number): Field {
    const { pages, layout } = this;
    const size = objectSize(pages, layout, offset, OBJECT.DATA);
    const at = size === 0 ? -1 : pages.seek(offset, layout.payload);
    if (at < 0) {
      this.remember(offset, DAMAGED);
      return this.damage();
    }
    const packing = (pages.bytes[at + 1] ?? 0) & 7;
    const shared = pages.u64(at + 56) > 1;
    const start = offset + layout.payload;
    const length = size - layout.payload;
    const field = packing === 0 ? this.plain(start, length) : this.packed(offset, packing, shared, start, length);
    if (field === WAITING) return field;
    if (shared || field === UNUSED || field === DAMAGED) this.remember(offset, field);
    return field;
  }

  private plain(start: number, length: number): Field {
    const { pages } = this;
    const probe = Math.min(length, MAX_NAME);
    const at = pages.seek(start, probe);
    if (at < 0) return this.damage();
    const name = this.nameAt(pages.bytes, at, at + probe);
    if (name === null) return this.damage();
    if (name === '') return UNUSED;
    const taken = Math.min(length, name.length + 1 + MAX_VALUE);
    const from = pages.seek(start, taken);
    return from < 0 ? this.damage() : this.field(pages.bytes, from, from + taken);
  }

  private packed(offset: number, flag: number, shared: boolean, start: number, length: number): Field {
    if (length > MAX_UNPACKED) return UNUSED;
    const at = this.pages.seek(start, length);
    if (at < 0) return this.damage();
    const packed = this.pages.bytes.subarray(at, at + length);
    if (flag === PACKED.XZ) {
      if (length > MAX_VALUE) return UNUSED;
      if (this.xz.size + this.ready.size >= MAX_XZ) return this.damage();
      this.xz.set(offset, { packed: Buffer.from(packed), shared });
      return WAITING;
    }
    const size = flag === PACKED.LZ4 || flag === PACKED.ZSTD ? unpackedSize(flag, packed) : null;
    if (size === null) return this.damage();
    if (size > MAX_UNPACKED) return UNUSED;
    this.budget.spend(size);
    const bytes = unpack(flag, packed, size);
    if (bytes === null) return this.damage();
    return this.field(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.byteLength);
  }

  private field(bytes: Buffer, from: number, to: number): Field {
    const name = this.nameAt(bytes, from, Math.min(to, from + MAX_NAME));
    if (name === null) return this.damage();
    if (name === '') return UNUSED;
    const start = from + name.length + 1;
    const end = Math.min(to, start + MAX_VALUE);
    this.budget.spend(end - start);
    return { name, value: bytes.toString('utf8', start, end) };
  }

  /** the field's name, '' when it is none of ours, null when this is no field */
  private nameAt(bytes: Buffer, from: number, to: number): FieldName | '' | null {
    let at = from;
    while (at < to && bytes[at] !== EQUALS) at += 1;
    if (at === to || at === from) return null;
    if (at - from > LONGEST) return '';
    return BY_NAME.get(bytes.toString('latin1', from, at)) ?? '';
  }

  private damage(): Field {
    this.damaged += 1;
    return DAMAGED;
  }

  private remember(offset: number, field: Field): void {
    if (this.cache.size >= MAX_CACHED || this.cachedChars > MAX_CACHED_CHARS) {
      this.cache.clear();
      this.cachedChars = 0;
    }
    this.cache.set(offset, field);
    this.cachedChars += field.value.length;
  }
}

/** a sender's time that cannot be gives way to the entry's own */
function plausible(micros: string | undefined): boolean {
  const value = Number(micros ?? NaN);
  return value > 0 && value < LATEST;
}
