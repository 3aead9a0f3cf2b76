import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMouseSieve } from '../../src/tui/mouse.ts';

const ESC = '\u001b';

/** What came through when the input arrived in these pieces. */
function sifted(pieces: readonly string[]): { readonly keys: string; readonly reports: readonly string[] } {
  const sieve = createMouseSieve();
  const parts = pieces.map((piece) => sieve.push(piece));
  return {
    keys: parts.map((part) => part.keys).join('') + sieve.giveUp(),
    reports: parts.flatMap((part) => part.reports.map((one) => `${one.kind} ${one.column},${one.row}${one.ctrl ? ' ctrl' : ''}`)),
  };
}

describe('the mouse in the input', () => {
  it('reads presses and the wheel, and leaves out releases, moves and other buttons', () => {
    const input = ['0;10;5M', '0;10;5m', '64;1;1M', '65;200;50M', '80;3;4M', '32;3;4M', '2;3;4M', '66;3;4M', '128;3;4M']
      .map((one) => `${ESC}[<${one}`)
      .join('');
    expect(sifted([`a${input}b`])).toEqual({ keys: 'ab', reports: ['press 9,4', 'wheel-up 0,0', 'wheel-down 199,49', 'wheel-up 2,3 ctrl'] });
  });

  it('understands the older form', () => {
    expect(sifted([`${ESC}[M !!x`])).toEqual({ keys: 'x', reports: ['press 0,0'] });
  });

  it('leaves keys alone', () => {
    for (const keys of ['q', `${ESC}[A`, `${ESC}[6~`, `${ESC}OP`, `${ESC}${ESC}`, 'a<0;1;1M', ESC]) expect(sifted([keys]).keys).toBe(keys);
  });

  it('lets nothing of a report leak as keys, however it was cut into reads', () => {
    const report = `${ESC}[<65;120;33M`;
    const typed = fc.array(fc.oneof(fc.constant(report), fc.constantFrom('j', 'G', '/', `${ESC}[B`, 'M', '<', '漢')), { maxLength: 12 });
    fc.assert(
      fc.property(typed, fc.array(fc.nat({ max: 200 }), { maxLength: 12 }), (parts, cuts) => {
        const input = parts.join('');
        const at = [...new Set(cuts.filter((cut) => cut < input.length))].sort((a, b) => a - b);
        const pieces = [...at, input.length].map((end, i) => input.slice(at[i - 1] ?? 0, end));
        const found = sifted(pieces);
        expect(found.keys).toBe(parts.filter((part) => part !== report).join(''));
        expect(found.reports).toHaveLength(parts.filter((part) => part === report).length);
      }),
    );
  });

  it('drops a report that never ends, and one whose escape was taken for a key', () => {
    expect(sifted([`${ESC}[<65;12`, 'j'])).toEqual({ keys: 'j', reports: [] });
    expect(sifted([`${ESC}[<65;12`])).toEqual({ keys: '', reports: [] });
    const sieve = createMouseSieve();
    sieve.push(ESC);
    expect(sieve.held()).toBe('a key');
    expect(sieve.giveUp()).toBe(ESC);
    expect(sieve.push('[<0;3;3Mq')).toEqual({ keys: 'q', reports: [] });
  });

  it('survives anything', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom(ESC, '[', '<', 'M', 'm', ';', '1', '9', 'x', '\u0000', '\uffff') }), { maxLength: 6 }),
        (pieces) => {
          expect(sifted(pieces).keys.length).toBeLessThanOrEqual(pieces.join('').length);
        },
      ),
    );
  });
});
