import { MessageChannel, Worker } from 'node:worker_threads';
import { UsageError } from '../model/errors.ts';
import type { IngestWriter } from '../model/ports.ts';
import type { OnProgress, Progress } from '../model/progress.ts';
import type { Answer } from './batch-sender.ts';
import type { WriterCall } from './forwarding-writer.ts';
import type { ReaderMessage, ReadRequest } from './read-worker.ts';
import type { UnpackRequest } from './unpack-worker.ts';

/** Raw bytes the store may have waiting for compression before the reading thread is kept waiting. */
const MAX_PENDING = 12 << 20;
const YOUNG_GENERATION_MB = 72;

/**
 * Reads bundles while this thread stores: one thread unpacks and hashes, a second one parses, and what they find comes here.
 * `spent` collects the buffers that the store is done with; they go back to be filled again. Returns the last progress.
 */
export async function readApart(
  { bundles, limits }: Pick<ReadRequest, 'bundles' | 'limits'>,
  writer: IngestWriter,
  spent: ArrayBuffer[],
  tell: OnProgress,
): Promise<Progress> {
  const { port1, port2 } = new MessageChannel();
  const unpacker = new Worker(new URL('unpack-worker.js', import.meta.url), {
    workerData: { limits, port: port1 } satisfies UnpackRequest,
    transferList: [port1],
  });
  const worker = new Worker(new URL('read-worker.js', import.meta.url), {
    workerData: { bundles, limits, unpacked: port2 } satisfies ReadRequest,
    transferList: [port2],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  try {
    return await new Promise<Progress>((resolve, reject) => {
      const apply = applier(writer);
      let queue = Promise.resolve();
      worker.on('message', (message: ReaderMessage) => {
        if (message.kind === 'progress') {
          tell(message.progress);
          return;
        }
        queue = queue.then(async () => {
          if (message.kind === 'done') resolve(message.progress);
          else if (message.kind === 'usage-error') reject(new UsageError(message.message, { exitCode: message.exitCode, subject: message.subject }));
          else if (message.kind === 'defect') reject(Object.assign(new Error(message.message), { stack: message.stack }));
          else {
            for (const call of message.calls) apply(call);
            if (writer.pending() > MAX_PENDING) await writer.drain();
            worker.postMessage({ bytes: message.bytes } satisfies Answer);
            const free = spent.splice(0);
            if (free.length > 0) unpacker.postMessage(free, free);
          }
        });
        queue.catch(reject);
      });
      worker.on('error', reject);
      unpacker.on('error', reject);
      worker.on('exit', (code) => {
        queue = queue.then(() => reject(new Error(`the reading thread ended early, with code ${code}`)));
      });
    });
  } finally {
    await Promise.all([worker.terminate(), unpacker.terminate()]);
  }
}

/** Replays calls on the store. Message templates get the store's own numbers. */
function applier(writer: IngestWriter): (call: WriterCall) => void {
  const messages: number[] = [0];
  return (call) => {
    switch (call[0]) {
      case 'bundle':
        writer.bundle(call[1]);
        break;
      case 'updateBundle':
        writer.updateBundle(call[1], call[2]);
        break;
      case 'beginEntry':
        writer.beginEntry(call[1]);
        break;
      case 'endEntry':
        writer.endEntry(call[1], call[2]);
        break;
      case 'source':
        writer.source(call[1]);
        break;
      case 'updateSources':
        writer.updateSources(call[1]);
        break;
      case 'message':
        messages.push(writer.message(call[1]));
        break;
      case 'events': {
        const { message, count } = call[1].events;
        for (let i = 0; i < count; i += 1) message[i] = messages[message[i] ?? 0] ?? 0;
        writer.events(call[1]);
        break;
      }
      case 'raw':
        writer.raw(call[1]);
        break;
      case 'packedFacts':
        writer.packedFacts(call[1]);
        break;
      case 'citedTexts':
        writer.citedTexts(call[1]);
        break;
      case 'diagnostics':
        writer.diagnostics(call[1]);
        break;
      case 'dropEntry':
        writer.dropEntry(call[1]);
        break;
    }
  };
}
