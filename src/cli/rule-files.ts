import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../model/errors.ts';
import type { RuleFile } from '../rules/parse.ts';
import { systemReason } from './system-error.ts';

const catalogue = fileURLToPath(new URL('../rules/catalogue/', import.meta.url));
const checkedCatalogue = fileURLToPath(new URL('../rules/catalogue.json', import.meta.url));

/** The rules that ship with inquest: as the build checked them, else from their YAML. */
export function builtinRuleFiles(): readonly RuleFile[] {
  if (!existsSync(checkedCatalogue)) return catalogueFiles();
  const files: unknown = JSON.parse(readFileSync(checkedCatalogue, 'utf8'));
  // the build's own output, made of what the schema accepted
  return files as readonly RuleFile[];
}

/** The YAML of the rules that ship with inquest. */
export function catalogueFiles(): readonly RuleFile[] {
  return filesIn(catalogue).map((name) => ({ path: name, text: readFileSync(join(catalogue, name), 'utf8') }));
}

/** Rule files named by a user: YAML files, or directories of them. */
export function readRuleFiles(paths: readonly string[]): readonly RuleFile[] {
  return paths.flatMap((path) => {
    try {
      const names = statSync(path).isDirectory() ? filesIn(path).map((name) => join(path, name)) : [path];
      if (names.length === 0) throw new UsageError('the folder holds no rule file (.yaml)', { subject: path });
      return names.map((name) => ({ path: name, text: readFileSync(name, 'utf8') }));
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(`the rule file cannot be read: ${systemReason(error)}`, { subject: path });
    }
  });
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .toSorted();
}
