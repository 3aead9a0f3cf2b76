import { parentPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { Limits } from '../bundle/contract.ts';
import { UsageError } from '../model/errors.ts';
import type { Progress } from '../model/progress.ts';
import type { Answer } from './batch-sender.ts';
import { ForwardingWriter } from './forwarding-writer.ts';
import type { CallBatch } from './forwarding-writer.ts';
import { ingest } from './ingest.ts';
import { UnpackedBundles } from './unpack-apart.ts';
import { UnpackedReceiver } from './unpacked.ts';

/** What the reading thread says. */
export type ReaderMessage =
  | CallBatch
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'done'; readonly progress: Progress }
  | { readonly kind: 'usage-error'; readonly message: string; readonly exitCode: 2 | 3; readonly subject: string | null }
  | { readonly kind: 'defect'; readonly message: string; readonly stack: string };

export interface ReadRequest {
  readonly bundles: readonly string[];
  readonly limits: Limits;
  /** where the unpacking thread hands out what is in the bundles */
  readonly unpacked: MessagePort;
}

const port = parentPort;
if (port !== null) {
  const request: unknown = workerData;
  const { bundles, limits, unpacked } = request as ReadRequest;
  const say = (message: ReaderMessage): void => port.postMessage(message);
  const writer = new ForwardingWriter(port);
  port.on('message', (answer: Answer) => writer.stored(answer));
  const received = new UnpackedReceiver(unpacked);
  try {
    const state = await ingest(bundles, writer, limits, (progress) => say({ kind: 'progress', progress }), new UnpackedBundles(received).open);
    say({ kind: 'done', progress: state('analysing') });
  } catch (error) {
    if (error instanceof UsageError) say({ kind: 'usage-error', message: error.message, exitCode: error.exitCode, subject: error.subject });
    else say({ kind: 'defect', message: error instanceof Error ? error.message : String(error), stack: error instanceof Error ? (error.stack ?? '') : '' });
  } finally {
    received.close();
    port.close();
  }
}
