// Part of the build: the program and the packages it uses in a few files, since a start spends most of its time on finding hundreds of small ones.
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from './setup.mjs';

// as deep below the project as the rooms of dist/ are, so that what modules find beside themselves (package.json, rules/) is where they look
const folder = join(root, 'dist', 'app');

/** threads start by these names */
const THREADS = ['worker', 'read-worker', 'unpack-worker', 'checksum-worker'];

/** ink asks for its debugging tools in development only, where they are not installed either. */
const withoutDevtools = {
  name: 'without-devtools',
  resolveId: (id) => (id === 'react-devtools-core' ? '\0react-devtools-core' : null),
  load: (id) => (id === '\0react-devtools-core' ? 'export default {};' : null),
};

/** The layout engine unpacks itself with `fetch` where there is one, which makes Node load its whole HTTP client; it can do without. */
const withoutFetch = {
  name: 'without-fetch',
  transform: (code, id) => (/yoga-wasm-base64[^/\\]*\.js$/.test(id) ? `const fetch = undefined;\n${code}` : null),
};

/** What the licences of the bundled packages ask for: their names and full texts. */
function licences(modules) {
  const marker = `${sep}node_modules${sep}`;
  const folders = new Set(
    modules.flatMap((id) => {
      const at = id.lastIndexOf(marker) + marker.length;
      if (at < marker.length) return [];
      const parts = id.slice(at).split(sep);
      return [id.slice(0, at) + parts.slice(0, parts[0].startsWith('@') ? 2 : 1).join(sep)];
    }),
  );
  const texts = [...folders].map((path) => {
    const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    const files = readdirSync(path).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
    return [`${name} ${version} (${license})`, ...files.map((file) => readFileSync(join(path, file), 'utf8').trim())].join('\n\n');
  });
  return `${['The files of this folder contain these packages.', ...[...new Set(texts)].toSorted()].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

const dist = (...parts) => join(root, 'dist', ...parts);
const bundle = await rolldown({
  cwd: root,
  input: { main: dist('cli', 'main.js'), ...Object.fromEntries(THREADS.map((name) => [name, dist('pipeline', `${name}.js`)])) },
  platform: 'node',
  // finds its compiled half beside itself
  external: ['better-sqlite3'],
  // React's development build is several times slower, and ink looks for a debugger where DEV is set
  transform: { define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' } },
  plugins: [withoutDevtools, withoutFetch],
});
rmSync(folder, { recursive: true, force: true });
const { output } = await bundle.write({
  dir: folder,
  format: 'esm',
  // without digests: what a running program has yet to load keeps its name through a rebuild
  entryFileNames: '[name].js',
  chunkFileNames: 'chunk-[name].js',
  // names stay, for the traces of defects
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  comments: { legal: true, annotation: false, jsdoc: false },
});
await bundle.close();
if (THREADS.some((name) => !existsSync(join(folder, `${name}.js`)))) throw new Error('a thread has no file of its own');
writeFileSync(join(folder, 'LICENCES.txt'), licences(output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []))));
