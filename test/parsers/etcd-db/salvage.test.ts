import { expect, it } from 'vitest';
import { isDatabase, readSnapshotStatus } from '../../../src/parsers/etcd-db/commands.ts';
import { etcdDb } from '../../../src/parsers/etcd-db/etcd-db.ts';
import { context, fixture, fixtureNames, memory, parse } from './support.ts';

const PAGE = 4096;
const FILES = fixtureNames('etcd-db/3.5.16').filter((name) => name.endsWith('.db'));
const read = (name: string): Buffer => Buffer.from(fixture(`etcd-db/3.5.16/${name}`));

const LOSSES = {
  'both meta pages zeroed': (bytes: Buffer) => bytes.fill(0, 0, 2 * PAGE),
  'both meta pages damaged': (bytes: Buffer) => {
    bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
    bytes.writeUInt8(bytes.readUInt8(PAGE + 40) ^ 1, PAGE + 40);
  },
  'the root pages zeroed': (bytes: Buffer) => {
    for (const meta of [0, PAGE]) {
      const root = Number(bytes.readBigUInt64LE(meta + 32));
      bytes.fill(0, root * PAGE, (root + 1) * PAGE);
    }
  },
};

it.each(FILES.flatMap((name) => Object.keys(LOSSES).map((how) => [name, how] as const)))('%s, %s: leaf pages still tell the revision', (name, how) => {
  const whole = readSnapshotStatus(memory(read(name)));
  const bytes = read(name);
  LOSSES[how as keyof typeof LOSSES](bytes);
  expect(isDatabase(memory(bytes))).toBe(true);
  expect(etcdDb.accepts(bytes.subarray(0, 65_536), context('unknown', null))).toBe(true);
  const { salvaged, problemCount } = readSnapshotStatus(memory(bytes));
  expect(problemCount).toBeGreaterThan(0);
  expect(salvaged?.revision).toBe(whole.revision);
  const { facts, diagnostics, cites } = parse(etcdDb, bytes);
  expect(facts.filter((fact) => fact.type === 'db.content')).toEqual([]);
  const [fact] = facts.filter((one) => one.type === 'db.salvaged');
  expect(fact?.data).toMatchObject({ revision: whole.revision });
  expect(cites.find(({ place }) => place.offset === fact?.place.offset)?.text).toContain('salvaged');
  expect(diagnostics.some(({ detail }) => detail.startsWith('its tree is lost'))).toBe(true);
  if (how.startsWith('both')) expect(salvaged?.contents.members.map(({ id }) => id)).toEqual(whole.contents.members.map(({ id }) => id));
});

it('a sound database is not searched', () => {
  for (const name of FILES) expect(readSnapshotStatus(memory(read(name))).salvaged).toBeNull();
});
