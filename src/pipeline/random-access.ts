import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { RandomAccess } from '../parsers/contract.ts';

/** A file on disk, read where asked; close it when done. */
export function openFile(path: string): RandomAccess & { close(): void } {
  const fd = openSync(path, 'r');
  const { size } = fstatSync(fd);
  return {
    size,
    read(offset, length) {
      const wanted = Math.max(0, Math.min(length, size - offset));
      const buffer = Buffer.allocUnsafe(wanted);
      const got = wanted === 0 ? 0 : readSync(fd, buffer, 0, wanted, offset);
      return buffer.subarray(0, got);
    },
    readInto: (target, offset) => readSync(fd, target, 0, target.length, offset),
    close: () => closeSync(fd),
  };
}

/** Bytes already in memory. */
export function inMemory(bytes: Uint8Array): RandomAccess {
  return {
    size: bytes.byteLength,
    read: (offset, length) => bytes.subarray(Math.min(offset, bytes.byteLength), Math.min(offset + Math.max(0, length), bytes.byteLength)),
  };
}
