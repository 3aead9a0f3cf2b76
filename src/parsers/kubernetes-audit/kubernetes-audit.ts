import type { SourceId } from '../../model/ids.ts';
import { MINUTE, SECOND } from '../../model/time.ts';
import { cut, printable } from '../../model/text.ts';
import { defineParser } from '../contract.ts';
import type { EntryContext, LogParser, LogReader, ParseSink } from '../contract.ts';
import { factsOf, isWorthReading } from './audit-facts.ts';
import type { AuditFact } from './audit-facts.ts';

const BEGINS = '{"kind":"Event","apiVersion":"audit.k8s.io/';
const MAX_CITED = 400;
const MAX_KEYS = 20_000;
const NEWLINE = 10;

/** What tells facts apart that need not be told twice within a while. */
function keyOf({ type, data }: AuditFact): readonly [string, number] {
  // one client that is refused again and again says it once a minute
  if (type === 'api.failed') return [`${type} ${data.code} ${data.user}`, MINUTE];
  if (type !== 'api.changed') return [type, SECOND];
  const { verb, resource, namespace, name, user } = data;
  return [`${type} ${verb} ${resource} ${namespace ?? ''} ${name ?? ''} ${user}`, MINUTE];
}

/** Reads lines one by one; nothing of them is kept but what is cited, since bodies of requests may hold secrets. */
class AuditReader implements LogReader {
  private readonly sink: ParseSink;
  private readonly source: SourceId;
  private readonly last = new Map<string, number>();
  private readonly cited = new Set<number>();

  constructor(sink: ParseSink, { hints }: EntryContext) {
    this.sink = sink;
    const component = hints.component === null || hints.component === 'systemd' ? 'kube-apiserver' : hints.component;
    this.source = sink.source({ host: null, component, generation: hints.generation });
  }

  push(raw: Uint8Array, offset: number, firstLine: number, lineCount: number): void {
    // the rest of a line that is too long
    if (lineCount === 0) return;
    const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
    let number = firstLine;
    for (let from = 0; from < bytes.length; number += 1) {
      let next = bytes.indexOf(NEWLINE, from);
      if (next < 0) next = bytes.length;
      if (next > from) this.readLine(bytes.toString('utf8', from, next), number, offset + from, next - from);
      from = next + 1;
    }
  }

  end(): void {
    this.last.clear();
  }

  private readLine(line: string, number: number, offset: number, length: number): void {
    const place = { line: number, offset, length };
    if (!line.startsWith(BEGINS)) {
      if (line.trim() !== '') this.sink.diagnostic('LINE_UNPARSED', 'lines that are no events of an audit log', place);
      return;
    }
    if (!isWorthReading(line)) return;
    let event: unknown;
    try {
      event = JSON.parse(line);
    } catch {
      this.sink.diagnostic('LINE_DAMAGED', 'an event of an audit log is no JSON', place);
      return;
    }
    if (typeof event !== 'object' || event === null) return;
    for (const fact of factsOf(event as Readonly<Record<string, unknown>>)) {
      if (!this.isDue(fact)) continue;
      if (!this.cited.has(offset)) {
        const body = line.search(/"(?:request|response)Object":/);
        this.sink.cite(place, printable(cut(body < 0 ? line : line.slice(0, body), MAX_CITED)));
        this.cited.add(offset);
      }
      this.sink.fact(fact.type, fact.data, { at: fact.at, meaning: 'written', source: this.source, place });
    }
  }

  private isDue(fact: AuditFact): boolean {
    const [key, every] = keyOf(fact);
    const last = this.last.get(key);
    if (fact.at !== null && last !== undefined && Math.abs(fact.at - last) < every) return false;
    if (this.last.size >= MAX_KEYS) this.last.clear();
    if (fact.at !== null) this.last.set(key, fact.at);
    return true;
  }
}

/** The audit log of an API server, one event a line (kubernetes/apiserver `plugin/pkg/audit/log`): who changed the control plane, and which requests suffered. */
export const kubernetesAudit: LogParser = defineParser({
  kind: 'log',
  id: 'kubernetes-audit',
  title: 'Kubernetes audit log',
  keep: 'cited',
  score(head) {
    const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, 8192)).toString('latin1');
    // the first line of a file that was cut to its end is no whole one
    return text.startsWith(BEGINS) || text.includes(`\n${BEGINS}`) ? 1 : 0;
  },
  open: (sink, context) => new AuditReader(sink, context),
});
