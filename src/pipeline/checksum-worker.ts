import { parentPort, workerData } from 'node:worker_threads';
import { checkTrailer } from '../parsers/etcd-db/trailer.ts';
import { openFile } from './random-access.ts';

const port = parentPort;
if (port !== null) {
  const path = String(workerData);
  const file = openFile(path);
  try {
    port.postMessage(checkTrailer(file));
  } finally {
    file.close();
  }
}
