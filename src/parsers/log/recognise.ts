import type { Component } from '../../model/bundle.ts';
import { isRecordStart } from './damage.ts';
import type { Envelope } from './envelope.ts';
import { envelopes } from './envelopes.ts';
import { LogLine } from './line.ts';
import type { PayloadTools } from './payload.ts';
import { payloads } from './payloads.ts';
import { componentOfContent, componentOfIdent } from './program.ts';
import { StampReader } from './stamp.ts';
import { ZapShapes } from './zap-shapes.ts';
import type { ZoneKeeper } from './clock-zone.ts';

const SAMPLE_LINES = 200;
const SAMPLE_BYTES = 65_536;

/** What the first lines of an entry say about its form. */
export interface HeadView {
  readonly envelope: Envelope | null;
  readonly component: Component | null;
  /** share of the sampled lines that read as log lines, 0 … 1 */
  readonly score: number;
  /** newest full timestamp seen, micros */
  readonly newest: number | null;
  /** when the stretch ends that journalctl's header names, micros */
  readonly headerEnd: number | null;
  /** that header is in UTC, and so are the stamps below it */
  readonly headerUtc: boolean;
  /** the columns at which a terminal wrapped the lines, 0 when it did not: a line as long goes on in the next one */
  readonly wrapWidth: number;
  learnZones(zones: ZoneKeeper, tools: PayloadTools): void;
}

/** The first lines, the one that the sample cuts left out unless it is the only one. */
function sampleLines(s: string): readonly string[] {
  const lines = s.slice(0, SAMPLE_BYTES).split('\n');
  if ((s.length >= SAMPLE_BYTES && lines.length > 1) || lines.at(-1) === '') lines.pop();
  return lines
    .map((text) => (text.endsWith('\r') ? text.slice(0, -1) : text))
    .filter((text) => text !== '')
    .slice(0, SAMPLE_LINES);
}

function readable(line: LogLine, tools: PayloadTools): boolean {
  return payloads.some((payload) => payload.id !== 'go-panic' && payload.id !== 'etcdctl-text' && payload.read(line, tools));
}

/** The envelope of one line: the first under which a known payload lies, else the first that fits at all. Leaves the line peeled. */
function envelopeOf(line: LogLine, text: string, tools: PayloadTools): Envelope | undefined {
  let fits: Envelope | undefined;
  for (const envelope of envelopes) {
    line.reset(text, 0, text.length);
    if (!envelope.peel(line, tools)) continue;
    if (readable(line, tools)) return envelope;
    fits ??= envelope;
  }
  line.reset(text, 0, text.length);
  fits?.peel(line, tools);
  return fits;
}

// journalctl up to 246 `Logs begin at …, end at …`, 247 `Journal begins at …, ends at …`
const HEADER = /^-- (?:Logs begin|Journal begins) at .*?, ends? at (?:[A-Z][a-z]{2} )?(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) ([A-Z]{2,5}|[+-]\d\d(?::?\d\d)?)/;

function readHeaders(lines: readonly string[]): { readonly headerEnd: number | null; readonly headerUtc: boolean } {
  const stamps = new StampReader();
  let headerEnd: number | null = null;
  let utc = 0;
  let other = 0;
  for (const text of lines) {
    const m = HEADER.exec(text);
    if (m === null || !stamps.iso(m[1] ?? '', 0)) continue;
    headerEnd = Math.max(headerEnd ?? 0, stamps.micros);
    if (m[2] === 'UTC' || m[2] === 'GMT') utc += 1;
    else other += 1;
  }
  return { headerEnd, headerUtc: utc > 0 && other === 0 };
}

/** Where the longest lines are all equally long and the line after nearly each of them is no record, they were hard-wrapped there. */
function wrapWidthOf(lines: readonly string[], reads: readonly boolean[]): number {
  const width = lines.reduce((most, { length }) => Math.max(most, length), 0);
  if (width < 40 || width > 1000) return 0;
  const full = lines.flatMap(({ length }, i) => (length === width && i + 1 < lines.length ? [i] : []));
  const goOn = full.filter((i) => reads[i + 1] === false).length;
  return full.length >= 3 && goOn >= full.length * 0.8 ? width : 0;
}

/** Looks at the head of an entry: which envelope, which program, and whether it is a log at all. */
export function viewHead(head: Uint8Array, anchor: number): HeadView {
  const lines = sampleLines(Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1'));
  const tools = { stamps: new StampReader(), shapes: new ZapShapes(), anchor };
  const line = new LogLine();
  const votes = new Map<Envelope | null, number>();
  let newest: number | null = null;
  let component: Component | null = null;
  let hits = 0;
  const reads: boolean[] = [];
  for (const text of lines) {
    line.reset(text, 0, text.length);
    const hit = readable(line, tools) ? null : envelopeOf(line, text, tools);
    reads.push(hit !== undefined);
    if (hit === undefined) {
      if (text.length === SAMPLE_BYTES && isRecordStart(text)) hits += 1;
      else if (/^(?:\s|-- )/.test(text) || /^[A-Z_]+=/.test(text)) hits += 0.25;
      continue;
    }
    hits += 1;
    votes.set(hit, (votes.get(hit) ?? 0) + 1);
    const at = line.zoned ? line.time : line.outerZoned ? line.outer : NaN;
    if (!Number.isNaN(at) && (newest === null || at > newest)) newest = at;
    component ??= line.ident === null ? null : componentOfIdent(line.ident);
  }
  const envelope = [...votes].filter(([form]) => form !== null).toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? null;
  const wrapped = envelope !== null && (votes.get(envelope) ?? 0) * 2 >= (votes.get(null) ?? 0) ? envelope : null;
  return {
    envelope: wrapped,
    component: wrapped?.kind === 'host' ? component : componentOfContent(lines),
    score: lines.length === 0 ? 0 : hits / lines.length,
    newest,
    wrapWidth: wrapWidthOf(lines, reads),
    ...readHeaders(lines),
    learnZones(zones, engineTools) {
      for (const text of lines.slice(0, 50)) {
        line.reset(text, 0, text.length);
        if (wrapped !== null && !wrapped.peel(line, engineTools)) line.reset(text, 0, text.length);
        if (payloads.some((payload) => payload.read(line, engineTools))) zones.settle(line);
      }
      zones.assumed = 0;
      zones.yearless = 0;
    },
  };
}
