import { existsSync, rmSync } from 'node:fs';
import type { CaseWriter } from '../model/ports.ts';
import { setFlagsFromString } from 'node:v8';
import type { Limits } from '../bundle/contract.ts';
import { UsageError } from '../model/errors.ts';
import type { OnProgress } from '../model/progress.ts';
import { combineRules } from '../rules/combine.ts';
import type { RuleChoices } from '../rules/combine.ts';
import type { Lang } from '../model/lang.ts';
import type { RuleFile } from '../rules/parse.ts';
import { parseRules } from '../rules/parse.ts';
import type { Rule } from '../rules/rule.ts';
import { createCase } from '../store/case-writer.ts';
import { analyse } from './analyse.ts';
import { readApart } from './read-apart.ts';

/** What it takes to build a case; plain data, so that it can cross to a worker thread. */
export interface CaseRequest {
  readonly bundles: readonly string[];
  /** where the case is written; must not exist */
  readonly output: string;
  readonly limits: Limits;
  readonly builtinRules: readonly RuleFile[];
  readonly userRules: readonly RuleFile[];
  readonly choices: RuleChoices;
  readonly lang: Lang;
}

/**
 * While the analysis works, the heap grows by a quarter between two collections, not fourfold as V8 lets a small one: what a case
 * takes must not depend on how much memory the machine has.
 */
const CLOSE_HEAP = '--heap-growing-percent=25';

/** The rules of a request; throws UsageError with place and expectation when a user's file is wrong. */
export function rulesOf(request: Pick<CaseRequest, 'builtinRules' | 'userRules' | 'choices'>): readonly Rule[] {
  const builtin = parseRules(request.builtinRules);
  const user = parseRules(request.userRules);
  const [mistake] = [...builtin.mistakes, ...user.mistakes];
  if (mistake !== undefined) {
    throw new UsageError(`${mistake.message}; expected ${mistake.expected}`, { subject: `${mistake.file}:${mistake.line}:${mistake.column}` });
  }
  return combineRules(builtin.rules, user.rules, request.choices);
}

/** Removes a case that was not finished, with what SQLite keeps beside it. */
export function removeCase(path: string): void {
  for (const file of [path, `${path}-journal`]) rmSync(file, { force: true });
}

function beginCase(path: string, onStored: (raw: Uint8Array) => void): CaseWriter {
  const fresh = !existsSync(path);
  try {
    return createCase(path, { onStored });
  } catch (error) {
    // a file that was there is somebody's
    if (fresh) removeCase(path);
    throw error;
  }
}

/** Reads the bundles into a finished, analysed case. Whatever fails, no half case is left behind. */
export async function buildCase(request: CaseRequest, tell: OnProgress): Promise<void> {
  const rules = rulesOf(request);
  const spent: ArrayBuffer[] = [];
  const onStored = ({ buffer }: Uint8Array): void => {
    if (buffer instanceof ArrayBuffer) spent.push(buffer);
  };
  const writer = beginCase(request.output, onStored);
  try {
    const progress = await readApart({ bundles: request.bundles, limits: request.limits }, writer, spent, tell);
    tell(progress);
    await writer.flush();
    setFlagsFromString(CLOSE_HEAP);
    await analyse(writer, rules, request.lang);
    writer.finish();
    tell({ ...progress, phase: 'done' });
  } catch (error) {
    writer.abort();
    removeCase(request.output);
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_FULL')
      throw new UsageError('no space left for the case file', { exitCode: 3, subject: request.output });
    throw error;
  }
}
