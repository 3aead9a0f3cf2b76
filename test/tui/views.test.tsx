import { describe, expect, it } from 'vitest';
import { TOP_VIEWS } from '../../src/tui/state.ts';
import { frameOf, openStore, typed } from './harness.tsx';

const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 200, rows: 50 },
  { columns: 40, rows: 10 },
  { columns: 20, rows: 5 },
  { columns: 300, rows: 12 },
];

describe.each(SIZES)('at $columns×$rows', (size) => {
  it.each(TOP_VIEWS.map((view, i) => [view, String(i + 1)]))('%s keeps to its room, from top to bottom', (_view, key) => {
    const { store, reader, press } = openStore(size);
    press(key);
    frameOf(store, reader);
    for (const move of ['j', 'j', 'pagedown', 'G', 'k', 'right', 'g', '+', '+', '+', 'n', 'n', '-', '0']) {
      press(move);
      frameOf(store, reader);
    }
  });

  it('finding and evidence keep to their room, item by item', () => {
    const { store, reader, press } = openStore(size);
    for (let finding = 0; finding < 5; finding++) {
      press('1', 'g', ...Array.from({ length: finding }, () => 'j'), 'enter');
      for (let item = 0; item < 7; item++) {
        frameOf(store, reader);
        press('enter');
        frameOf(store, reader);
        press('j', 'l');
        frameOf(store, reader);
        if (store.get().places.length > 2) press('escape');
        press('j');
      }
      press('G');
      frameOf(store, reader);
    }
  });

  it('what lies over a view keeps to its room', () => {
    const { store, reader, press } = openStore(size);
    for (const keys of [
      ['?', 'j', 'G'],
      [':', ...typed('go to'), 'down'],
      ['2', 'f', 'j', 'j', 'space'],
      ['/', ...typed('漢字 [('), 'enter'],
      ['@', ...typed('nonsense'), 'enter'],
      ['W', ...typed('cp1'.repeat(60))],
    ]) {
      press(...keys);
      frameOf(store, reader);
      press('escape', 'escape');
    }
  });

  it('an empty case shows itself in every view', () => {
    const { store, reader, press } = openStore(size, { empty: true });
    for (const key of ['1', '2', '3', '4', '5', '6', '7', 'enter', '1', 'enter', '?']) {
      press(key);
      frameOf(store, reader);
    }
  });
});

describe('what is shown', () => {
  const size = { columns: 80, rows: 24 };

  it('opens on the findings, worst first, readable without colour', () => {
    const { store, reader } = openStore(size);
    const frame = frameOf(store, reader);
    const signs = frame.map((line) => /^ (CRIT|WARN|INFO) /.exec(line)?.[1]).filter((sign) => sign !== undefined);
    expect(signs.slice(0, 5)).toEqual(['CRIT', 'CRIT', 'WARN', 'WARN', 'INFO']);
    expect(frame.join('\n')).toContain('no leader for 4 min 10 s');
    expect(frame.join('\n')).toContain('1 damaged');
  });

  it('shows the selected finding below a list that leaves room, and what each finding says beside its title', () => {
    const { store, reader, press } = openStore({ columns: 120, rows: 60 });
    press('j');
    const frame = frameOf(store, reader);
    const second = store.get().data?.findings[1];
    const rule = frame.findIndex((line) => line.startsWith(`── ${second?.title ?? '?'} ─`));
    expect(rule).toBeGreaterThan(frame.findIndex((line) => line.includes('Findings 2 of')));
    expect(frame.slice(rule).join('\n')).toMatch(/Evidence 1 of \d+/);
    expect(frame.slice(0, rule).filter((line) => / CRIT .*…\s*$/.test(line)).length).toBeGreaterThan(0);
  });

  it.each([
    [80, ' 1Findings 2Timeline 3Lanes 4Members 5Clocks 6Certs 7Coverage 8Restore 9Notes'],
    [90, ' 1 Findings 2 Timeline 3 Lanes 4 Members 5 Clocks 6 Certs 7 Coverage 8 Restore 9 Notes'],
    [120, '  1 Findings   2 Timeline   3 Lanes   4 Members   5 Clocks   6 Certs   7 Coverage   8 Restore   9 Notes'],
  ])('names the views alike at %i columns', (columns, tabs) => {
    const { store, reader } = openStore({ columns, rows: 24 });
    expect(frameOf(store, reader)[1]?.trimEnd()).toBe(tabs);
  });

  it('keeps the trail apart from the counts', () => {
    const { store, reader, press } = openStore(size);
    press('enter', 'enter', 'enter');
    expect(frameOf(store, reader)[0]).toMatch(/(?: {2}|… {2})\d+ CRIT/);
  });

  it('leads from a finding to the line in its file, with place and hash', () => {
    const { store, reader, press } = openStore(size);
    press('enter');
    expect(frameOf(store, reader).join('\n')).toContain('Caused by');
    press('j', 'enter');
    const frame = frameOf(store, reader).join('\n');
    expect(frame).toContain('line 401, byte 64000');
    expect(frame).toContain(`sha256 ${'1'.repeat(64)}`);
    expect(frame).toMatch(/401 ► \{"level"/);
    press('escape', 'escape');
    expect(store.get().places).toEqual([{ view: 'overview' }]);
  });

  it('walks from a finding to its cause and back', () => {
    const { store, press } = openStore(size);
    press('enter', 'enter');
    expect(store.get().places.at(-1)).toEqual({ view: 'finding', finding: 'network-partition-1' });
    press('escape');
    expect(store.get().places.at(-1)).toEqual({ view: 'finding', finding: 'no-leader-1' });
  });

  it('says so when nothing could be read, instead of giving the all-clear', () => {
    const { store, reader } = openStore(size, { empty: true });
    const frame = frameOf(store, reader).join('\n');
    expect(frame).toContain('Nothing to judge by');
    expect(frame).not.toContain('No incident');
  });

  it('draws lanes with letters for each role and marks where nobody led', () => {
    const { store, reader, press } = openStore(size);
    press('3');
    const frame = frameOf(store, reader);
    expect(frame.find((line) => line.startsWith(' cp1'))).toMatch(/L7━+c?x░+f─/);
    expect(frame.find((line) => line.startsWith(' no leader'))).toMatch(/!{4,}/);
  });

  it('marks an order that the clocks cannot prove', () => {
    const { store, reader, press } = openStore({ columns: 120, rows: 40 });
    press('2', '@', ...typed('10:10:01'), 'enter');
    expect(frameOf(store, reader).join('\n')).not.toContain('≈');
    const close = openStore({ columns: 120, rows: 40 }, { events: 400_000 });
    close.press('2');
    expect(frameOf(close.store, close.reader).join('\n')).toContain('≈');
  });

  it('offers no key that leads nowhere', () => {
    const { store, reader, press } = openStore({ columns: 120, rows: 30 }, { empty: true });
    for (const view of ['1', '4', '5', '6', '8', '9']) {
      press(view);
      expect(frameOf(store, reader).at(-1)).not.toMatch(/Enter|edit|tag|delete/);
    }
    press(':');
    expect(frameOf(store, reader).join('\n')).toContain('delete the note');
    press('escape', '1', ':');
    expect(frameOf(store, reader).join('\n')).not.toContain('delete the note');
  });

  it('shows which keys count in each view', () => {
    const { store, reader, press } = openStore(size);
    press('2');
    expect(frameOf(store, reader).at(-1)).toMatch(/Enter in its file .*f filter .*\/ search .*\? help {2}q quit/);
    press('?');
    expect(frameOf(store, reader).join('\n')).toContain('times: corrected or as written');
  });
});
