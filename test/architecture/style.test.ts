import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SOURCES, bare, filesIn, read } from './source.ts';

/** Files in which a pattern stands, comments and strings aside, with the line. */
function where(pattern: RegExp, files = SOURCES): readonly string[] {
  return files.flatMap(({ path, text }) =>
    bare(text)
      .split('\n')
      .flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
  );
}

const modules = SOURCES.filter(({ path }) => !path.endsWith('.d.ts'));

describe('source files', () => {
  it('have at most 400 lines', () => {
    const long = [...filesIn('src').filter((path) => !path.endsWith('.yaml')), ...filesIn('test').filter((path) => /\.tsx?$/.test(path))];
    expect(long.map((path) => ({ path, lines: read(path).split('\n').length - 1 })).filter(({ lines }) => lines > 400)).toEqual([]);
  });

  it('have kebab-case names', () => {
    expect(filesIn('src').filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.(ts|tsx|yaml)$/.test(basename(path)))).toEqual([]);
  });

  it('have named exports only', () => {
    expect(where(/\bexport\s+default\b|\bas\s+default\b/, modules)).toEqual([]);
  });

  it('hold no any, enum, namespace or suppressed error', () => {
    expect(where(/(?:(?<!\?[^:]*):\s*|<|\bas\s+|\|\s*|,\s*)any\b\s*(?:[;,)>|&=[\]{}]|$)/)).toEqual([]);
    expect(where(/^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s/)).toEqual([]);
    expect(where(/^\s*(?:export\s+)?namespace\s/)).toEqual([]);
    expect(modules.filter(({ text }) => /@ts-(ignore|nocheck|expect-error)/.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('are no barrels, registries aside', () => {
    const reexports = modules.filter(({ path }) => !path.endsWith('registry.ts')).filter(({ text }) => /^\s*export\s[^'";=(]*\bfrom\s*'/m.test(text));
    expect(reexports.map(({ path }) => path)).toEqual([]);
  });

  it('touch process in cli alone', () => {
    expect(
      where(
        /(?<![.\w$'])process\s*(?:\.|\[)/,
        modules.filter(({ room }) => room !== 'cli'),
      ),
    ).toEqual([]);
  });

  it('never ask for the time of day or for chance', () => {
    expect(
      where(
        /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\brandomUUID\b/,
        modules.filter(({ room }) => room !== 'tui' && room !== 'cli'),
      ),
    ).toEqual([]);
  });

  it('keep no state at module level', () => {
    expect(where(/^(?:export\s+)?(?:let|var)\s/, modules)).toEqual([]);
  });
});
