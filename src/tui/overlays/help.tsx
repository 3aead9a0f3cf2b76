import type { ReactNode } from 'react';
import type { KeyBinding, KeyContext } from '../keys.ts';
import { bindingsIn, keySign } from '../keys.ts';
import { EMPTY, beside, cell, clickable, rule, span } from '../line.ts';
import type { Line } from '../line.ts';
import { Lines } from '../parts/lines.tsx';
import type { Theme } from '../theme.ts';

const ESCAPE = { kind: 'key', key: 'escape' } as const;

interface HelpProps {
  readonly context: KeyContext;
  readonly title: string;
  readonly cursor: number;
  readonly theme: Theme;
  readonly width: number;
  readonly height: number;
}

function section(title: string, bindings: readonly KeyBinding[], width: number): readonly Line[] {
  const lines = bindings.map((binding): Line => [
    span(' '),
    cell(binding.keys.map(keySign).join(' '), 17, 'key'),
    span(' '),
    cell(binding.title, Math.max(8, width - 20)),
  ]);
  return [rule(width - 1, title), ...lines, EMPTY];
}

const MOUSE = [
  ['wheel', 'scrolls; over the lanes it zooms'],
  ['click', 'selects a line, opens it when it is selected; tabs, keys and filters too'],
  ['Shift and drag', 'marks text, as without the mouse (Option in iTerm2, Fn in Terminal)'],
] as const;

/** What the mouse does, where the terminal has one. */
function mouseLines(width: number): readonly Line[] {
  return [
    EMPTY,
    rule(width - 1, 'Mouse (--no-mouse leaves it to the terminal)'),
    ...MOUSE.map(([what, does]): Line => [span(' '), cell(what, 17, 'key'), span(' '), cell(does, Math.max(8, width - 20))]),
  ];
}

/** Every key that counts here, this view's first. */
export function helpLines(context: KeyContext, title: string, width: number): readonly Line[] {
  const all = bindingsIn(context);
  const own = all.filter((binding) => binding.in.includes(context));
  const moving = all.filter((binding) => !own.includes(binding) && binding.in.includes('views'));
  const everywhere = all.filter((binding) => binding.in.includes('any'));
  const digits: Line = [span(' '), cell('1 – 9', 17, 'key'), span(' '), cell('switch view', Math.max(8, width - 20))];
  if (width < 110)
    return [
      ...section(title, own, width),
      ...section('Moving', moving, width),
      ...section('Everywhere', everywhere, width).slice(0, -1),
      digits,
      ...mouseLines(width),
    ];
  const half = Math.floor(width / 2);
  const left = [...section(title, own, half), ...section('Moving', moving, half).slice(0, -1), ...mouseLines(half)];
  const right = [...section('Everywhere', everywhere, width - half).slice(0, -1), digits];
  return beside(left, right, half, width, Math.max(left.length, right.length));
}

export function Help({ context, title, cursor, theme, width, height }: HelpProps): ReactNode {
  const lines = helpLines(context, title, width);
  const top = Math.max(0, Math.min(cursor, lines.length - height + 1));
  const more = lines.length - top > height - 1;
  const foot: Line = [span(more ? ' ↓ more   ' : ' ', 'accent'), clickable(span('Esc', 'key'), ESCAPE), clickable(span(' closes', 'dim'), ESCAPE)];
  const shown = lines.slice(top, top + height - 1);
  return (
    <Lines
      lines={[...shown, ...Array.from({ length: Math.max(0, height - 1 - shown.length) }, () => EMPTY), foot]}
      theme={theme}
      width={width}
      height={height}
    />
  );
}
