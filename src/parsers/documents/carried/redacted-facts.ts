import type { Component } from '../../../model/bundle.ts';
import { epochMicros } from '../../../model/time.ts';
import type { TimeMeaning } from '../../../model/time.ts';
import { defineParser } from '../../contract.ts';
import type { Emitter, When } from '../emitter.ts';
import { NO_TIME, emitterFor } from '../emitter.ts';
import type { CarriedType } from './shapes.ts';
import { hasShape, isCarried } from './shapes.ts';

/** How such a document begins. */
export const CARRIED_FORMAT = 'inquest.redacted-facts/v1';
const BEGINS = `{"format":"${CARRIED_FORMAT}"`;

const MEANINGS = {
  written: true,
  'written-in-second': true,
  observed: true,
  renewed: true,
  acquired: true,
  started: true,
  scraped: true,
  notBefore: true,
  notAfter: true,
  collected: true,
} as const satisfies Record<TimeMeaning, true>;

function isMeaning(word: unknown): word is TimeMeaning {
  return typeof word === 'string' && Object.hasOwn(MEANINGS, word);
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function whenOf(row: unknown): When {
  const at = field(row, 'at');
  const told = field(row, 'meaning');
  const meaning = isMeaning(told) ? told : 'observed';
  return typeof at === 'number' && Number.isSafeInteger(at) ? { at: epochMicros(at), meaning } : { ...NO_TIME, meaning };
}

function put<Type extends CarriedType>(emitter: Emitter, type: Type, row: unknown, line: number): boolean {
  const data = field(row, 'data');
  if (!hasShape(type, data)) return false;
  emitter.fact(type, data, line, whenOf(row));
  return true;
}

/**
 * What `inquest redact` writes in the place of files that cannot be rewritten: a first line that names the format, then a line
 * of JSON for each fact that was read from the original. Fields are checked, since anybody can write such a file.
 */
export const redactedFacts = defineParser({
  kind: 'document',
  id: 'redacted-facts',
  title: 'facts in the place of a redacted file',
  keep: 'all',
  accepts: (head) => head.startsWith(BEGINS),
  parse(document, sink) {
    const head = parsed(document.lines[0]?.text ?? '');
    const host = field(head, 'host');
    const component: Component = field(head, 'component') === 'etcd' ? 'etcd' : 'other';
    const emitter = emitterFor(document, sink, { host: typeof host === 'string' ? host : null, component });
    for (const { text, line } of document.lines.slice(1)) {
      if (text.trim() === '') continue;
      const row = parsed(text);
      const type = field(row, 'type');
      if (typeof type !== 'string' || !isCarried(type) || !put(emitter, type, row, line))
        emitter.diagnostic('DOCUMENT_INVALID', 'a line holds no fact of a known form', line);
    }
  },
});
