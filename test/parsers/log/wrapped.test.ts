import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLog } from './collect.ts';

const CAPNSLOG = Array.from(
  { length: 40 },
  (_, i) =>
    `2026-11-22 07:46:${10 + i}.380679 I | raft: 8e9e05c52164694d [term: ${100 + i}] received a MsgVote message with higher term from 91bc3c398fb3c146 [term: ${12_345 + i}]`,
);
const RAFT = Array.from(
  { length: 40 },
  (_, i) => `raft2026/11/22 07:46:${10 + i} INFO: ${'a'.repeat(i % 9)}8e9e05c52164694d became leader at term ${12_345 + i}`,
);
const ZAP = Array.from(
  { length: 40 },
  (_, i) =>
    `{"level":"warn","ts":"2026-11-22T07:46:${10 + i}.698266Z","caller":"etcdserver/util.go:170","msg":"apply request took too long","took":"${300 + i}.5ms","expected-duration":"100ms","prefix":"read-only range ","request":"key:\\"foo\\" ","response":"range_response_count:1 size:971","error":""}`,
);
const KLOG = Array.from(
  { length: 40 },
  (_, i) => `I1122 09:21:${10 + i}.987482       1 leaderelection.go:260] successfully acquired lease kube-system/kube-controller-manager`,
);

const wrap = (lines: readonly string[], width: number): string[] =>
  lines.flatMap((line) => Array.from({ length: Math.ceil(line.length / width) }, (_, i) => line.slice(i * width, (i + 1) * width)));

describe.each([
  ['capnslog', CAPNSLOG],
  ['raft', RAFT],
  ['zap', ZAP],
  ['klog', KLOG],
] as const)('hard-wrapped %s', (_name, lines) => {
  it('is never misread, whatever the width, and every line counts once', () => {
    const known = new Set(readLog(`${lines.join('\n')}\n`).facts.map(({ type, data, at }) => JSON.stringify([type, data, at])));
    expect(known.size).toBeGreaterThan(0);
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 200 }), (width) => {
        const wrapped = wrap(lines, width);
        const read = readLog(`${wrapped.join('\n')}\n`);
        for (const { type, data, at } of read.facts) expect([...known]).toContain(JSON.stringify([type, data, at]));
        expect(read.events.length + read.continuations + read.unparsed).toBe(wrapped.length);
      }),
    );
  });
});
