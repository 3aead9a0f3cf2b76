// npm run pictures [-- BUNDLE]: draws docs/pictures/{overview,lanes,finding}.svg from the terminal UI as it runs in a real
// pseudo-terminal, and docs/pictures/report.png from the HTML report where Chromium is there.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import headless from '@xterm/headless';
import { spawn } from 'node-pty';
import { root } from './setup.mjs';

const COLUMNS = 120;
const ROWS = 34;
const CELL = { width: 8.4, height: 18, size: 14 };
const GROUND = '#16191d';
const INK = '#d6dae0';
const BASE = [
  '#16191d',
  '#e06c75',
  '#98c379',
  '#e5c07b',
  '#61afef',
  '#c678dd',
  '#56b6c2',
  '#d6dae0',
  '#5c6370',
  '#ff7b85',
  '#b5e890',
  '#ffd68a',
  '#7cc4ff',
  '#e29bff',
  '#74d7e0',
  '#ffffff',
];

/** The colour of an xterm palette number. */
function palette(n) {
  if (n < 16) return BASE[n];
  const hex = (v) => v.toString(16).padStart(2, '0');
  if (n >= 232) return `#${hex(8 + (n - 232) * 10).repeat(3)}`;
  const level = (v) => (v === 0 ? 0 : 55 + v * 40);
  const i = n - 16;
  return `#${hex(level(Math.floor(i / 36)))}${hex(level(Math.floor(i / 6) % 6))}${hex(level(i % 6))}`;
}

function colour(number, isPalette, isRgb, otherwise) {
  if (isPalette) return palette(number);
  return isRgb ? `#${number.toString(16).padStart(6, '0')}` : otherwise;
}

const escape = (text) => text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);

/** Runs of cells of one look: `{ x, cells, text, fg, bg, bold }`. */
function runsOf(line, columns) {
  const runs = [];
  for (let x = 0; x < columns; x += 1) {
    const cell = line.getCell(x);
    if (cell === undefined || cell.getWidth() === 0) continue;
    let fg = colour(cell.getFgColor(), cell.isFgPalette(), cell.isFgRGB(), INK);
    let bg = colour(cell.getBgColor(), cell.isBgPalette(), cell.isBgRGB(), GROUND);
    if (cell.isInverse()) [fg, bg] = [bg, fg];
    const look = { fg, bg, bold: cell.isBold() !== 0, dim: cell.isDim() !== 0 };
    const last = runs.at(-1);
    const text = cell.getChars() || ' ';
    if (last !== undefined && last.x + last.cells === x && last.fg === look.fg && last.bg === look.bg && last.bold === look.bold && last.dim === look.dim) {
      last.text += text;
      last.cells += cell.getWidth();
    } else runs.push({ x, cells: cell.getWidth(), text, ...look });
  }
  return runs;
}

/** The screen as a picture in a plain window frame. */
function svgOf(xterm, title) {
  const width = Math.ceil(xterm.cols * CELL.width) + 24;
  const height = xterm.rows * CELL.height + 52;
  const out = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(title)}" font-family="'DejaVu Sans Mono',Menlo,Consolas,'Liberation Mono',monospace" font-size="${CELL.size}">`,
    `<rect width="${width}" height="${height}" rx="8" fill="${GROUND}" stroke="#3a4048"/>`,
    ...['#ff5f57', '#febc2e', '#28c840'].map((dot, i) => `<circle cx="${18 + i * 18}" cy="17" r="5.5" fill="${dot}"/>`),
  ];
  const buffer = xterm.buffer.active;
  for (let y = 0; y < xterm.rows; y += 1) {
    const line = buffer.getLine(buffer.viewportY + y);
    if (line === undefined) continue;
    const top = 36 + y * CELL.height;
    for (const run of runsOf(line, xterm.cols)) {
      const x = (12 + run.x * CELL.width).toFixed(1);
      const cells = (run.cells * CELL.width).toFixed(1);
      if (run.bg !== GROUND) out.push(`<rect x="${x}" y="${top}" width="${cells}" height="${CELL.height}" fill="${run.bg}"/>`);
      const text = run.text.trimEnd();
      if (text === '') continue;
      const lead = text.length - text.trimStart().length;
      const shown = text.trimStart();
      // each run is stretched to its cells, so that columns stand whatever font draws them
      out.push(
        `<text x="${(12 + (run.x + lead) * CELL.width).toFixed(1)}" y="${top + 13.5}" fill="${run.fg}"${run.bold ? ' font-weight="bold"' : ''}${run.dim ? ' opacity="0.6"' : ''} textLength="${((run.text.trimEnd() === run.text ? run.cells - lead : [...shown].length) * CELL.width).toFixed(1)}" lengthAdjust="spacingAndGlyphs" xml:space="preserve">${escape(shown)}</text>`,
      );
    }
  }
  return `${out.join('\n')}\n</svg>\n`;
}

/** Drives the program and hands out the screen whenever it shows what is waited for. */
function start(bundle, state) {
  const xterm = new headless.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
  const { NO_COLOR: _none, CI: _ci, ...env } = process.env;
  const pty = spawn(process.execPath, [join(root, 'bin', 'inquest'), bundle], {
    cols: COLUMNS,
    rows: ROWS,
    cwd: root,
    name: 'xterm-256color',
    env: { ...env, XDG_STATE_HOME: state },
  });
  pty.onData((data) => xterm.write(data));
  const screen = () =>
    Array.from({ length: ROWS }, (_, i) => xterm.buffer.active.getLine(xterm.buffer.active.viewportY + i)?.translateToString(true) ?? '').join('\n');
  const shows = async (pattern, ...keys) => {
    for (const key of keys) {
      pty.write(key);
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    for (let i = 0; i < 1200; i += 1) {
      if (pattern.test(screen())) {
        await new Promise((resolve) => setTimeout(resolve, 600));
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the screen never showed ${pattern}:\n${screen()}`);
  };
  return { xterm, pty, shows };
}

const bundle = resolve(process.argv[2] ?? join(root, 'sample-bundles', 'cascade.tar'));
const folder = join(root, 'docs', 'pictures');
const work = mkdtempSync(join(tmpdir(), 'inquest-pictures-'));
mkdirSync(folder, { recursive: true });
const keep = (name, text) => {
  writeFileSync(join(folder, name), text);
  console.log(`docs/pictures/${name}: ${(statSync(join(folder, name)).size / 1000).toFixed(0)} kB`);
};
try {
  const { xterm, pty, shows } = start(bundle, work);
  await shows(/Findings 1 of/);
  keep('overview.svg', svgOf(xterm, 'The first screen: what broke, when, the root cause, the findings'));
  await shows(/Evidence ─/, 'r');
  keep('finding.svg', svgOf(xterm, 'The root cause with its evidence, each line with its place in the bundle'));
  await shows(/warn\/err [^·]/, '\u001b', '3');
  keep('lanes.svg', svgOf(xterm, 'A lane for each member: roles and terms, stretches without a leader, leases and API servers'));
  pty.write('Q');
  await new Promise((resolve) => pty.onExit(resolve));
  const page = join(work, 'report.html');
  const made = spawnSync(process.execPath, [join(root, 'bin', 'inquest'), 'analyze', basename(bundle), '--format', 'html', '-o', page], {
    cwd: dirname(bundle),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (made.status !== 0 && made.status !== 4) throw new Error(`analyze ended with ${made.status}`);
  const picture = join(folder, 'report.png');
  const browser = ['chromium', 'chromium-browser', 'google-chrome'].find((name) => spawnSync(name, ['--version']).status === 0);
  if (browser === undefined) console.log('docs/pictures/report.png: left as it is, no Chromium here');
  else {
    const shot = spawnSync(
      browser,
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--hide-scrollbars',
        '--window-size=1200,860',
        `--user-data-dir=${join(work, 'profile')}`,
        `--screenshot=${picture}`,
        pathToFileURL(page).href,
      ],
      { stdio: 'ignore', timeout: 60_000 },
    );
    if (shot.status !== 0) throw new Error(`${browser} ended with ${shot.status}`);
    console.log(`docs/pictures/report.png: ${(statSync(picture).size / 1000).toFixed(0)} kB`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exit(0);
