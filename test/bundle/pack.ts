import { crc32, deflateRawSync } from 'node:zlib';
import { pack } from 'tar-stream';
import type { BundleRemark, Limits } from '../../src/bundle/contract.ts';
import { DEFAULT_LIMITS } from '../../src/bundle/limits.ts';
import { openBundle } from '../../src/bundle/open-bundle.ts';

export interface TarPart {
  readonly name: string;
  readonly body?: string | Uint8Array;
  readonly type?: 'file' | 'symlink' | 'link' | 'directory' | 'fifo';
  readonly to?: string;
}

/** A tar in memory. */
export async function tar(...parts: readonly TarPart[]): Promise<Buffer> {
  const packer = pack();
  for (const { name, body, type = 'file', to } of parts) {
    packer.entry({ name, type, mtime: new Date(1_700_000_000_000), ...(to === undefined ? {} : { linkname: to }) }, Buffer.from(body ?? ''));
  }
  packer.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of packer) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('a tar is packed as bytes');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A zip in memory; deflated unless the part says `stored`. */
export function zip(
  ...parts: readonly { readonly name: string; readonly body: string | Uint8Array; readonly stored?: boolean; readonly flags?: number }[]
): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, body, stored = false, flags = 0x800 } of parts) {
    const raw = Buffer.from(body);
    const data = stored ? raw : deflateRawSync(raw);
    const fileName = Buffer.from(name);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(flags, 2);
    shared.writeUInt16LE(stored ? 0 : 8, 4);
    shared.writeUInt16LE(0x5a00, 6);
    shared.writeUInt16LE(0x5d76, 8);
    shared.writeUInt32LE(crc32(raw), 10);
    shared.writeUInt32LE(data.length, 14);
    shared.writeUInt32LE(raw.length, 18);
    shared.writeUInt16LE(fileName.length, 22);
    locals.push(Buffer.from('PK\u0003\u0004', 'latin1'), shared, fileName, data);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    central.push(Buffer.from('PK\u0001\u0002\u0014\u0000', 'latin1'), shared, rest, fileName);
    offset += 30 + fileName.length + data.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 0, 'latin1');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

export interface ReadOut {
  readonly files: ReadonlyMap<string, string>;
  readonly digests: ReadonlyMap<string, { readonly sha256: string; readonly bytes: number }>;
  readonly local: readonly string[];
  readonly nodes: ReadonlyMap<string, string | null>;
  readonly remarks: readonly BundleRemark[];
  readonly codes: readonly string[];
  readonly layout: string;
  readonly sha256: string | null;
  readonly collectedAt: number | null;
  readonly position: number;
  readonly bytes: number;
}

/** Opens a bundle and reads all of it. */
export async function readAll(path: string, limits: Partial<Limits> = {}): Promise<ReadOut> {
  const bundle = await openBundle(path, { ...DEFAULT_LIMITS, ...limits });
  const files = new Map<string, string>();
  const digests = new Map<string, { readonly sha256: string; readonly bytes: number }>();
  const nodes = new Map<string, string | null>();
  const local: string[] = [];
  for await (const entry of bundle.entries()) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry.chunks()) chunks.push(chunk);
    files.set(entry.path, Buffer.concat(chunks).toString());
    digests.set(entry.path, entry.digest());
    nodes.set(entry.path, entry.hints.node);
    if (entry.localPath !== null) local.push(entry.path);
  }
  const remarks = bundle.takeRemarks();
  return {
    files,
    digests,
    local,
    nodes,
    remarks,
    codes: remarks.map((remark) => remark.code),
    layout: bundle.layout(),
    sha256: bundle.sha256(),
    collectedAt: bundle.collectedAt(),
    position: bundle.position(),
    bytes: bundle.bytes,
  };
}
