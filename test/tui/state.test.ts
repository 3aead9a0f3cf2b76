import { paletteEntries } from '../../src/tui/palette.ts';
import { describe, expect, it } from 'vitest';
import { KEYS, bindingsIn, commandFor, keyNames } from '../../src/tui/keys.ts';
import type { KeyContext, PressedKey } from '../../src/tui/keys.ts';
import { filterMenu } from '../../src/tui/filters.ts';
import { readPage } from '../../src/tui/pages.ts';
import type { Page } from '../../src/tui/pages.ts';
import { patternOf } from '../../src/tui/pattern.ts';
import { selectedRow } from '../../src/tui/reduce-timeline.ts';
import { parseMoment, parseSpan } from '../../src/tui/when.ts';
import { epochMicros } from '../../src/model/time.ts';
import { START, fakeCase } from './fake-case.mjs';
import { openStore, typed, until } from './harness.tsx';

const size = { columns: 80, rows: 24 };

describe('keys', () => {
  const contexts: readonly KeyContext[] = [
    'overview',
    'finding',
    'evidence',
    'timeline',
    'lanes',
    'members',
    'clocks',
    'certificates',
    'coverage',
    'snapshots',
    'notes',
  ];

  it.each(contexts)('no key means two things in %s', (context) => {
    const own = KEYS.filter((binding) => binding.in.includes(context)).flatMap((binding) => binding.keys);
    const common = KEYS.filter((binding) => binding.in.includes('any')).flatMap((binding) => binding.keys);
    expect(new Set(own).size).toBe(own.length);
    expect(own.filter((key) => common.includes(key))).toEqual([]);
    for (const key of ['up', 'down', 'j', 'k', '?', 'q', 'escape', 'tab', ':', '/', '@']) expect(commandFor(context, key), key).not.toBeNull();
    expect(bindingsIn(context).length).toBeGreaterThan(10);
  });

  it('reads what was typed faster than it was read', () => {
    const none: PressedKey = {
      upArrow: false,
      downArrow: false,
      leftArrow: false,
      rightArrow: false,
      pageUp: false,
      pageDown: false,
      home: false,
      end: false,
      return: false,
      escape: false,
      tab: false,
      shift: false,
      backspace: false,
      delete: false,
      ctrl: false,
    };
    expect(keyNames('jj\rx', none)).toEqual(['j', 'j', 'enter', 'x']);
    expect(keyNames('c', { ...none, ctrl: true })).toEqual(['ctrl-c']);
    expect(keyNames('', { ...none, tab: true, shift: true })).toEqual(['shift-tab']);
  });
});

describe('moving about', () => {
  it('Tab and digits switch views, Esc goes back to the findings', () => {
    const { store, press } = openStore(size);
    press('tab');
    expect(store.get().places).toEqual([{ view: 'timeline' }]);
    press('9', 'tab');
    expect(store.get().places).toEqual([{ view: 'overview' }]);
    press('shift-tab', 'escape');
    expect(store.get().places).toEqual([{ view: 'overview' }]);
  });

  it('keeps each list where it was', () => {
    const { store, press } = openStore(size);
    press('j', 'j', '4', 'j', '1');
    expect(store.get().cursors).toMatchObject({ overview: 2, members: 1 });
  });

  it('shares one moment between findings, timeline and lanes', () => {
    const { store, press } = openStore(size);
    press('2');
    expect((selectedRow(store.get())?.at ?? 0) - (START + 20 * 60e6)).toBeLessThan(1e6);
    expect(selectedRow(store.get())?.at).toBeGreaterThanOrEqual(START + 20 * 60e6);
    press('3', 'n');
    expect(store.get().instant).toBe(START + 21 * 60e6);
    press('enter');
    expect(store.get().places).toEqual([{ view: 'timeline' }]);
    expect(selectedRow(store.get())?.at).toBeGreaterThanOrEqual(START + 21 * 60e6);
  });
});

describe('the lines around a cited one', () => {
  it('lead to their own place in the timeline', () => {
    const { store, press } = openStore({ ...size });
    press('2', 'down', 'enter', 'down', 'down', 'down');
    const place = store.get().places.at(-1);
    if (place?.view !== 'evidence') throw new Error('no evidence is shown');
    const { ref } = place.target;
    press('enter');
    const row = selectedRow(store.get());
    expect(store.get().places).toEqual([{ view: 'timeline' }]);
    expect(row).toMatchObject({ source: { entry: ref.entry }, event: { line: (ref.line ?? 0) + 3 } });
    expect(store.get().instant).toBe(row?.at);
  });
});

describe('the timeline', () => {
  it('is read ahead where other views rest, and a jump reads its margin after the frame', async () => {
    const { store, press, reader } = openStore(size, { events: 40_000 });
    const before = reader.reads();
    await until(() => reader.reads() > before);
    press('2');
    const shown = store.get().timeline.rows.length;
    await until(() => store.get().timeline.rows.length > shown);
    store.close();
  });

  it('scrolls through every event once, there and back, over a pile of equal times', () => {
    const { store, press, reader } = openStore(size);
    press('2', 'g');
    const ids: number[] = [];
    for (;;) {
      const row = selectedRow(store.get());
      if (row === null || ids.at(-1) === row.event.id) break;
      ids.push(row.event.id);
      press('down');
    }
    expect(ids).toEqual(Array.from({ length: reader.eventCount() }, (_, i) => i + 1));
    for (let i = 0; i < 1500; i++) press('up');
    expect(selectedRow(store.get())?.event.id).toBe(reader.eventCount() - 1500);
    expect(store.get().timeline.rows.length).toBeLessThan(1000);
  });

  it('reads no more than a window for a key', () => {
    const { press, reader } = openStore(size, { events: 40_000 });
    press('2');
    for (const key of ['G', 'g', 'pagedown', 'pagedown', 't', ']']) {
      const before = reader.reads();
      press(key);
      expect(reader.reads() - before, key).toBeLessThan(1000);
    }
  });

  it('filters by level, node, component and text; chips come off one by one', async () => {
    const { store, press } = openStore(size);
    press('2', ']');
    expect(store.get().timeline.rows.every((row) => ['warn', 'error', 'fatal'].includes(row.event.level))).toBe(true);
    press('=', 'c');
    const { filter } = store.get().timeline;
    expect(filter.nodes).toHaveLength(1);
    expect(store.get().timeline.rows.every((row) => row.source.node === filter.nodes[0] && row.source.component === filter.components[0])).toBe(true);
    press('x', 'x');
    expect(store.get().timeline.filter).toMatchObject({ nodes: filter.nodes, components: [], minLevel: null });
    const toText = (): readonly string[] => Array.from({ length: filterMenu(store.get()).findIndex((choice) => choice.asks === 'filter-text') }, () => 'down');
    press('X', 'f', ...toText(), 'enter', ...typed('LOST THE'), 'backspace', 'enter');
    await until(() => store.get().timeline.want === null);
    expect(store.get().timeline.filter.text).toBe('LOST TH');
    expect(store.get().timeline.rows).toHaveLength(0);
    press('X', 'f', ...toText(), 'enter', ...typed('lost the'), 'enter');
    await until(() => store.get().timeline.want === null);
    expect(store.get().timeline.rows.length).toBeGreaterThan(10);
    expect(store.get().timeline.rows.every((row) => row.text.includes('lost the'))).toBe(true);
  });

  it('shows written times in their own order', () => {
    const { store, press } = openStore(size);
    press('2', 't');
    const times = store.get().timeline.rows.map((row) => row.event.time ?? 0);
    expect(store.get().timeline.raw).toBe(true);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('goes to a time', () => {
    const { store, press } = openStore(size);
    press('@', ...typed('10:40'), 'enter');
    expect(selectedRow(store.get())?.at).toBeGreaterThanOrEqual(START + 40 * 60e6);
    press('@', ...typed('-5m'), 'enter');
    expect(store.get().instant).toBeLessThan(START + 36 * 60e6);
    press('@', ...typed('soon'), 'enter');
    expect(store.get().overlay).toMatchObject({ kind: 'prompt' });
  });
});

describe('searching', () => {
  it('finds, counts, goes on, comes around, and gives up its count when cancelled', async () => {
    const { store, press } = openStore(size);
    press('2', 'g', '/', ...typed('elected|EOF'), 'enter');
    await until(() => store.get().search?.phase === 'done');
    const first = selectedRow(store.get());
    expect(first?.text).toMatch(/elected|EOF/);
    const hits = store.get().search?.hits ?? 0;
    expect(hits).toBeGreaterThan(50);
    press('n');
    await until(() => store.get().search?.phase === 'done');
    expect(selectedRow(store.get())?.event.id).toBeGreaterThan(first?.event.id ?? 0);
    press('N');
    await until(() => store.get().search?.phase === 'done');
    expect(selectedRow(store.get())?.event.id).toBe(first?.event.id);
    press('N');
    await until(() => store.get().search?.phase === 'done');
    expect(store.get().search).toMatchObject({ wrapped: true, hits });
    press('escape');
    expect(store.get().search).toBeNull();
  });

  it('says when there is no hit', async () => {
    const { store, press } = openStore(size);
    press('/', ...typed('nowhere to be found'), 'enter');
    await until(() => store.get().search?.phase === 'none');
    expect(store.get().places).toEqual([{ view: 'timeline' }]);
  });

  it('takes text that is no pattern as it stands', () => {
    expect(patternOf('a[(')?.test('xa[(y')).toBe(true);
    expect(patternOf('leader')?.test('LEADER')).toBe(true);
    expect(patternOf('Leader')?.test('leader')).toBe(false);
  });
});

/** What a generator returns, without its pauses. */
function atOnce<T>(steps: Generator<null, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

describe('keys faster than the case can be read', () => {
  it('count from where the rows will be', async () => {
    const { store, reader, press } = openStore(size);
    press('2');
    const jump = (): void => store.dispatch({ type: 'command', command: 'last' });
    reader.slow(300);
    jump();
    press('k', 'k');
    expect(store.get().timeline.want).toEqual({ kind: 'last' });
    await until(() => store.get().timeline.want?.kind !== 'last');
    expect(store.get().timeline.rows[store.get().timeline.cursor]?.event.id).toBe(3998);
  });
});

describe('pages', () => {
  it('meet without gap or overlap, in both directions', () => {
    const reader = fakeCase();
    for (const forward of [true, false]) {
      const ids: number[] = [];
      let key = null;
      for (;;) {
        const page: Page = atOnce(readPage(reader, {}, key, forward, 137));
        ids.push(...page.rows.map((row) => row.event.id));
        key = page.rows.at(-1) ?? null;
        if (page.done) break;
      }
      expect(forward ? ids : ids.toReversed()).toEqual(Array.from({ length: 4000 }, (_, i) => i + 1));
    }
  });
});

describe('moments', () => {
  const near = epochMicros(START);
  const read = (text: string): number | null => parseMoment(text, near, epochMicros(START - 5), epochMicros(START + 5));

  it('reads what people type', () => {
    expect(read('10:04:08.5')).toBe(START + 248_500_000);
    expect(read('2026-03-01 10:04')).toBe(START + 240_000_000);
    expect(read('2026-03-01T10:00:00Z')).toBe(START);
    expect(read('+1m30s')).toBe(START + 90_000_000);
    expect(read('end')).toBe(START + 5);
    expect(read('next week')).toBeNull();
  });
});

describe('lanes', () => {
  it('zooms around the cursor to milliseconds and back to all', () => {
    const { store, press } = openStore(size);
    press('3');
    const at = store.get().instant ?? 0;
    for (let i = 0; i < 40; i++) press('+');
    const { window } = store.get().lanes;
    expect((window?.to ?? 0) - (window?.from ?? 0)).toBeGreaterThanOrEqual(1000);
    expect(window?.from).toBeLessThanOrEqual(at);
    expect(window?.to).toBeGreaterThanOrEqual(at);
    press('l', 'l', 'L', 'L');
    expect(store.get().instant).toBeGreaterThan(at);
    for (let i = 0; i < 60; i++) press('-');
    expect(store.get().lanes.window).toBeNull();
  });
});

describe('a stretch of time', () => {
  const to = epochMicros(START + 60 * 60e6);
  const minute = (n: number) => epochMicros(START + n * 60e6);
  const span = (text: string) => parseSpan(text, epochMicros(START), epochMicros(START), to);

  it('reads what people type', () => {
    expect(span('10:04 10:06')).toEqual({ from: minute(4), to: minute(6) });
    expect(span('10:04 - 10:06')).toEqual({ from: minute(4), to: minute(6) });
    expect(span('10:04 +2m')).toEqual({ from: minute(4), to: minute(6) });
    expect(span('2026-03-01 10:04 10:06')).toEqual({ from: minute(4), to: minute(6) });
    expect(span('start 10:06')).toEqual({ from: minute(0), to: minute(6) });
    expect(span('10:04')).toEqual({ from: minute(4), to: null });
    expect(span('10:06 10:04')).toBeNull();
    expect(span('never')).toBeNull();
  });

  it('filters the timeline, and by what a finding cites', async () => {
    const { store, press } = openStore(size);
    const choose = (wanted: (choice: ReturnType<typeof filterMenu>[number]) => boolean): readonly string[] => [
      'f',
      ...Array.from({ length: filterMenu(store.get()).findIndex(wanted) }, () => 'down'),
      'enter',
    ];
    press('2', ...choose((one) => one.asks === 'filter-time'), ...typed('10:04 10:06'), 'enter');
    const times = store.get().timeline.rows.map((row) => row.at ?? 0);
    expect(times.length).toBeGreaterThan(10);
    expect(times.every((at) => at >= minute(4) && at < minute(6))).toBe(true);
    press('g', 'G');
    expect(store.get().timeline.rows.every((row) => (row.at ?? 0) >= minute(4) && (row.at ?? 0) < minute(6))).toBe(true);
    press('X', ...choose((one) => one.group === 'finding' && one.label.startsWith('no-leader-1')));
    await until(() => store.get().timeline.want === null);
    expect(store.get().timeline.rows.length).toBeGreaterThan(0);
    expect(store.get().timeline.rows.every((row) => row.event.line >= 60 && row.event.line <= 460)).toBe(true);
  });
});

it('the palette finds a view by what its tab says', () => {
  const { store } = openStore(size);
  expect(paletteEntries(store.get(), 'restore')[0]?.title).toBe('view Restore');
  expect(paletteEntries(store.get(), 'certs')[0]?.note).toBe('6');
});
