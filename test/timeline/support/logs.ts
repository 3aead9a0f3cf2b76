import type { Component } from '../../../src/model/bundle.ts';
import type { FactMap, FactType } from '../../../src/model/fact.ts';
import type { History } from '../../../src/model/history.ts';
import type { SourceId } from '../../../src/model/ids.ts';
import { buildHistory } from '../../../src/timeline/build-history.ts';
import { at, CaseOfFacts } from './case-of-facts.ts';

/** Logs of a cluster without etcd's: one source for each node and component. */
export class Logs {
  readonly kase = new CaseOfFacts();
  private readonly sources = new Map<string, SourceId>();

  constructor(collected = 1000) {
    this.kase.collected = at(collected);
  }

  /** `seconds` null: without a time */
  say<Type extends FactType>(node: string | null, component: Component, type: Type, seconds: number | null, data: FactMap[Type], file = ''): this {
    const key = `${node ?? ''} ${component} ${file}`;
    const source = this.sources.get(key) ?? this.kase.addSource({ node, component });
    this.sources.set(key, source);
    this.kase.fact(source, type, seconds === null ? null : at(seconds), data, seconds === null ? 'observed' : 'written');
    return this;
  }

  refused(node: string, address: string, times: readonly number[], component: Component = 'kubelet'): this {
    for (const t of times) this.say(node, component, 'apiserver.unreachable', t, { address, error: 'connect: connection refused', kind: 'refused' });
    return this;
  }

  history(): History {
    return buildHistory(this.kase).history;
  }

  undecided(about: string): boolean {
    return this.history().undecided.some((one) => one.about === about);
  }
}
