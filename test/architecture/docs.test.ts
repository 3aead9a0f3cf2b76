import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LAYOUTS } from '../../src/bundle/layouts.ts';
import { DEFAULT_LIMITS } from '../../src/bundle/limits.ts';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { DAMAGE_CODES, DIAGNOSTIC_CODES } from '../../src/model/diagnostic.ts';
import { documentParsers, logParsers, nativeParsers } from '../../src/parsers/registry.ts';
import { ROOT, codeWords, filesIn, read, tableBelow } from './source.ts';

const PAGES = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...filesIn('docs'), ...filesIn('sample-bundles')].filter((path) =>
  path.endsWith('.md'),
);

/** The anchor that a heading gets. */
const anchor = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

const prose = (text: string): string => text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');

describe('links', () => {
  it.each(PAGES)('of %s lead somewhere', (page) => {
    const broken = [...prose(read(page)).matchAll(/\]\(([^)\s]+)\)/g)]
      .map((match) => match[1] ?? '')
      .filter((link) => {
        if (/^[a-z]+:/.test(link)) return false;
        const [file = '', fragment] = link.split('#');
        const target = file === '' ? page : join(dirname(page), file);
        if (!existsSync(join(ROOT, target))) return true;
        return (
          fragment !== undefined &&
          !read(target)
            .split('\n')
            .some((line) => line.startsWith('#') && anchor(line.replace(/^#+/, '')) === fragment)
        );
      });
    expect(broken).toEqual([]);
  });
});

describe('commands', () => {
  const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };

  it.each(PAGES)('that %s names exist in package.json', (page) => {
    const named = [...read(page).matchAll(/\bnpm (?:run ([a-z][a-z:-]*)|(start|test)\b)/g)].map((match) => match[1] ?? match[2] ?? '');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('that package.json names are there', () => {
    const files = Object.values(scripts).flatMap((script) => [...script.matchAll(/scripts\/[a-z-]+\.mjs/g)].map(([file]) => file));
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('of the README are the commands of the program', () => {
    const named = tableBelow(read('README.md'), 'Commands').flatMap(([cell]) => codeWords(cell).map((words) => words.split(' ')[1] ?? ''));
    const known = filesIn('src/cli/commands')
      .map((path) => /([a-z-]+)\.ts$/.exec(path)?.[1] ?? path)
      .filter((name) => name !== 'open');
    expect([...new Set(named.filter((name) => /^[a-z]/.test(name)))].toSorted()).toEqual(known.toSorted());
  });
});

it('the excerpt in the README stands in the report of the sample', () => {
  const excerpt = /```text\n([\s\S]*?)```/.exec(read('README.md'))?.[1] ?? '';
  const golden = read('test/e2e/golden/no-leader.txt');
  const parts = excerpt.split('…\n');
  expect(parts.length).toBeGreaterThan(2);
  expect(parts.filter((part) => !golden.includes(part.trimEnd()))).toEqual([]);
});

describe('every page is in docs/index.md', () => {
  const index = read('docs/index.md');
  it.each(filesIn('docs').filter((path) => path.endsWith('.md') && path !== 'docs/index.md'))('%s', (page) => {
    expect(index).toContain(`(${page.slice('docs/'.length)})`);
  });
});

describe('every extension has its page', () => {
  it.each([...documentParsers, ...nativeParsers, ...logParsers].map((parser) => parser.id))('parser %s: docs/formats', (id) => {
    expect(existsSync(join(ROOT, 'docs/formats', `${id}.md`))).toBe(true);
  });

  it.each(filesIn('src/rules/catalogue').map((path) => /([a-z0-9-]+)\.yaml$/.exec(path)?.[1] ?? path))('rule %s: docs/rules', (id) => {
    expect(existsSync(join(ROOT, 'docs/rules', `${id}.md`))).toBe(true);
  });

  it('layouts: docs/layouts.md', () => {
    expect(LAYOUTS.map((layout) => layout.id).filter((id) => !read('docs/layouts.md').includes(`| \`${id}\` |`))).toEqual([]);
  });

  it('limits: docs/limits.md, with their flags', () => {
    const flags = Object.keys(DEFAULT_LIMITS).map((name) => `--limit-${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`);
    expect(flags.filter((flag) => !read('docs/limits.md').includes(`\`${flag}\``))).toEqual([]);
  });

  it('diagnostics: docs/diagnostics.md, with those that make exit status 4', () => {
    const rows = tableBelow(read('docs/diagnostics.md'), 'Codes').map(([code, , damage]) => [codeWords(code)[0], damage === 'yes']);
    expect(rows).toEqual(Object.keys(DIAGNOSTIC_CODES).map((code) => [code, [...DAMAGE_CODES].some((one) => one === code)]));
  });

  it('exit statuses: docs/exit-codes.md', () => {
    const rows = tableBelow(read('docs/exit-codes.md'), 'Exit status').map(([status]) => Number(status));
    expect(rows).toEqual(expect.arrayContaining(Object.values(EXIT)));
  });
});
