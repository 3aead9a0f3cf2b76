import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../e2e/support/inquest.ts';

const app = join(ROOT, 'dist', 'app');

it('is bundled with the licences of all that went into it', () => {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly dependencies: Readonly<Record<string, string>> };
  const texts = readFileSync(join(app, 'LICENCES.txt'), 'utf8');
  const inside = Object.keys(dependencies).filter((name) => name !== 'better-sqlite3');
  expect(inside.filter((name) => !new RegExp(`^${name} \\d`, 'm').test(texts))).toEqual([]);
});
