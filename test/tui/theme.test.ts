import { describe, expect, it } from 'vitest';
import { THEME_NAMES, themeOf } from '../../src/tui/theme.ts';

type Rgb = readonly [number, number, number];

/** The colour of a number of the 256-colour palette from 16 on, the same in every terminal. */
function palette(n: number): Rgb {
  if (n >= 232) {
    const grey = 8 + (n - 232) * 10;
    return [grey, grey, grey];
  }
  const level = (i: number): number => (i === 0 ? 0 : 55 + i * 40);
  const i = n - 16;
  return [level(Math.floor(i / 36)), level(Math.floor(i / 6) % 6), level(i % 6)];
}

/** WCAG 2 relative luminance. */
function luminance(rgb: Rgb): number {
  const [r = 0, g = 0, b = 0] = rgb.map((value) => {
    const share = value / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: Rgb, b: Rgb): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** Grounds that terminals of that kind have by default. */
const GROUNDS: Readonly<Record<string, readonly Rgb[]>> = {
  dark: [
    [0, 0, 0],
    [30, 30, 30],
  ],
  'colour-blind': [
    [0, 0, 0],
    [30, 30, 30],
  ],
  light: [
    [255, 255, 255],
    [253, 246, 227],
  ],
};

describe('every tone can be read', () => {
  it.each(THEME_NAMES.filter((name) => name !== 'none'))('in the theme %s', (name) => {
    const { tones, selection } = themeOf(name);
    const faint: string[] = [];
    for (const [tone, { fg, bg }] of Object.entries(tones)) {
      // rules are drawn, not read
      if (fg === undefined || tone === 'rule') continue;
      const grounds = bg === undefined ? (GROUNDS[name] ?? []) : [palette(bg)];
      for (const ground of grounds) if (contrast(palette(fg), ground) < 4.5) faint.push(`${tone} ${contrast(palette(fg), ground).toFixed(2)}`);
      if (bg === undefined && selection.bg !== undefined && contrast(palette(fg), palette(selection.bg)) < 3.5)
        faint.push(`${tone} when selected ${contrast(palette(fg), palette(selection.bg)).toFixed(2)}`);
    }
    expect(faint).toEqual([]);
  });
});
