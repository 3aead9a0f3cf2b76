import { removeOnSignal } from './left-behind.ts';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../model/errors.ts';
import type { CaseReader } from '../model/ports.ts';
import type { OnProgress, Progress } from '../model/progress.ts';
import { buildCase } from '../pipeline/build-case.ts';
import type { CaseRequest } from '../pipeline/build-case.ts';
import { buildCaseInWorker } from '../pipeline/case-worker.ts';
import { isCaseFile } from '../store/case-file.ts';
import { openCase } from '../store/case-reader.ts';
import { limitsOf, ruleOptions } from './options.ts';
import type { BuildOptions } from './options.ts';
import { builtinRuleFiles } from './rule-files.ts';

export function caseRequest(bundles: readonly string[], output: string, options: BuildOptions): CaseRequest {
  return { bundles, output, limits: limitsOf(options), builtinRules: builtinRuleFiles(), ...ruleOptions(options), lang: options.lang ?? 'en' };
}

/** True when the arguments are one finished case rather than bundles; mixing both is a usage error. */
export function isCase(paths: readonly string[]): boolean {
  const cases = paths.filter((path) => isCaseFile(path));
  if (cases.length === 0) return false;
  if (paths.length > 1) throw new UsageError('a case file is opened alone; name either one case or bundles', { subject: cases[0] ?? null });
  return true;
}

/** What can be told before anything was read: threads take a moment to start. */
function untouched(paths: readonly string[]): Progress {
  const sizes = paths.map((path) => {
    try {
      const found = statSync(path);
      return found.isFile() ? found.size : NaN;
    } catch {
      // reading it says why
      return NaN;
    }
  });
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return { phase: 'reading', current: '', bytes: 0, totalBytes: Number.isNaN(total) ? null : total, lines: 0, events: 0, entries: 0 };
}

/**
 * Opens a case, or builds one from bundles in a temporary folder that goes with the reader. `apart` builds in a worker thread, so
 * that the caller's own thread stays free.
 */
export async function openOrBuild(
  paths: readonly string[],
  options: BuildOptions,
  tell: OnProgress = () => undefined,
  apart: { readonly signal?: AbortSignal } | null = null,
): Promise<CaseReader> {
  const [first] = paths;
  if (first !== undefined && isCase(paths)) return openCase(first);
  tell(untouched(paths));
  const folder = mkdtempSync(join(tmpdir(), 'inquest-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  removeOnSignal(remove, { resend: apart === null });
  try {
    const output = join(folder, 'case.inquest');
    const request = caseRequest(paths, output, options);
    await (apart === null ? buildCase(request, tell) : buildCaseInWorker(request, tell, apart.signal));
    return openCase(output);
  } catch (error) {
    remove();
    throw error;
  }
}
