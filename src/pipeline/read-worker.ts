import { parentPort, workerData } from 'node:worker_threads';
import type { Limits } from '../bundle/contract.ts';
import { UsageError } from '../model/errors.ts';
import type { Progress } from '../model/progress.ts';
import { BufferPool } from './buffer-pool.ts';
import { ForwardingWriter } from './forwarding-writer.ts';
import type { CallBatch } from './forwarding-writer.ts';
import { ingest } from './ingest.ts';

/** What the reading thread says. */
export type ReaderMessage =
  | CallBatch
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'done'; readonly progress: Progress }
  | { readonly kind: 'usage-error'; readonly message: string; readonly exitCode: 2 | 3; readonly subject: string | null }
  | { readonly kind: 'defect'; readonly message: string; readonly stack: string };

/** What the storing thread answers to a batch of calls: their size, and buffers that are free again. */
export interface StoredMessage {
  readonly bytes: number;
  readonly free: readonly ArrayBuffer[];
}

export interface ReadRequest {
  readonly bundles: readonly string[];
  readonly limits: Limits;
}

const port = parentPort;
if (port !== null) {
  const request: unknown = workerData;
  const { bundles, limits } = request as ReadRequest;
  const say = (message: ReaderMessage): void => port.postMessage(message);
  const writer = new ForwardingWriter(port);
  const buffers = new BufferPool();
  port.on('message', ({ bytes, free }: StoredMessage) => {
    for (const buffer of free) buffers.give(buffer);
    writer.stored(bytes);
  });
  try {
    const state = await ingest(bundles, writer, limits, (progress) => say({ kind: 'progress', progress }), buffers.take);
    say({ kind: 'done', progress: state('analysing') });
  } catch (error) {
    if (error instanceof UsageError) say({ kind: 'usage-error', message: error.message, exitCode: error.exitCode, subject: error.subject });
    else say({ kind: 'defect', message: error instanceof Error ? error.message : String(error), stack: error instanceof Error ? (error.stack ?? '') : '' });
  } finally {
    port.close();
  }
}
