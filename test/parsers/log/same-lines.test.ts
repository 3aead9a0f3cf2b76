import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseParser } from '../../../src/parsers/registry.ts';
import { contextOf, readLog } from './collect.ts';
import { Recorder, access } from '../journal-file/recording-sink.ts';
import { FORMS, csv } from './wrappings.ts';
import type { Line } from './wrappings.ts';

/** The same lines in every form that tools and people give them must say the same. */
const ROOT = join(import.meta.dirname, '../../fixtures/log/text-log');
const KLOG = [
  'I1122 09:18:39.280274       1 leaderelection.go:250] attempting to acquire leader lease kube-system/kube-scheduler...',
  'I1122 09:18:39.289503       1 leaderelection.go:260] successfully acquired lease kube-system/kube-scheduler',
  'E1122 09:18:49.301522       1 leaderelection.go:332] error retrieving resource lock kube-system/kube-scheduler: etcdserver: request timed out',
];

function timed(text: string): Line {
  const zap = /"ts":"([^"]+)Z"/.exec(text)?.[1];
  const klog = /^[IE]1122 (\S+)/.exec(text)?.[1];
  const stamp = zap ?? `2026-11-22T${klog ?? ''}`;
  return { at: Date.parse(`${stamp.slice(0, 19)}Z`) * 1000 + Number(stamp.slice(20)), text };
}
const ETCD = readFileSync(join(ROOT, 'etcd-zap.log'), 'utf8').trimEnd().split('\n');

type Said = readonly (readonly [type: string, at: number | null, data: unknown])[];
const shown = (facts: readonly { readonly type: string; readonly at: number | string | null; readonly data: unknown }[]): Said =>
  facts
    .filter(({ type }) => type !== 'log.zone' && type !== 'log.year')
    .map(({ type, at, data }) => [type, typeof at === 'string' ? Date.parse(at) * 1000 + Number(at.slice(23, 26)) : at, data] as const)
    .toSorted((a, b) => (a[1] ?? 0) - (b[1] ?? 0));

async function read(
  content: string | Uint8Array,
): Promise<{ readonly facts: Said; readonly events: number; readonly unread: number; readonly parser: string }> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const context = contextOf({});
  const parser = chooseParser(bytes.subarray(0, 65_536), context);
  if (parser?.kind === 'log') {
    const { facts, events, unparsed } = readLog(bytes, { parser, blockLines: 4 });
    return { facts: shown(facts), events: events.length, unread: unparsed, parser: parser.id };
  }
  if (parser?.kind !== 'binary') throw new Error(`read by ${parser?.id ?? 'nobody'}`);
  const recorder = new Recorder();
  await parser.parse(access(bytes), recorder.sink, context);
  return { facts: shown(recorder.facts), events: recorder.events.length, unread: 0, parser: parser.id };
}

describe.each([
  ['etcd', ETCD.map(timed)],
  ['kube-scheduler', KLOG.map(timed)],
] as const)('the same lines of %s', async (_name, lines) => {
  const bare = await read(lines.map(({ text }) => `${text}\n`).join(''));

  it('say something bare', () => {
    expect(bare).toMatchObject({ events: lines.length, unread: 0, parser: 'text-log' });
    expect(bare.facts.length).toBeGreaterThanOrEqual(3);
  });

  it.each(Object.entries(FORMS))('%s', async (name, form) => {
    const wrapped = await read(form(lines));
    expect(wrapped.facts).toEqual(bare.facts);
    // what stands around a paste is counted too
    if (!/recording|markdown/.test(name)) expect(wrapped).toMatchObject({ events: lines.length, unread: 0 });
  });

  it('in a table, newest first', async () => {
    const rows = lines.toReversed().map(({ at, text }) => [String(at / 1000), 'm1', text]);
    expect((await read(csv([['timestamp', 'host', 'message'], ...rows]))).facts).toEqual(bare.facts);
  });
});
