/** What is looked at of a file that may hold a machine's name. */
export const HOSTNAME_BYTES = 300;

const NAME = /^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?)\s*$/;

/** `etc/hostname`, or what a collector made `hostname` print. */
export const isHostnameFile = (path: string): boolean => /(?:^|\/)hostname(?:\.txt)?$/.test(path);

/** The machine's name, where the file holds nothing else. */
export function hostnameIn(head: Uint8Array): string | null {
  if (head.length >= HOSTNAME_BYTES) return null;
  return NAME.exec(Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1'))?.[1] ?? null;
}

/** With and without its domain it is the same machine. */
export const sameMachine = (one: string, other: string): boolean => one.split('.')[0]?.toLowerCase() === other.split('.')[0]?.toLowerCase();
