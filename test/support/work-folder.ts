import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of the test's own; `remove` it in the end. */
export function workFolder(): { readonly path: string; write(name: string, body: string | Uint8Array): string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'inquest-test-'));
  return {
    path,
    write(name, body) {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, body);
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
