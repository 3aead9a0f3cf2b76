import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Component } from '../../../src/model/bundle.ts';
import { allMessages, catalogue, messageFiles } from '../../../src/parsers/log/catalogue.ts';
import type { MessageRule, MessageSample } from '../../../src/parsers/log/message.ts';
import { readLog } from './collect.ts';

const GOLDEN = join(import.meta.dirname, '../../fixtures/log/messages');

interface Form {
  readonly name: string;
  readonly component: Component | null;
  readonly line: string;
}

const zapRaft = (text: string): string =>
  JSON.stringify({ level: 'info', ts: '2026-11-22T07:46:57.508283Z', logger: 'raft', caller: 'etcdserver/zap_raft.go:77', msg: text });

/** The ident whose program writes such a sentence. */
function identOf(version: string): string {
  const program = version.split(' ')[0] ?? '';
  return { haproxy: 'haproxy[912]', keepalived: 'Keepalived_vrrp[33]', chrony: 'chronyd[55]', systemd: 'systemd[1]', linux: 'kernel' }[program] ?? 'etcd[1]';
}

/** A sample as it stands in the logs of its program: as it is when it is a whole line, else in every form that carries such a text. */
function formsOf(rule: MessageRule, file: string, { version, line }: MessageSample): readonly Form[] {
  if (file === 'raft') {
    return [
      { name: 'zap', component: null, line: zapRaft(line) },
      { name: 'go-log', component: null, line: `raft2026/11/22 07:46:45 INFO: ${line}` },
      { name: 'capnslog 3.3', component: null, line: `2026-11-22 07:46:45.000123 I | raft: ${line}` },
      { name: 'journald-native', component: null, line: `Nov 22 07:46:45 m1 etcd[11]: ${line}` },
    ];
  }
  const component: Component | null =
    file === 'backup'
      ? 'backup'
      : rule.id === 'API server serving' || rule.id === 'API server shutting down'
        ? 'kube-apiserver'
        : rule.id === 'node status not updated'
          ? 'kubelet'
          : null;
  if (/^(?:\{|time=|\d{4}[-/]\d\d[-/]\d\d |[IWEF]\d{4} )/.test(line)) return [{ name: 'line', component, line }];
  if (file === 'backup') return [{ name: 'cri', component, line: `2026-11-22T07:46:45.000123Z stderr F ${line}` }];
  return [{ name: 'syslog', component, line: `Nov 22 07:46:45 m1 ${identOf(version)}: ${line}` }];
}

/** What the timeline calls an event of this rule: its id, or the constant sentence of a JSON line. */
function ruleOf(message: string | null): MessageRule | null {
  if (message === null) return null;
  return allMessages.find((rule) => rule.id === message) ?? catalogue.bySays.get(message) ?? null;
}

describe.each(messageFiles.map(({ id, rules }) => [id, rules] as const))('messages of %s', (file, rules) => {
  test.each(rules.map((rule) => [rule.id, rule] as const))('%s: its samples are read by it alone', (_id, rule) => {
    expect(rule.samples.length).toBeGreaterThan(0);
    for (const sample of rule.samples) {
      for (const form of formsOf(rule, file, sample)) {
        const log = readLog(`${form.line}\n`, { component: form.component });
        expect(log.events, `${form.name}: ${form.line}`).toHaveLength(1);
        expect(ruleOf(log.events[0]?.message ?? null)?.id, `${form.name}: ${form.line}`).toBe(rule.id);
      }
    }
  });

  test('every wording has a sample, every pattern too', () => {
    const missing = rules.filter(({ text, says, samples }) => {
      const json = samples.filter(({ line }) => line.startsWith('{'));
      const plain = samples.filter(({ line }) => !line.startsWith('{'));
      return (says !== undefined && json.length === 0) || (text !== undefined && plain.length === 0);
    });
    expect(missing.map((rule) => rule.id)).toEqual([]);
  });

  test('gives the facts of its golden', () => {
    const shown = rules.flatMap((rule) =>
      rule.samples.flatMap((sample) =>
        formsOf(rule, file, sample).map((form) => ({
          rule: rule.id,
          version: sample.version,
          form: form.name,
          line: sample.line,
          facts: readLog(`${form.line}\n`, { component: form.component }).facts.map(({ type, component, data }) => ({ type, component, data })),
        })),
      ),
    );
    const actual = `${JSON.stringify(shown, null, 1)}\n`;
    const path = join(GOLDEN, `${file}.golden.json`);
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, actual);
    expect(existsSync(path)).toBe(true);
    expect(actual).toBe(readFileSync(path, 'utf8'));
  });
});

test('ids are unique', () => {
  const ids = allMessages.map((rule) => rule.id);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});

test('no exact sentence is claimed twice', () => {
  const says = allMessages.flatMap((rule) => rule.says ?? []);
  expect(says.filter((text, i) => says.indexOf(text) !== i)).toEqual([]);
});
