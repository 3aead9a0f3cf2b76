import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import headless from '@xterm/headless';
import type { Terminal as Xterm } from '@xterm/headless';
import { spawn } from 'node-pty';
import type { IPty } from 'node-pty';
import { afterEach, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COMPILED = fileURLToPath(new URL('../../dist/tui/run-tui.js', import.meta.url));

const KEY = { enter: '\r', escape: '\u001b', down: '\u001b[B', pageDown: '\u001b[6~', ctrlC: '\u0003' };

class Session {
  readonly xterm: Xterm;
  readonly pty: IPty;
  raw = '';
  exited = false;

  constructor(columns: number, rows: number, flags: readonly string[] = [], env: Readonly<Record<string, string>> = {}, script = 'test/tui/driver.mjs') {
    const { NO_COLOR: _noColor, CI: _ci, ...inherited } = process.env;
    this.xterm = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
    this.pty = spawn(process.execPath, [script, ...flags], {
      cols: columns,
      rows,
      cwd: ROOT,
      name: env['TERM'] ?? 'xterm-256color',
      env: { ...inherited, NODE_ENV: 'production', ...env },
    });
    this.pty.onData((data) => {
      this.raw += data;
      this.xterm.write(data);
    });
    this.pty.onExit(() => {
      this.exited = true;
    });
  }

  screen(): string {
    const buffer = this.xterm.buffer.active;
    return Array.from({ length: this.xterm.rows }, (_, i) => buffer.getLine(buffer.viewportY + i)?.translateToString(true) ?? '').join('\n');
  }

  /** Sends keys, then waits until the screen shows what it should. */
  async expect(shown: string | RegExp, ...keys: readonly string[]): Promise<string> {
    for (const key of keys) {
      this.pty.write(key);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    for (let i = 0; i < 500; i++) {
      const screen = this.screen();
      if (typeof shown === 'string' ? screen.includes(shown) : shown.test(screen)) return screen;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(this.screen()).toMatch(shown);
    return '';
  }

  resize(columns: number, rows: number): void {
    this.xterm.resize(columns, rows);
    this.pty.resize(columns, rows);
  }

  /** The terminal is as it was found: main screen, cursor shown, lines wrap, colours reset. */
  async restored(): Promise<void> {
    for (let i = 0; i < 500 && !this.exited; i++) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(this.exited).toBe(true);
    await new Promise<void>((resolve) => this.xterm.write('', resolve));
    expect(this.xterm.buffer.active.type).toBe('normal');
    expect(this.raw.lastIndexOf('\u001b[?25h')).toBeGreaterThan(this.raw.lastIndexOf('\u001b[?25l'));
    expect(this.xterm.modes.wraparoundMode).toBe(true);
    expect(this.xterm.modes.mouseTrackingMode).toBe('none');
  }
}

describe.skipIf(!existsSync(COMPILED))('in a real pseudo-terminal', { timeout: 60_000 }, () => {
  const sessions: Session[] = [];
  const start = (...args: ConstructorParameters<typeof Session>): Session => {
    const session = new Session(...args);
    sessions.push(session);
    return session;
  };
  afterEach(() => {
    for (const session of sessions.splice(0)) if (!session.exited) session.pty.kill('SIGKILL');
  });

  it('walks from the findings to the line in its file, through the timeline, and out', async () => {
    const session = start(80, 24);
    await session.expect('Findings 1 of 27');
    await session.expect('Caused by', KEY.enter);
    await session.expect('line 401, byte 64000', KEY.down, KEY.enter);
    await session.expect('Caused by', KEY.escape);
    await session.expect(/COMPONENT +LEVEL +TEXT/, '2');
    await session.expect(/[1-9]\d* hits/, '/', ...Array.from('EOF'), KEY.enter);
    session.resize(120, 40);
    const wide = await session.expect('6 Certs');
    expect(wide.split('\n').every((line) => line.length <= 120)).toBe(true);
    session.resize(40, 10);
    await session.expect('2 Timeline  1 3 4 5 6 7 8 9');
    session.resize(80, 24);
    await session.expect('7Coverage');
    await session.expect('times: corrected or as written', '?');
    await session.expect('Findings 1 of 27', KEY.escape, '1');
    session.pty.write('q');
    await session.restored();
    expect(session.screen()).toContain('ended: quit');
    expect(session.screen()).not.toContain('Findings');
  });

  it('answers the mouse: rows, tabs, keys on the screen, the wheel, filters, strips of time', async () => {
    const session = start(100, 30);
    const at = (screen: string, text: string): string => {
      const lines = screen.split('\n');
      const row = lines.findIndex((line) => line.includes(text));
      expect(row, text).toBeGreaterThanOrEqual(0);
      return `${(lines[row] ?? '').indexOf(text) + 2};${row + 1}`;
    };
    const click = (place: string): readonly string[] => [`\u001b[<0;${place}M`, `\u001b[<0;${place}m`];
    const first = await session.expect('Findings 1 of 27');
    expect(session.xterm.modes.mouseTrackingMode).toBe('vt200');
    await session.expect('Findings 3 of 27', '\u001b[<65;5;15M', '\u001b[<65;5;', '15M');
    const rows = first.split('\n');
    const third = rows.findIndex((line) => line.startsWith(' SEV')) + 3;
    await session.expect('Findings 2 of 27', ...click(`10;${third}`));
    await session.expect('Evidence', ...click(`10;${third}`));
    await session.expect('Findings 2 of 27', KEY.escape);
    const timeline = await session.expect('COMPONENT', ...click(at(first, 'Timeline')));
    const filtered = await session.expect('warn and up ×', ...click(at(timeline, 'warnings only')));
    await session.expect('all lines', ...click(at(filtered, 'warn and up ×')));
    const help = await session.expect('Shift and drag', ...click(at(timeline, 'help')), '\u001b[<65;5;15M'.repeat(30));
    await session.expect('all lines', ...click(at(help, 'closes')));
    const lanes = await session.expect('next change', ...click(at(first, 'Lanes')));
    await session.expect('30 min 00 s across', '\u001b[<64;50;7M');
    await session.expect(/1 h .*across/, '\u001b[<65;50;7M');
    expect(at(lanes, 'no leader')).toBeTruthy();
    // typed faster than read: the escape is a key of its own
    await session.expect('everything', '2', 'f');
    await session.expect('raw times', '\u001bj');
    await session.expect('Findings 2 of 27', '?', '\u001b1');
    session.pty.write('Q');
    await session.restored();
  });

  it('leaves the mouse to the terminal when asked to', async () => {
    const session = start(80, 24, ['--no-mouse']);
    await session.expect('Findings 1 of 27');
    expect(session.raw).not.toContain('\u001b[?1000h');
    session.pty.write('Q');
    await session.restored();
  });

  it('reaches the proved cause in at most six keys', async () => {
    const session = start(80, 24);
    await session.expect('Findings 1 of 27');
    await session.expect('lost the TCP streaming connection', 'r');
    await session.expect(/398 ► \{"level"/, KEY.enter);
    session.pty.write(KEY.ctrlC);
    await session.restored();
  });

  it('reaches the proved root cause of a real bundle in two keys, and keeps notes with the case', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'inquest-tui-'));
    try {
      const path = join(folder, 'cascade.inquest');
      const session = start(80, 24, ['sample-bundles/cascade.tar'], { XDG_STATE_HOME: folder }, 'bin/inquest');
      expect(await session.expect('Findings 1 of')).toMatch(/What broke +No etcd leader[^]*ROOT CAUSE +Slow disk under etcd · cp2/);
      await session.expect('Slow disk under etcd', 'r');
      await session.expect(/► [^]*1\.656620049s/, KEY.enter);
      await session.expect('noted', 'b', ...Array.from('the disk'), KEY.enter);
      await session.expect('1 note is not saved', '1', 'q');
      await session.expect('saved to', ':', ...Array.from(`save ${path}`), KEY.enter);
      session.pty.write('q');
      await session.restored();
      const again = start(40, 10, [path], { XDG_STATE_HOME: folder }, 'bin/inquest');
      await again.expect('Root Slow disk under etcd');
      await again.expect('the disk', '9');
      await again.expect('trigger', 't');
      again.pty.write('q');
      await again.restored();
      expect(execFileSync(process.execPath, ['bin/inquest', 'analyze', path, '--format', 'markdown'], { cwd: ROOT, encoding: 'utf8' })).toContain(
        'Note (trigger): the disk',
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('leaves the terminal alone when there is no such bundle', async () => {
    const session = start(80, 24, ['no/such/bundle.tar'], {}, 'bin/inquest');
    await session.expect('there is no such file or directory');
    expect(session.raw).not.toContain('\u001b[?1049h');
  });

  it('prints the report on a dumb terminal, which has no screen', async () => {
    const session = start(80, 24, ['sample-bundles/partition.tar.gz'], { TERM: 'dumb' }, 'bin/inquest');
    for (let i = 0; i < 500 && !session.exited; i++) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(session.exited).toBe(true);
    // the last of what a program printed before it ended may not come through the pseudo-terminal any more
    expect(session.raw).toContain('It began at');
    expect(session.raw).not.toContain('\u001b[?1049h');
  });

  it('writes no colour when asked for none', async () => {
    const session = start(80, 24, [], { NO_COLOR: '1' });
    await session.expect('Findings 1 of 27');
    await session.expect('no leader', '3');
    await session.expect('COMPONENT', '2');
    session.pty.write('Q');
    await session.restored();
    // oxlint-disable-next-line no-control-regex
    for (const [, codes = ''] of session.raw.matchAll(/\u001b\[([0-9;]*)m/g)) expect(codes.split(';').every((code) => Number(code) < 30)).toBe(true);
  });

  it('lets nothing hostile through', async () => {
    const session = start(80, 24);
    await session.expect('Findings');
    await session.expect('Hostile title', 'j', 'j', 'j', KEY.enter);
    await session.expect('UTC', '2', 'g', ...Array.from({ length: 12 }, () => KEY.pageDown));
    await session.expect('Files read', '7');
    session.pty.write('q');
    await session.restored();
    // only cursor moves, colours, erasing, and the modes set on entering and leaving
    // oxlint-disable-next-line no-control-regex
    const rest = session.raw.split('ended:')[0]?.replaceAll(/\u001b\[(?:\?(?:1049|25|7|2026|1000|1006)[hl]|[0-9;]*[HmKJ])/g, '') ?? '';
    // oxlint-disable-next-line no-control-regex
    expect(rest).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });

  it('says what it opens before anything was read, and that time passes', async () => {
    const session = start(80, 24, ['sample-bundles/cascade.tar'], {}, 'bin/inquest');
    await session.expect(/opening cascade\.tar[^]*░ 0 %\n *0 B of [^]*q cancels/);
    session.pty.write('q');
    await session.restored();
  });

  it('shows how far opening is, and can be called off', async () => {
    const session = start(80, 24, ['--slow']);
    await session.expect(/reading .*\n[^]*\d+ %\n[^]*lines .* files/);
    session.pty.write('q');
    await session.restored();
    expect(session.screen()).toContain('ended: cancelled');
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'])('puts the terminal back on %s', async (signal) => {
    const session = start(80, 24);
    await session.expect('Findings');
    session.pty.kill(signal);
    await session.restored();
    expect(session.screen()).toContain(`ended: signal ${signal}`);
  });

  it('puts the terminal back after a crash, whose trace is then readable', async () => {
    const session = start(100, 30, ['--crash']);
    await session.expect('Error: a bug');
    await session.restored();
  });

  it('puts the terminal back when the case cannot be opened', async () => {
    const session = start(80, 24, ['--fail']);
    await session.restored();
    expect(session.screen()).toContain('failed: not a bundle');
  });

  it('copies only when that was allowed', async () => {
    const allowed = start(80, 24, ['--clipboard']);
    await allowed.expect('Findings');
    await allowed.expect('copied', 'r', KEY.enter, 'y');
    // oxlint-disable-next-line no-control-regex
    const copied = /\u001b\]52;c;([A-Za-z0-9+/=]+)\u0007/.exec(allowed.raw)?.[1] ?? '';
    expect(Buffer.from(copied, 'base64').toString('utf8')).toMatch(/etcd\/0\.log:398\nsha256 1{64}\n/);
    const refused = start(80, 24);
    await refused.expect('Findings');
    await refused.expect('copying is off', 'r', KEY.enter, 'y');
    expect(refused.raw).not.toContain('\u001b]52');
  });
});
