// Makes a checkout ready: installs what is missing, rebuilds what is stale. Uses nothing but Node itself.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(root, ...parts);

function fail(message) {
  process.stderr.write(`inquest: ${message}\n`);
  process.exit(1);
}

export function run(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32', ...options });
  if (done.error) fail(`${command} cannot be run: ${done.error.message}`);
  return done.status ?? 1;
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) fail(`Node.js 20.19 or later is needed; this is ${process.versions.node}`);
}

const compiled = () => existsSync(at('node_modules', 'better-sqlite3', 'build', 'Release', 'better_sqlite3.node'));

/** The lock file's digest stands in node_modules once an install of it succeeded. */
function installIfNeeded() {
  const stamp = at('node_modules', '.inquest-lock');
  const lock = createHash('sha256')
    .update(readFileSync(at('package-lock.json')))
    .update(process.versions.modules)
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  process.stderr.write('inquest: installing dependencies (better-sqlite3 is compiled where no prebuilt binary fits: about a minute) …\n');
  // not `npm ci`, which would begin by removing what is compiled already; the locked versions hold either way
  const status = run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) fail('npm install failed; see above. A C++ compiler, make and python3 are needed where no prebuilt binary of better-sqlite3 fits');
  if (!compiled()) {
    // newer npm may hold back install scripts: ask for the ones this project needs
    process.stderr.write('inquest: compiling better-sqlite3 …\n');
    if (run('npm', ['rebuild', 'better-sqlite3', 'node-pty', '--foreground-scripts', '--loglevel=error'], { stdio: ['ignore', 'ignore', 'inherit'] }) !== 0)
      fail('better-sqlite3 did not compile; a C++ compiler, make and python3 are needed');
  }
  writeFileSync(stamp, lock);
}

function newest(folder) {
  let latest = 0;
  for (const item of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, item.name);
    latest = Math.max(latest, item.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return latest;
}

export function build() {
  const started = new Date();
  const status = run(process.execPath, [at('node_modules', 'typescript', 'bin', 'tsc'), '-p', at('tsconfig.json')]);
  if (status !== 0) return status;
  const from = at('src', 'rules', 'catalogue');
  const to = at('dist', 'rules', 'catalogue');
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  cpSync(from, to, { recursive: true });
  for (const step of ['check-catalogue.mjs', 'bundle.mjs']) if (run(process.execPath, [at('scripts', step)]) !== 0) return 1;
  // what is saved while the compiler runs counts as newer
  writeFileSync(at('dist', '.built'), '');
  utimesSync(at('dist', '.built'), started, started);
  return 0;
}

export function buildIfStale() {
  const stamp = at('dist', '.built');
  // packages are part of what is built
  const files = ['tsconfig.json', 'package.json', 'package-lock.json', join('scripts', 'bundle.mjs')];
  const source = Math.max(newest(at('src')), ...files.map((file) => statSync(at(file)).mtimeMs));
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= source) return;
  process.stderr.write('inquest: building …\n');
  if (build() !== 0) fail('the build failed; see above');
}

export function setUp() {
  checkNode();
  installIfNeeded();
  buildIfStale();
}
