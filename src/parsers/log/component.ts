import type { Component } from '../../model/bundle.ts';
import { jsonScalar } from './json-fields.ts';
import type { LogLine } from './line.ts';
import { componentOfIdent, componentOfSourceFile, isEtcdServerCaller } from './program.ts';

const MAX_IDENTS = 10_000;

/** Source file of a zap line, JSON or console; null when it does not say. */
export function callerOf(line: LogLine): string | null {
  if (line.shape !== null) return line.shape.caller;
  const body = line.bodySlice();
  return body.startsWith('{') ? jsonScalar(body, 'caller') : (/\t([\w@./-]+\.go:\d+)\t/.exec(body)?.[1] ?? null);
}

/** Says which program a line is from: its identifier, the file's, or what only that program writes. */
export class ComponentFinder {
  private readonly file: Component | null;
  private readonly idents = new Map<string, Component | null>();

  /** `file` is what path and content say of the whole file; null when they are silent */
  constructor(file: Component | null) {
    this.file = file;
  }

  of(line: LogLine, section: Component | null): Component {
    // a container's line handed on by another program, which does not say whose
    if (line.ident === '') return this.byContent(line) ?? section ?? 'other';
    if (line.ident === null) return section ?? this.file ?? this.byContent(line) ?? 'other';
    const named = this.byIdent(line.ident) ?? (line.unit === null ? null : this.byIdent(line.unit));
    if (named === 'k3s' || named === 'rke2')
      return this.byContent(line) ?? (line.dialect === 'klog' && line.origin !== null ? componentOfSourceFile(line.origin) : null) ?? named;
    return named ?? section ?? this.file ?? this.byContent(line) ?? 'other';
  }

  private byIdent(ident: string): Component | null {
    let component = this.idents.get(ident);
    if (component === undefined) {
      component = componentOfIdent(ident);
      if (this.idents.size < MAX_IDENTS) this.idents.set(ident, component);
    }
    return component;
  }

  private byContent(line: LogLine): Component | null {
    switch (line.dialect) {
      case 'etcd-text':
      case 'raft-text':
        return 'etcd';
      case 'etcd-json': {
        if (line.origin === 'raft') return 'etcd';
        if (line.shape !== null) return line.shape.ofServer ? 'etcd' : null;
        const caller = callerOf(line);
        return caller !== null && isEtcdServerCaller(caller) ? 'etcd' : null;
      }
      default:
        return null;
    }
  }
}
