import type { Component } from '../../model/bundle.ts';
import type { SourceId } from '../../model/ids.ts';
import type { EntryContext, ParseSink } from '../contract.ts';
import type { LogLine } from './line.ts';
import type { Section } from './sections.ts';

/** Says which source of the case a line is from: by its machine, its program, and the section of the file it stands in. */
export class SourceFinder {
  private readonly sink: ParseSink;
  private readonly hints: EntryContext['hints'];
  private readonly sources = new Map<string, SourceId>();
  private section: Section | null = null;
  private sectionKey = '';
  // lines of one source follow each other: the last answer saves making a key
  private lastComponent: Component | null = null;
  private lastHost: string | null = null;
  private lastSource: SourceId | null = null;

  constructor(sink: ParseSink, hints: EntryContext['hints']) {
    this.sink = sink;
    this.hints = hints;
  }

  enter(section: Section): void {
    this.section = section;
    this.sectionKey = `${section.host ?? ''}\n${section.pod ?? ''}\n${section.container ?? ''}`;
    this.lastSource = null;
  }

  /** the program whose output the section is said to be */
  sectionComponent(): Component | null {
    return this.section === null ? null : this.section.component;
  }

  of(line: LogLine, component: Component): SourceId {
    const host = line.host ?? (this.section === null ? null : this.section.host);
    if (component === this.lastComponent && host === this.lastHost && this.lastSource !== null) return this.lastSource;
    const key = `${component}\n${host ?? ''}\n${this.sectionKey}`;
    let source = this.sources.get(key);
    if (source === undefined) {
      source = this.sink.source({
        host,
        component,
        pod: this.section?.pod ?? this.hints.pod,
        container: this.section?.container ?? this.hints.container,
        generation: this.hints.generation,
      });
      this.sources.set(key, source);
    }
    this.lastComponent = component;
    this.lastHost = host;
    this.lastSource = source;
    return source;
  }
}
