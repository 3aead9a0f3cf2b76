import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { briefOf } from '../../src/tui/brief.ts';
import { clean, cutCells, cutStart, cutUp, fitCells, widthOf, wrapCells } from '../../src/tui/cells.ts';
import { fitLine, lineOf, lineWidth, rule, spread } from '../../src/tui/line.ts';
import { paint, themeOf } from '../../src/tui/theme.ts';

// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;
const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme-composite' }));

describe('cells', () => {
  it('cleans any text of control characters, and a second time changes nothing', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = clean(text);
        expect(once).not.toMatch(CONTROL);
        expect(clean(once)).toBe(once);
      }),
    );
  });

  it('never exceeds the width asked for', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 0, max: 60 }), (text, width) => {
        expect(stringWidth(cutCells(text, width))).toBeLessThanOrEqual(width);
        expect(stringWidth(cutStart(text, width))).toBeLessThanOrEqual(Math.max(1, width));
        expect(stringWidth(fitCells(text, width))).toBe(width);
        for (const line of wrapCells(text, Math.max(2, width), 5)) expect(stringWidth(line)).toBeLessThanOrEqual(Math.max(2, width));
      }),
    );
  });

  it('marks what was cut', () => {
    expect(cutCells('leader election', 8)).toBe('leader …');
    expect(cutCells('漢字かな', 5)).toBe('漢字…');
    expect(cutStart('a/b/c/etcd.log', 10)).toBe('…/etcd.log');
    expect(wrapCells('one two three four', 8, 2)).toEqual(['one two', 'three f…']);
    expect(cutUp('one two three four', 8, 2)).toEqual(['one two ', 'three f…']);
  });

  it('begins a word wider than a line where the words before it end', () => {
    expect(wrapCells('same content as cp1/etcd/current.log', 26, 1)).toEqual(['same content as cp1/etcd/…']);
    expect(wrapCells('as cascade/cp1/var/log/pods/kube-system_etcd-cp1/etcd/0.log', 24)).toEqual([
      'as cascade/cp1/var/log/p',
      'ods/kube-system_etcd-cp1',
      '/etcd/0.log',
    ]);
    expect(wrapCells('twenty letters round abcdefghijklmnopqrstuvwxyz', 22)).toEqual(['twenty letters round', 'abcdefghijklmnopqrstuv', 'wxyz']);
  });

  it('shows a line of a file as it stands', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 40 }), (text, width) => {
        const lines = cutUp(text, width, 10_000);
        expect(lines.join('')).toBe(clean(text));
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('loses no word when it wraps', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,30}$/), { maxLength: 20 }), fc.integer({ min: 4, max: 40 }), (words, width) => {
        expect(wrapCells(words.join(' '), width).join('').replaceAll(' ', '')).toBe(words.join(''));
      }),
    );
  });
});

describe('lines', () => {
  it('are exactly as wide as asked', () => {
    fc.assert(
      fc.property(anyText, anyText, fc.integer({ min: 1, max: 80 }), (a, b, width) => {
        expect(lineWidth(fitLine([...lineOf(a), ...lineOf(b)], width))).toBe(width);
        expect(lineWidth(spread(lineOf(a), lineOf(b), width))).toBeLessThanOrEqual(width);
        expect(lineWidth(rule(width, a, b))).toBeLessThanOrEqual(Math.max(width, 5));
      }),
    );
  });

  it('are painted without any escape but colours', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        // oxlint-disable-next-line no-control-regex
        const bare = paint([{ text, tone: 'critical' }], themeOf('dark')).replace(/\u001b\[[0-9;]*m/g, '');
        expect(bare).not.toMatch(CONTROL);
      }),
    );
  });

  it('carry no colour without a theme', () => {
    // oxlint-disable-next-line no-control-regex
    for (const tone of Object.keys(themeOf('dark').tones))
      expect(paint([{ text: 'x', tone: tone as 'text' }], themeOf('none'), true)).not.toMatch(/\u001b\[[0-9;]*(?:3[0-9]|4[0-9])[0-9;]*m/);
    expect(widthOf('plain')).toBe(5);
  });
});

describe('a log line in a list', () => {
  const zap = '{"level":"warn","ts":"2026-03-01T10:00:00.000001Z","caller":"etcdserver/util.go:170","msg":"apply request took too long","took":"1.2s"}';

  it.each([
    ['zap JSON', zap],
    ['the JSON export of the journal', JSON.stringify({ _PID: '24935', MESSAGE: zap, _COMM: 'etcd', PRIORITY: '6' })],
    ['the text export of the journal', `MESSAGE=${zap}`],
    ["docker's JSON", JSON.stringify({ log: `${zap}\n`, stream: 'stderr', time: '2026-03-01T10:00:00.1Z' })],
    ['CRI', `2026-03-01T10:00:00.1Z stderr F ${zap}`],
  ])('is its message and fields: %s', (_, line) => {
    expect(briefOf(line)).toBe('apply request took too long  took=1.2s');
  });

  it('keeps a plain message of the journal', () => {
    expect(briefOf(JSON.stringify({ _PID: '1', MESSAGE: 'Started etcd.' }))).toBe('Started etcd.');
  });
});
