import { dirname, posix } from 'node:path';
import { expect, it } from 'vitest';
import { SOURCES, codeWords, read, specifiers, tableBelow } from './source.ts';

const ROOMS = new Map(
  tableBelow(read('ARCHITECTURE.md'), 'The rooms').map(([name, , rooms, uses]) => [
    codeWords(name)[0] ?? '',
    { rooms: new Set(codeWords(rooms)), uses: new Set(codeWords(uses)) },
  ]),
);

interface Import {
  readonly path: string;
  readonly room: string;
  /** a room, or null for a package or a module of Node */
  readonly target: string | null;
  readonly specifier: string;
}

const packageOf = (specifier: string): string =>
  specifier.startsWith('node:')
    ? specifier
    : specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/');

const IMPORTS: readonly Import[] = SOURCES.flatMap(({ path, room, text }) =>
  specifiers(text).map((specifier) => {
    const target = specifier.startsWith('.') ? (posix.join(dirname(path), specifier).split('/')[1] ?? '') : null;
    return { path, room, target, specifier: target === null ? packageOf(specifier) : specifier };
  }),
);

it('the table names every room and no other', () => {
  expect([...ROOMS.keys()].toSorted()).toEqual([...new Set(SOURCES.map((file) => file.room))].toSorted());
});

it('rooms import only the rooms the table allows', () => {
  const wrong = IMPORTS.filter(({ room, target }) => target !== null && target !== room && ROOMS.get(room)?.rooms.has(target) !== true);
  expect(wrong.map(({ path, specifier }) => `${path} imports ${specifier}`)).toEqual([]);
});

it('rooms use only the packages and modules of Node that the table allows', () => {
  const wrong = IMPORTS.filter(({ room, target, specifier }) => target === null && ROOMS.get(room)?.uses.has(specifier) !== true);
  expect(wrong.map(({ path, specifier }) => `${path} uses ${specifier}`)).toEqual([]);
});

it('the table allows no package that a room does not use, and package.json none that no room uses', () => {
  const used = new Set(IMPORTS.filter(({ target }) => target === null).map(({ room, specifier }) => `${room} uses ${specifier}`));
  const allowed = [...ROOMS].flatMap(([room, { uses }]) => [...uses].filter((name) => !name.startsWith('node:')).map((name) => `${room} uses ${name}`));
  expect(allowed.filter((one) => !used.has(one))).toEqual([]);
  const { dependencies } = JSON.parse(read('package.json')) as { readonly dependencies: Readonly<Record<string, string>> };
  expect(Object.keys(dependencies).filter((name) => !IMPORTS.some(({ specifier }) => specifier === name))).toEqual([]);
});

it('no room imports a room that imports it', () => {
  const both = [...ROOMS].flatMap(([room, { rooms }]) => [...rooms].filter((other) => ROOMS.get(other)?.rooms.has(room) === true));
  expect(both).toEqual([]);
});
