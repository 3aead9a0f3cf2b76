import type { ReactNode } from 'react';
import { filterMenu } from '../filters.ts';
import { wrapCells } from '../cells.ts';
import { EMPTY, rule, span, spread } from '../line.ts';
import type { Line } from '../line.ts';
import { ScrolledLines } from '../parts/lines.tsx';
import { paletteEntries } from '../palette.ts';
import type { AppState, Overlay } from '../state.ts';
import type { Theme } from '../theme.ts';

interface MenuProps<Kind extends Overlay['kind']> {
  readonly overlay: Extract<Overlay, { kind: Kind }>;
  readonly state: AppState;
  readonly theme: Theme;
  readonly width: number;
  readonly height: number;
}

export function Palette({ overlay, state, theme, width, height }: MenuProps<'palette'>): ReactNode {
  const entries = paletteEntries(state, overlay.text);
  const head: readonly Line[] = [
    [span(' : ', 'key'), span(overlay.text, 'strong'), span(' ', 'cursor'), span(overlay.text === '' ? '  a few letters of what you want to do' : '', 'faint')],
    rule(width, 'Commands', `${entries.length}`),
  ];
  const lines = entries.map((entry): Line => spread([span('  '), span(entry.title)], [span(` ${entry.note} `, 'key')], width));
  const none: readonly Line[] = [[span('  nothing by that name', 'dim')]];
  return (
    <ScrolledLines
      head={head}
      lines={lines.length === 0 ? none : lines}
      selected={lines.length === 0 ? null : { first: overlay.cursor, last: overlay.cursor }}
      itemOf={(line) => (lines.length === 0 ? null : line)}
      theme={theme}
      width={width}
      height={height}
    />
  );
}

const GROUPS = { all: '', level: 'Level', node: 'Node', component: 'Component', text: 'Text', time: 'Time', fact: 'Fact', finding: 'Finding' } as const;

export function Filters({ overlay, state, theme, width, height }: MenuProps<'filters'>): ReactNode {
  const menu = filterMenu(state);
  const head: readonly Line[] = [rule(width, 'Show only', 'Space toggles, Enter takes it, Esc closes')];
  const lines = menu.map((choice, i): Line => [
    span(choice.on ? '  ● ' : '  ○ ', choice.on ? 'accent' : 'faint'),
    span((menu[i - 1]?.group === choice.group ? '' : GROUPS[choice.group]).padEnd(11), 'dim'),
    span(choice.label, choice.on ? 'strong' : 'text'),
  ]);
  return (
    <ScrolledLines
      head={head}
      lines={lines}
      selected={{ first: overlay.cursor, last: overlay.cursor }}
      itemOf={(line) => line}
      theme={theme}
      width={width}
      height={height}
    />
  );
}

export function TextOverlay({ overlay, theme, width, height }: MenuProps<'text'>): ReactNode {
  const lines = overlay.lines.flatMap((text) => (text.trim() === '' ? [EMPTY] : wrapCells(text, width - 2).map((one): Line => [span(' '), span(one)])));
  return (
    <ScrolledLines
      head={[rule(width, overlay.title, 'Esc closes')]}
      lines={lines.slice(Math.min(overlay.cursor, Math.max(0, lines.length - 1)))}
      theme={theme}
      width={width}
      height={height}
    />
  );
}
