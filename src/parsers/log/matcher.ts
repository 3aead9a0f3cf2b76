import type { Component } from '../../model/bundle.ts';
import type { Emit, MessageRule } from './message.ts';
import { Message } from './message.ts';
import { KUBERNETES_HINT, backupMessages, catalogue, kubernetesMessages, raftMessages, raftWord, systemMessages } from './catalogue.ts';
import { jsonScalar } from './json-fields.ts';
import type { LogLine } from './line.ts';
import { utf8 } from './latin1.ts';
import { isEtcdServerCaller } from './program.ts';
import { callerOf } from './component.ts';
import type { Template } from './template.ts';
import { ZapShapes } from './zap-shapes.ts';

const ETCD_PROGRAMS: ReadonlySet<Component> = new Set<Component>(['etcd', 'etcdctl', 'backup']);
const SNAPSHOT_CALLER = /\b(?:v3_snapshot|maintenance|snapshot)\.go:/;
const MAX_TEMPLATES = 20_000;
const NONE: Template = { message: 0, rule: null };
/** Upstream: bbolt `page.go`, `freelist.go`, `node.go`, `db.go`: what it panics with when a page is not what it should be. */
const BROKEN_PAGES =
  /Page expected to be: \d+|page \d+: (?:has unexpected type|invalid type|unexpected)|invalid (?:freelist )?page(?: type)?\b|\bfreelist: (?:invalid|corrupt)|page \d+ already freed|cannot free page|unexpected page type|invalid database/;
/** What tells etcd's panics from those of any other Go program, where nothing says whose log it is. Upstream: etcd `server/`, raft, bbolt. */
const ETCD_PANIC = /tocommit|etcdserver|\braft\b|\bwal\b|bbolt|freelist|page \d+|Page expected|invalid (?:database|page)|mvcc|lastIndex|unexpected page/i;
const RAFT_LIKE = /^(?:[0-9a-f]{6,16} |raft\.node: |newRaft |tocommit\()/;
/** Messages with a changing part that no rule knows: one template for all of them, lest they fill the table. */
const VARIABLE = /0x[0-9a-f]{6,}|\d{6,}/;

/** Finds the rule for a line and lets it name facts. One per entry; remembers the constant messages it has seen. */
export class Matcher {
  private readonly templates = new Map<string, Template>();
  private readonly ruleTemplates = new Map<MessageRule, Template>();
  /** when a throttled sentence was last let through */
  private readonly lastRead = new Map<string, { at: number; worst: number }>();
  /** for the payload readers of the same entry */
  readonly shapes = new ZapShapes();
  private readonly intern: (text: string) => number;

  constructor(intern: (text: string) => number) {
    this.intern = intern;
  }

  /** Returns the message id for the event; facts go to `emit`. */
  match(line: LogLine, component: Component, emit: Emit): number {
    switch (line.dialect) {
      case 'etcd-json':
        return this.matchJson(line, component, emit);
      case 'raft-text':
        return this.matchText(line, component, this.raftRules(line.text), emit).message;
      case 'etcd-text':
        return this.matchEtcdText(line, component, emit);
      case 'etcdctl':
        return this.matchText(line, component, backupMessages, emit).message;
      case 'klog':
        // gRPC's own warnings in etcd's stream are no client's view of etcd
        if (component === 'etcd') return 0;
        return KUBERNETES_HINT.test(line.text) ? this.matchText(line, component, kubernetesMessages, emit).message : 0;
      case 'syslog':
        return this.matchText(line, component, systemMessages, emit).message;
      case 'go-panic':
        return this.matchPanic(line, component, emit);
      case 'plain':
        return 0;
    }
  }

  private matchJson(line: LogLine, component: Component, emit: Emit): number {
    if (component !== 'etcd' && isClientLine(line)) {
      this.matchText(line, component, kubernetesMessages, emit);
      return 0;
    }
    const { text, shape } = line;
    let template = shape === null ? this.templates.get(text) : shape.template;
    if (template === undefined) {
      if (RAFT_LIKE.test(text)) return this.matchText(line, component, this.raftRules(line.text), emit).message;
      const { trace } = catalogue;
      if (text.startsWith('trace[') && trace !== null) template = this.templateOf(trace);
      else template = VARIABLE.test(text) ? NONE : this.learn(text);
    } else if (shape === null && line.shapeEnd > 0) this.shapes.learn(line, template);
    const { rule } = template;
    if (rule !== null && !ETCD_PROGRAMS.has(component) && !isEtcdLine(line)) return 0;
    if (rule?.read !== undefined) {
      const message = Message.ofJson(text, component, line.bodySlice(), !line.decoded);
      if (this.due(rule, line, message)) rule.read(message, emit);
    }
    // fatal and panic lines end the process, whatever they say
    if (line.level === 6 && rule?.id !== 'start failed' && component === 'etcd') {
      const error = jsonScalar(line.bodySlice(), 'error', !line.decoded);
      emit('etcd.crashed', { reason: error === null ? utf8(text) : `${utf8(text)}: ${error}`, kind: 'fatal' });
    }
    return template.message;
  }

  /** the raft rules whose wording has this distinguishing word; all of them for a wording never seen */
  private raftRules(text: string): readonly MessageRule[] {
    return catalogue.raftByWord.get(raftWord(text)) ?? raftMessages;
  }

  private learn(text: string): Template {
    // a copy, lest the map keep whole blocks of text alive
    const key = Buffer.from(text, 'latin1').toString('latin1');
    const rule = catalogue.bySays.get(key) ?? null;
    if (this.templates.size >= MAX_TEMPLATES) return rule === null ? NONE : this.templateOf(rule);
    const template: Template = { message: this.intern(utf8(key)), rule };
    this.templates.set(key, template);
    return template;
  }

  private matchEtcdText(line: LogLine, component: Component, emit: Emit): number {
    const rules = line.origin === null ? catalogue.packaged : (catalogue.byPackage.get(line.origin) ?? []);
    const raft = RAFT_LIKE.test(line.text) ? this.matchText(line, component, this.raftRules(line.text), emit) : NONE;
    if (raft.rule !== null) return raft.message;
    const found = this.matchText(line, component, rules, emit);
    if (line.level === 6 && found.rule === null) emit('etcd.crashed', { reason: line.text, kind: 'fatal' });
    return found.message;
  }

  private matchPanic(line: LogLine, component: Component, emit: Emit): number {
    const raft = this.matchText(line, component, this.raftRules(line.text), emit);
    if (component === 'etcd' || (component === 'other' && ETCD_PANIC.test(line.text))) {
      emit('etcd.crashed', { reason: line.text, kind: 'panic' });
      if (BROKEN_PAGES.test(line.text)) emit('db.opened-damaged', { reason: line.text });
    } else emit('process.exited', { reason: `panic: ${line.text}` });
    return raft.message;
  }

  private matchText(line: LogLine, component: Component, rules: readonly MessageRule[], emit: Emit): Template {
    for (const rule of rules) {
      const groups = rule.text?.exec(line.text);
      if (groups === null || groups === undefined) continue;
      if (rule.read !== undefined) {
        const message = Message.ofText(line.text, component, groups);
        if (this.due(rule, line, message)) rule.read(message, emit);
      }
      return this.templateOf(rule);
    }
    return NONE;
  }

  /** False for a chatty sentence that was read a moment ago. */
  private due(rule: MessageRule, line: LogLine, message: Message): boolean {
    const { throttle } = rule;
    if (throttle === undefined) return true;
    // the payload's own time where it is certain: envelopes may count whole seconds only
    const at = Number.isNaN(line.outer) || line.zoned ? line.time : line.outer;
    const named = (line.dialect === 'etcd-json' && !RAFT_LIKE.test(line.text)) || throttle.group !== undefined;
    const key = named ? (throttle.by ?? []).reduce((all, field) => `${all} ${message.str(field, throttle.group) ?? ''}`, rule.id) : line.text;
    const worst = throttle.worse === undefined ? 0 : (message.dur(throttle.worse) ?? 0);
    const last = this.lastRead.get(key);
    if (last !== undefined && at >= last.at && at - last.at < throttle.every && worst <= last.worst * 1.5) return false;
    if (last !== undefined) {
      last.at = at;
      last.worst = worst;
      return true;
    }
    if (this.lastRead.size >= MAX_TEMPLATES) this.lastRead.clear();
    // a copy of the key, lest it keep a whole block of text alive
    this.lastRead.set(Buffer.from(key, 'utf8').toString('utf8'), { at, worst });
    return true;
  }

  private templateOf(rule: MessageRule): Template {
    let template = this.ruleTemplates.get(rule);
    if (template === undefined) {
      template = { message: this.intern(rule.id), rule };
      this.ruleTemplates.set(rule, template);
    }
    return template;
  }
}

/** Other programs log zap JSON too, and some of etcd's sentences are anybody's (`server error`, `saved`): the caller tells. */
function isEtcdLine(line: LogLine): boolean {
  if (line.origin === 'raft') return true;
  const caller = callerOf(line);
  return caller !== null && (isEtcdServerCaller(caller) || SNAPSHOT_CALLER.test(caller));
}

/** etcd's client library logs zap JSON into its host's stream: those lines are the host's view of etcd. */
function isClientLine(line: LogLine): boolean {
  if (line.origin !== 'etcd-client' && line.origin !== 'client') return false;
  const error = jsonScalar(line.bodySlice(), 'error', !line.decoded);
  if (error !== null) line.text = `watch chan error: ${error}`;
  return true;
}
