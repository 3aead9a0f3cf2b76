import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readLog } from './collect.ts';

const LEVELS = ['debug', 'info', 'warn', 'error', 'dpanic', 'panic', 'fatal', 'notice'];
const CALLS = [
  '"caller":"etcdserver/server.go:2145","msg":"Applying entries","num-entries":1',
  '"caller":"etcdserver/util.go:170","msg":"apply request took too long","took":"3.25s","prefix":"","error":"späť"',
  '"caller":"etcdserver/util.go:170","msg":"apply request took too long ","took":"3.25s"',
  '"logger":"raft","caller":"etcdserver/zap_raft.go:77","msg":"8e9e05c52164694d became leader at term 4"',
  '"logger":"etcd-client","caller":"v3/retry_interceptor.go:62","msg":"retrying of unary invoker failed","error":"rpc error"',
  '"logger":"etcd-client","caller":"v3/retry_interceptor.go:63","msg":"retrying of unary invoker failed"',
  '"caller":"rafthttp/stream.go:421","msg":"lost TCP streaming connection with remote peer","remote-peer-id":"401062423d2f269e"',
  '"caller":"a.go:1","msg":"quoted \\"words\\" inside"',
  '"msg":"no caller","error":"x"',
];

const stamp = fc
  .record({
    day: fc.integer({ min: 1, max: 31 }),
    minute: fc.integer({ min: 0, max: 61 }),
    second: fc.integer({ min: 0, max: 61 }),
    decimals: fc.constantFrom('', '.2', '.229823', '.229823999', '.'),
    zone: fc.constantFrom('Z', '+08:00', '-0700', ''),
  })
  .map(({ day, minute, second, decimals, zone }) => {
    const two = (n: number): string => String(n).padStart(2, '0');
    return `2026-11-${two(day)}T07:${two(minute)}:${two(second)}${decimals}${zone}`;
  });

const line = fc
  .record({
    level: fc.constantFrom(...LEVELS),
    stamp,
    call: fc.constantFrom(...CALLS),
    /** a byte of it is another one */
    spoilt: fc.option(fc.record({ at: fc.nat(90), by: fc.constantFrom('"', '}', '0', ' ', '\\', 'x') })),
  })
  .map(({ level, stamp: ts, call, spoilt }) => {
    const text = `{"level":"${level}","ts":"${ts}",${call}}`;
    return spoilt === null ? text : text.slice(0, spoilt.at) + spoilt.by + text.slice(spoilt.at + 1);
  });

it('a line says the same, whether its like was met before or not', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => {
      const { events } = readLog([...lines, ...lines, ...lines, ...lines, ''].join('\n'));
      const of = (copy: number): typeof events => events.filter((event) => Math.ceil(event.line / lines.length) === copy);
      const first = of(1);
      for (const copy of [2, 3, 4]) {
        const again = of(copy);
        expect(again.map(({ level, message, component }) => ({ level, message, component }))).toEqual(
          first.map(({ level, message, component }) => ({ level, message, component })),
        );
        // a stamp of whole seconds is put behind the line before it, within that second
        expect(again.map(({ at }) => at?.slice(0, 19))).toEqual(first.map(({ at }) => at?.slice(0, 19)));
        const fine = (at: string | null): boolean => at?.endsWith('.000000Z') !== true;
        for (const [n, { at }] of first.entries()) if (fine(at) && again[n] !== undefined) expect([at, fine(again[n].at)]).toEqual([again[n].at, true]);
      }
    }),
    { numRuns: 400 },
  );
});
