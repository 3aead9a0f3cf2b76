import { parentPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { Limits, OpenBundle } from '../bundle/contract.ts';
import { openBundle } from '../bundle/open-bundle.ts';
import { UsageError } from '../model/errors.ts';
import type { PathHints } from '../model/bundle.ts';
import { wholeLines } from './blocks.ts';
import { BufferPool } from './buffer-pool.ts';
import { UnpackedSender } from './unpacked.ts';
import type { UnpackOrder } from './unpacked.ts';

/** What the unpacking thread is given: the limits, and the port on which bundles are asked for. */
export interface UnpackRequest {
  readonly limits: Limits;
  readonly port: MessagePort;
}

/** Opens, unpacks and hashes bundles for the thread that parses; buffers that were stored come back from the thread that stores. */
function serve({ limits, port }: UnpackRequest, pool: BufferPool): void {
  const sender = new UnpackedSender(port);
  const bundles: Promise<OpenBundle>[] = [];

  const open = async (path: string): Promise<void> => {
    const opening = openBundle(path, limits);
    bundles.push(opening);
    await sender.put({ kind: 'opened', bytes: (await opening).bytes });
  };

  const read = async (number: number): Promise<void> => {
    const bundle = await bundles[number];
    if (bundle === undefined) throw new Error(`bundle ${number} was to be read before it was opened`);
    const settle: (() => readonly [PathHints, PathHints])[] = [];
    for await (const entry of bundle.entries()) {
      const { path: name, modifiedAt, size, localPath, hints, settledHints } = entry;
      // a copy: the head may be a part of a larger buffer, or of the bytes that follow
      const head = Uint8Array.from(entry.head);
      settle.push(() => [hints, settledHints()]);
      const collectedAt = bundle.collectedAt();
      await sender.put({ kind: 'entry', path: name, modifiedAt, size, localPath, hints, head, collectedAt, position: bundle.position() }, head);
      for await (const raw of wholeLines(entry.chunks(), pool.take)) await sender.put({ kind: 'bytes', raw, position: bundle.position() }, raw);
      await sender.put({ kind: 'ended', digest: entry.digest(), remarks: bundle.takeRemarks(), position: bundle.position() });
    }
    const settled = new Map(
      settle.flatMap((hintsOf, entry) => {
        const [before, after] = hintsOf();
        return sameHints(before, after) ? [] : [[entry, after] as const];
      }),
    );
    const remarks = bundle.takeRemarks();
    await sender.put({
      kind: 'read',
      layout: bundle.layout(),
      sha256: bundle.sha256(),
      collectedAt: bundle.collectedAt(),
      remarks,
      position: bundle.position(),
      settled,
    });
  };

  const act = async (work: Promise<void>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      await sender.put({ kind: 'refused', message: error.message, exitCode: error.exitCode, subject: error.subject });
    }
    sender.send();
  };

  port.on('message', (order: UnpackOrder) => {
    if (order.kind === 'taken') sender.taken(order);
    else void act(order.kind === 'open' ? open(order.path) : read(order.bundle));
  });
}

function sameHints(a: PathHints, b: PathHints): boolean {
  return (
    a.node === b.node &&
    a.component === b.component &&
    a.namespace === b.namespace &&
    a.pod === b.pod &&
    a.container === b.container &&
    a.generation === b.generation
  );
}

if (parentPort !== null) {
  const pool = new BufferPool();
  parentPort.on('message', (free: readonly ArrayBuffer[]) => {
    for (const buffer of free) pool.give(buffer);
  });
  const request: unknown = workerData;
  serve(request as UnpackRequest, pool);
}
