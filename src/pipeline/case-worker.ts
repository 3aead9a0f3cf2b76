import { rmSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { UsageError } from '../model/errors.ts';
import type { OnProgress } from '../model/progress.ts';
import type { CaseRequest } from './build-case.ts';
import type { WorkerMessage } from './worker.ts';

/** Builds a case in a thread of its own, so that the caller's screen never waits. Aborting leaves no file behind. */
export function buildCaseInWorker(request: CaseRequest, tell: OnProgress, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('worker.js', import.meta.url), { workerData: request });
    const stop = (): void => {
      void worker.terminate().then(() => rmSync(request.output, { force: true }));
      reject(new UsageError('stopped', { subject: request.output }));
    };
    signal?.addEventListener('abort', stop, { once: true });
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'progress') tell(message.progress);
      else if (message.kind === 'done') resolve();
      else reject(new UsageError(message.message, { exitCode: message.exitCode, subject: message.subject }));
    });
    worker.on('error', reject);
    worker.on('exit', (code) => {
      signal?.removeEventListener('abort', stop);
      if (code !== 0) reject(new Error(`the reading thread ended with code ${code}`));
    });
  });
}
