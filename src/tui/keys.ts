/** Everything a key can ask for. */
export type Command =
  | 'quit'
  | 'close'
  | 'back'
  | 'help'
  | 'palette'
  | 'next-view'
  | 'previous-view'
  | `view-${number}`
  | 'theme'
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'first'
  | 'last'
  | 'left'
  | 'right'
  | 'open'
  | 'copy'
  | 'goto'
  | 'search'
  | 'search-next'
  | 'search-previous'
  | 'toggle-raw'
  | 'filter'
  | 'level-up'
  | 'level-down'
  | 'only-node'
  | 'only-component'
  | 'drop-filter'
  | 'clear-filters'
  | 'pan-left'
  | 'pan-right'
  | 'zoom-in'
  | 'zoom-out'
  | 'fit'
  | 'next-change'
  | 'previous-change'
  | 'open-finding'
  | 'whois'
  | 'to-lanes'
  | 'root-cause'
  | 'bookmark'
  | 'note-edit'
  | 'note-tag'
  | 'note-delete'
  | 'save';

/** Where a key counts: `any` always, `views` in every view that lists something, the rest in one view. */
export type KeyContext =
  | 'any'
  | 'views'
  | 'overview'
  | 'finding'
  | 'evidence'
  | 'timeline'
  | 'lanes'
  | 'members'
  | 'clocks'
  | 'certificates'
  | 'coverage'
  | 'snapshots'
  | 'notes';

export interface KeyBinding {
  readonly command: Command;
  /** names as `keyNames` gives them; shown as they stand, with signs for the arrows */
  readonly keys: readonly string[];
  /** what it does, for help and the palette */
  readonly title: string;
  /** one or two words for the status bar; without it the bar leaves the key out */
  readonly hint?: string;
  readonly in: readonly KeyContext[];
}

/** The one key table: help, status bar, palette and dispatch read it. First match wins, views before `any`. */
export const KEYS: readonly KeyBinding[] = [
  { command: 'open', keys: ['enter'], title: 'open the finding', hint: 'open finding', in: ['overview'] },
  { command: 'open', keys: ['enter'], title: 'open the cause or the evidence', hint: 'open', in: ['finding'] },
  { command: 'open', keys: ['enter'], title: 'show the line in its file', hint: 'in its file', in: ['timeline'] },
  { command: 'open', keys: ['enter'], title: 'timeline at the cursor', hint: 'timeline here', in: ['lanes'] },
  { command: 'open', keys: ['enter'], title: 'timeline at this line', hint: 'timeline', in: ['evidence'] },
  { command: 'open', keys: ['enter'], title: 'what it rests on', hint: 'evidence', in: ['members', 'clocks', 'certificates', 'coverage', 'snapshots'] },
  { command: 'open', keys: ['enter'], title: 'show the line in its file', hint: 'in its file', in: ['notes'] },
  { command: 'note-edit', keys: ['e'], title: 'change the text of the note', hint: 'edit', in: ['notes'] },
  { command: 'note-tag', keys: ['t'], title: 'tag the note: trigger, impact, fix, question', hint: 'tag', in: ['notes'] },
  { command: 'note-delete', keys: ['D'], title: 'delete the note', hint: 'delete', in: ['notes'] },
  { command: 'bookmark', keys: ['b'], title: 'note this line', hint: 'note', in: ['timeline', 'evidence', 'finding'] },
  { command: 'root-cause', keys: ['r'], title: 'the root cause', hint: 'root cause', in: ['overview', 'finding', 'lanes'] },
  { command: 'copy', keys: ['y'], title: 'copy the command or the citation (needs --clipboard)', hint: 'copy', in: ['finding', 'evidence'] },
  { command: 'copy', keys: ['y'], title: 'copy the citation (needs --clipboard)', in: ['timeline'] },

  { command: 'filter', keys: ['f'], title: 'choose filters', hint: 'filter', in: ['timeline'] },
  { command: 'search', keys: ['/'], title: 'search by regular expression; capitals count if typed', hint: 'search', in: ['timeline', 'views'] },
  { command: 'search-next', keys: ['n'], title: 'next hit', in: ['timeline'] },
  { command: 'search-previous', keys: ['N'], title: 'previous hit', in: ['timeline'] },
  { command: 'toggle-raw', keys: ['t'], title: 'times: corrected or as written', hint: 'raw times', in: ['timeline'] },
  { command: 'level-up', keys: [']'], title: 'raise the lowest level shown', in: ['timeline'] },
  { command: 'level-down', keys: ['['], title: 'lower the lowest level shown', in: ['timeline'] },
  { command: 'only-node', keys: ['='], title: "only this line's node", in: ['timeline'] },
  { command: 'only-component', keys: ['c'], title: "only this line's component", in: ['timeline'] },
  { command: 'drop-filter', keys: ['x'], title: 'remove the last filter', in: ['timeline'] },
  { command: 'clear-filters', keys: ['X'], title: 'remove all filters', in: ['timeline'] },
  { command: 'left', keys: ['left', 'h'], title: 'shift text left', in: ['timeline', 'evidence'] },
  { command: 'right', keys: ['right', 'l'], title: 'shift text right', in: ['timeline', 'evidence'] },

  { command: 'left', keys: ['left', 'h'], title: 'cursor left', hint: 'cursor', in: ['lanes'] },
  { command: 'right', keys: ['right', 'l'], title: 'cursor right', in: ['lanes'] },
  { command: 'zoom-in', keys: ['+'], title: 'zoom in at the cursor', hint: 'zoom', in: ['lanes'] },
  { command: 'zoom-out', keys: ['-'], title: 'zoom out', in: ['lanes'] },
  { command: 'fit', keys: ['0'], title: 'show all', hint: 'all', in: ['lanes'] },
  { command: 'next-change', keys: ['n', ']'], title: 'next change of leadership or finding', hint: 'next change', in: ['lanes'] },
  { command: 'previous-change', keys: ['N', '['], title: 'previous change', in: ['lanes'] },
  { command: 'pan-left', keys: ['H'], title: 'half a screen left', in: ['lanes'] },
  { command: 'pan-right', keys: ['L'], title: 'half a screen right', in: ['lanes'] },
  { command: 'open-finding', keys: ['o'], title: 'open the marked finding', hint: 'finding', in: ['lanes'] },
  { command: 'to-lanes', keys: ['v'], title: 'lanes at this moment', in: ['overview', 'finding', 'timeline', 'evidence'] },

  { command: 'goto', keys: ['@'], title: 'go to a time', hint: 'go to', in: ['timeline', 'lanes'] },
  { command: 'goto', keys: ['@'], title: 'go to a time', in: ['views'] },
  { command: 'up', keys: ['up', 'k'], title: 'up', in: ['views'] },
  { command: 'down', keys: ['down', 'j'], title: 'down', in: ['views'] },
  { command: 'page-up', keys: ['pageup', 'ctrl-b'], title: 'page up', in: ['views'] },
  { command: 'page-down', keys: ['pagedown', 'ctrl-f', 'space'], title: 'page down', in: ['views'] },
  { command: 'first', keys: ['home', 'g'], title: 'first', in: ['views'] },
  { command: 'last', keys: ['end', 'G'], title: 'last', in: ['views'] },

  { command: 'back', keys: ['escape', 'backspace'], title: 'back', hint: 'back', in: ['any'] },
  { command: 'next-view', keys: ['tab'], title: 'next view', hint: 'next view', in: ['any'] },
  { command: 'previous-view', keys: ['shift-tab'], title: 'previous view', in: ['any'] },
  { command: 'palette', keys: [':'], title: 'command palette', in: ['any'] },
  { command: 'save', keys: [], title: 'save the case with its notes to a file', in: ['any'] },
  { command: 'whois', keys: ['W'], title: 'every name of a member or node', in: ['any'] },
  { command: 'theme', keys: ['T'], title: 'next theme', in: ['any'] },
  { command: 'help', keys: ['?'], title: 'this help', hint: 'help', in: ['any'] },
  { command: 'close', keys: ['q'], title: 'back, and at the top quit', hint: 'quit', in: ['any'] },
  { command: 'quit', keys: ['ctrl-c', 'Q'], title: 'quit', in: ['any'] },
];

const SIGNS: Readonly<Record<string, string>> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  enter: 'Enter',
  escape: 'Esc',
  tab: 'Tab',
  'shift-tab': 'Shift-Tab',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  space: 'Space',
  backspace: 'Backspace',
  'ctrl-c': 'Ctrl-C',
  'ctrl-b': 'Ctrl-B',
  'ctrl-f': 'Ctrl-F',
};

/** A key's name as people read it. */
export function keySign(key: string): string {
  return SIGNS[key] ?? key;
}

/** Bindings that count in a view, the view's own first. */
export function bindingsIn(context: KeyContext): readonly KeyBinding[] {
  const order: readonly KeyContext[] = [context, 'views', 'any'];
  return order.flatMap((where, i) =>
    KEYS.filter((binding) => binding.in.includes(where) && !order.slice(0, i).some((earlier) => binding.in.includes(earlier))),
  );
}

/** What a key asks for in a view; digits 1–9 switch views everywhere. */
export function commandFor(context: KeyContext, key: string): Command | null {
  if (/^[1-9]$/.test(key)) return `view-${Number(key)}`;
  return bindingsIn(context).find((binding) => binding.keys.includes(key))?.command ?? null;
}

/** The parts of ink's key event that matter here. */
export interface PressedKey {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageUp: boolean;
  readonly pageDown: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly tab: boolean;
  readonly shift: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly ctrl: boolean;
}

const BY_CHARACTER: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u007f': 'backspace',
  '\b': 'backspace',
  ' ': 'space',
  '\u0003': 'ctrl-c',
  '\u001b': 'escape',
};

/** Names of the keys in one input event; several when they were typed faster than read. */
export function keyNames(input: string, key: PressedKey): readonly string[] {
  if (key.upArrow) return ['up'];
  if (key.downArrow) return ['down'];
  if (key.leftArrow) return ['left'];
  if (key.rightArrow) return ['right'];
  if (key.pageUp) return ['pageup'];
  if (key.pageDown) return ['pagedown'];
  if (key.home) return ['home'];
  if (key.end) return ['end'];
  if (key.return) return ['enter'];
  if (key.escape) return ['escape'];
  if (key.tab) return [key.shift ? 'shift-tab' : 'tab'];
  if (key.backspace || key.delete) return ['backspace'];
  if (key.ctrl) return input === '' ? [] : [`ctrl-${input}`];
  return Array.from(input).map((c) => BY_CHARACTER[c] ?? c);
}
