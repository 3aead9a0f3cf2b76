import { parentPort, workerData } from 'node:worker_threads';
import { UsageError } from '../model/errors.ts';
import type { Progress } from '../model/progress.ts';
import { buildCase } from './build-case.ts';
import type { CaseRequest } from './build-case.ts';

/** What the worker says to the thread that started it. */
export type WorkerMessage =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'done' }
  | { readonly kind: 'usage-error'; readonly message: string; readonly exitCode: 2 | 3; readonly subject: string | null };

const port = parentPort;
if (port !== null) {
  const given: unknown = workerData;
  const request = given as CaseRequest;
  const say = (message: WorkerMessage): void => port.postMessage(message);
  try {
    await buildCase(request, (progress) => say({ kind: 'progress', progress }));
    say({ kind: 'done' });
  } catch (error) {
    // only what the user can fix is told in words; anything else is a bug and ends the worker as one
    if (!(error instanceof UsageError)) throw error;
    say({ kind: 'usage-error', message: error.message, exitCode: error.exitCode, subject: error.subject });
  }
}
