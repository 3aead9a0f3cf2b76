import { pathHints } from '../../bundle/path-hints.ts';
import type { Component } from '../../model/bundle.ts';
import type { FactMap, FactType } from '../../model/fact.ts';
import type { SourceId } from '../../model/ids.ts';
import { cut, printable } from '../../model/text.ts';
import type { EpochMicros } from '../../model/time.ts';
import { formatDuration } from '../../model/time.ts';
import type { EntryContext, ParseSink, Place } from '../contract.ts';
import { ZoneKeeper } from '../log/clock-zone.ts';
import { fillFromJournal } from '../log/envelopes/journal-json.ts';
import { LogLine } from '../log/line.ts';
import { Matcher } from '../log/matcher.ts';
import type { PayloadTools } from '../log/payload.ts';
import { payloads } from '../log/payloads.ts';
import { componentOfIdent } from '../log/program.ts';
import { StampReader } from '../log/stamp.ts';
import { BootBook } from './boots.ts';
import type { Budget } from './budget.ts';
import { entryText, oneLine, StampWriter } from './entry-text.ts';
import type { FieldValues } from './fields.ts';
import { MadeText } from './made-text.ts';
import type { EntryFacts } from './secret-entries.ts';

const MAX_CITED = 2000;

/** Makes lines, events and facts of journal entries, as the readers of journal text do of its lines. */
export class EntryReader {
  private readonly sink: ParseSink;
  private readonly context: EntryContext;
  private readonly budget: Budget;
  private readonly matcher: Matcher;
  private readonly text: MadeText;
  private readonly sources = new Map<string, SourceId>();
  private readonly boots = new BootBook();
  private readonly line = new LogLine();
  private readonly zones = new ZoneKeeper();
  private readonly stamps = new StampWriter();
  private readonly tools: PayloadTools;
  private place: Place = { line: null, offset: 0, length: 0 };
  /** the place is to be cited, and what to add to the entry's own text */
  private cites = false;
  private remark = '';

  constructor(sink: ParseSink, context: EntryContext, budget: Budget) {
    this.sink = sink;
    this.context = context;
    this.budget = budget;
    this.matcher = new Matcher((text) => sink.message(text));
    this.tools = { stamps: new StampReader(), shapes: this.matcher.shapes, anchor: 0 };
    this.text = new MadeText(sink);
  }

  read(entry: EntryFacts, values: FieldValues): void {
    this.place = { line: null, offset: entry.offset, length: entry.size };
    this.cites = false;
    this.remark = '';
    this.noteBoot(entry, values);
    const text = values.MESSAGE === undefined ? null : entryText(values);
    if (text !== null) this.readMessage(values, text);
    if (!this.cites) return;
    const { remark } = this;
    const own = printable(`journal entry ${entry.seqnum}: ${cut(text ?? 'without a message', MAX_CITED)}`);
    this.sink.cite(this.place, `${cut(own, MAX_CITED - remark.length)}${remark}`);
  }

  end(): void {
    this.text.flush();
  }

  private readMessage(values: FieldValues, text: string): void {
    const { line, context } = this;
    line.reset('', 0, 0);
    fillFromJournal(line, values);
    const shown = line.outer;
    const known = payloads.some((payload) => payload.read(line, this.tools));
    if (!known) {
      line.text = line.bodyText();
      line.dialect = line.ident === 'etcd' ? 'etcd-text' : 'syslog';
    }
    const time = this.zones.settle(line);
    const component = componentOf(line) ?? context.hints.component ?? 'other';
    const source = this.sourceOf(line.host, component, values.CONTAINER_NAME ?? null);
    const message = this.matcher.match(line, component, (type, data) => this.fact(type, data, time, 'written', source));
    const made = `${this.stamps.write(shown)} ${values._HOSTNAME === undefined ? '' : `${oneLine(values._HOSTNAME)} `}${text}\n`;
    this.budget.spend(made.length);
    this.text.add(made, { source, time, level: line.level, message });
  }

  private noteBoot(entry: EntryFacts, values: FieldValues): void {
    const { first, step } = this.boots.note(entry);
    if (!first && step === 0) return;
    const source = this.sourceOf(values._HOSTNAME ?? null, 'systemd', null);
    if (first) {
      this.remark = ` [first entry here of boot ${entry.bootId}, ${formatDuration(entry.monotonic)} after it began]`;
      this.fact('node.booted', { bootId: entry.bootId }, entry.realtime - entry.monotonic, 'started', source);
    } else {
      this.remark = ` [the clock was set by ${formatDuration(step)} since the entry before]`;
      this.fact('clock.stepped', { by: step, by_whom: 'journal' }, entry.realtime, 'written', source);
    }
  }

  /** `name`: what the container's runtime calls it; `k8s_<container>_<pod>_…` where Kubernetes made it */
  private sourceOf(host: string | null, component: Component, name: string | null): SourceId {
    const key = `${component}\n${host ?? ''}\n${name ?? ''}`;
    let source = this.sources.get(key);
    if (source === undefined) {
      const { generation } = this.context.hints;
      const { pod, container } = name === null ? { pod: null, container: null } : pathHints(name);
      source = this.sink.source({ host, component, generation, ...(name === null ? {} : { pod, container: container ?? name }) });
      this.sources.set(key, source);
    }
    return source;
  }

  private fact<Type extends FactType>(type: Type, data: FactMap[Type], at: number, meaning: 'written' | 'started', source: SourceId): void {
    this.cites = true;
    this.sink.fact(type, data, { at: at as EpochMicros, meaning, source, place: this.place });
  }
}

function componentOf(line: LogLine): Component | null {
  const byIdent = line.ident === null ? null : componentOfIdent(line.ident);
  return byIdent ?? (line.unit === null ? null : componentOfIdent(line.unit));
}
