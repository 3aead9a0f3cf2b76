import type { Component } from '../../model/bundle.ts';
import type { FactMap, FactType } from '../../model/fact.ts';
import type { MemberId, ClusterId } from '../../model/ids.ts';
import { clusterIdFromHex, memberIdFromHex } from '../../model/ids.ts';
import { parseGoDuration } from '../../model/time.ts';
import { jsonScalar, jsonStrings } from './json-fields.ts';

/** Of sentences that are alike, one fact in each span of `every` microseconds is enough. */
export interface Throttle {
  readonly every: number;
  /** JSON fields that tell sentences apart; in text lines the whole text does */
  readonly by?: readonly string[];
  /** the capture group that in text lines stands for the one field of `by` */
  readonly group?: number;
  /** a JSON field with a duration: half as long again as the last one counts at once */
  readonly worse?: string;
}

/** A real line of some version that the rule must recognise; tests walk these. */
export interface MessageSample {
  readonly version: string;
  readonly line: string;
}

export type Emit = <Type extends FactType>(type: Type, data: FactMap[Type]) => void;

/**
 * One known sentence of a program, in all the wordings its versions use.
 * `says` are exact zap messages; `text` matches the sentence in plain-text logs (capnslog, klog, syslog), anchored by itself.
 */
export interface MessageRule {
  /** the template shown in the timeline instead of the variable text */
  readonly id: string;
  readonly says?: readonly string[];
  readonly text?: RegExp;
  /** capnslog package that writes it */
  readonly package?: string;
  readonly samples: readonly MessageSample[];
  /** for chatty sentences; the events all stay, only their facts are thinned out */
  readonly throttle?: Throttle;
  read?(message: Message, emit: Emit): void;
}

export function defineMessages(rules: readonly MessageRule[]): readonly MessageRule[] {
  return rules;
}

/** What a rule sees of a line: named fields where it was JSON, capture groups where it was text. */
export class Message {
  readonly text: string;
  readonly component: Component;
  private readonly json: string | null;
  private readonly bytes: boolean;
  private readonly groups: RegExpExecArray | null;

  private constructor(text: string, component: Component, json: string | null, bytes: boolean, groups: RegExpExecArray | null) {
    this.text = text;
    this.component = component;
    this.json = json;
    this.bytes = bytes;
    this.groups = groups;
  }

  /** `json` is the line's body, an object; `bytes` says that it is bytes read as Latin-1 */
  static ofJson(text: string, component: Component, json: string, bytes: boolean): Message {
    return new Message(text, component, json, bytes, null);
  }

  static ofText(text: string, component: Component, groups: RegExpExecArray): Message {
    return new Message(text, component, null, false, groups);
  }

  /** the field of a JSON line, else the capture group of a text line */
  str(field: string, group = 0): string | null {
    if (this.json !== null) return jsonScalar(this.json, field, this.bytes);
    return group === 0 ? null : (this.groups?.[group] ?? null);
  }

  num(field: string, group = 0): number | null {
    const text = this.str(field, group);
    if (text === null || text === '') return null;
    const value = Number(text);
    return Number.isFinite(value) ? value : null;
  }

  /** a Go duration in microseconds */
  dur(field: string, group = 0): number | null {
    const text = this.str(field, group);
    return text === null ? null : parseGoDuration(text);
  }

  flag(field: string, group = 0): boolean {
    return this.str(field, group) === 'true';
  }

  id(field: string, group = 0): MemberId | null {
    const text = this.str(field, group);
    return text === null ? null : memberIdFromHex(text);
  }

  cluster(field: string, group = 0): ClusterId | null {
    const text = this.str(field, group);
    return text === null ? null : clusterIdFromHex(text);
  }

  list(field: string, group = 0): readonly string[] {
    if (this.json !== null) return jsonStrings(this.json, field, this.bytes);
    const text = this.str(field, group);
    return text === null ? [] : text.split(/[,\s]+/).filter((item) => item !== '');
  }
}
