import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ParseSink } from '../../../src/parsers/contract.ts';
import { sourceId } from '../../../src/model/ids.ts';
import { kubernetesAudit } from '../../../src/parsers/kubernetes-audit/kubernetes-audit.ts';
import { contextOf, readLog } from './collect.ts';

const bytes = readFileSync(join(import.meta.dirname, '../../fixtures/log/kubernetes-audit/metadata.log'));
const line = (event: object): string =>
  `${JSON.stringify({ kind: 'Event', apiVersion: 'audit.k8s.io/v1', stage: 'ResponseComplete', stageTimestamp: '2026-11-22T09:51:45Z', ...event })}\n`;

/** The texts that stand in the case for what was read. */
function cited(text: string): readonly string[] {
  const texts: string[] = [];
  const sink: ParseSink = {
    source: () => sourceId(1),
    fact: () => undefined,
    diagnostic: () => undefined,
    cite: (_place, kept) => texts.push(kept),
    message: () => 0,
    events: () => expect.unreachable('no line of an audit log is kept'),
    count: () => undefined,
  };
  const raw = Buffer.from(text);
  kubernetesAudit.open(sink, contextOf({}), raw).push(raw, 0, 1, text.split('\n').length - 1);
  return texts;
}

describe('an audit log', () => {
  it('keeps nothing of the bodies of requests', () => {
    const event = {
      verb: 'create',
      objectRef: { resource: 'secrets', namespace: 'kube-system', name: 'x' },
      responseStatus: { code: 201 },
      requestObject: { kind: 'Secret', data: { password: 'aHVudGVyMg==' } },
    };
    const [kept = ''] = cited(line(event));
    expect(kept).toContain('"verb":"create"');
    expect(kept).not.toContain('aHVudGVyMg');
  });

  it('counts a client that is refused again and again once a minute', () => {
    const refused = (second: number): string =>
      line({
        verb: 'list',
        objectRef: { resource: 'pods' },
        user: { username: 'agent' },
        responseStatus: { code: 429 },
        stageTimestamp: `2026-11-22T09:5${Math.floor(second / 60)}:${String(second % 60).padStart(2, '0')}Z`,
      });
    const text = Array.from({ length: 130 }, (_, second) => refused(second)).join('');
    expect(readLog(text, { parser: kubernetesAudit }).facts.map(({ type }) => type)).toEqual(['api.failed', 'api.failed', 'api.failed']);
  });

  it('flipped bytes never throw', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 12 }), fc.integer({ min: 1, max: 5 }), (flips, blockLines) => {
        const damaged = Buffer.from(bytes);
        for (const [at, value] of flips) damaged[at] = value;
        readLog(damaged, { parser: kubernetesAudit, blockLines });
      }),
    );
  });
});
