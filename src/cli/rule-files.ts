import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../model/errors.ts';
import type { RuleFile } from '../rules/parse.ts';

/** The rules that ship with inquest. */
export function builtinRuleFiles(): readonly RuleFile[] {
  const folder = fileURLToPath(new URL('../rules/catalogue/', import.meta.url));
  return filesIn(folder).map((name) => ({ path: name, text: readFileSync(join(folder, name), 'utf8') }));
}

/** Rule files named by a user: YAML files, or directories of them. */
export function readRuleFiles(paths: readonly string[]): readonly RuleFile[] {
  return paths.flatMap((path) => {
    try {
      const names = statSync(path).isDirectory() ? filesIn(path).map((name) => join(path, name)) : [path];
      return names.map((name) => ({ path: name, text: readFileSync(name, 'utf8') }));
    } catch (error) {
      throw new UsageError(`the rule file can not be read: ${error instanceof Error ? error.message : String(error)}`, { subject: path });
    }
  });
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .toSorted();
}
