import { Worker } from 'node:worker_threads';
import type { TrailerCheck } from '../parsers/etcd-db/trailer.ts';

/** Checks the SHA-256 at the end of a snapshot file in a thread of its own, while the caller walks its pages. */
export function checkTrailerApart(path: string): Promise<TrailerCheck> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('checksum-worker.js', import.meta.url), { workerData: path });
    worker.once('message', (check: TrailerCheck) => resolve(check));
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the checksum thread ended early, with code ${code}`)));
  });
}
