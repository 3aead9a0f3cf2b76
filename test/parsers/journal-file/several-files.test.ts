import { expect, it } from 'vitest';
import { makeRecordBook } from '../../../src/parsers/record-book.ts';
import { fixture, readJournal, usedBytes } from './recording-sink.ts';

it('entries that several files of one journal hold count once, whichever came first', async () => {
  const whole = fixture('v254-regular-plain');
  const part = whole.subarray(0, usedBytes(whole) - 20_000);
  const alone = await readJournal(whole);
  for (const order of [
    [part, whole],
    [whole, part],
  ]) {
    const records = makeRecordBook();
    const readings = [];
    for (const bytes of order) readings.push(await readJournal(bytes, records));
    expect(readings.flatMap((one) => one.lines).toSorted()).toEqual(alone.lines.toSorted());
    expect(readings.reduce((sum, one) => sum + one.facts.filter((fact) => fact.type !== 'node.booted').length, 0)).toBe(
      alone.facts.filter((fact) => fact.type !== 'node.booted').length,
    );
    expect(readings[1]?.diagnostics.map((one) => one.code)).toContain('RECORD_DUPLICATE');
  }
});

it('a whole copy is read beside one whose fields are damaged', async () => {
  const whole = fixture('v254-regular-plain');
  const damaged = Buffer.from(whole);
  for (let at = damaged.indexOf('MESSAGE={"level"'); at >= 0; at = damaged.indexOf('MESSAGE={"level"', at + 1)) damaged.write('MESSAGE\u0000', at, 'latin1');
  const records = makeRecordBook();
  const first = await readJournal(damaged, records);
  const second = await readJournal(whole, records);
  const alone = await readJournal(whole);
  for (const line of alone.lines.filter((text) => text.includes('{"level"'))) expect([...first.lines, ...second.lines]).toContain(line);
});

it('the container that the runtime names is the source', async () => {
  const bytes = Buffer.from(fixture('v254-regular-plain'));
  const name = 'SYSLOG_IDENTIFIER=etcd';
  let at = bytes.indexOf(name);
  while (at >= 0 && /\w/.test(String.fromCharCode(bytes[at + name.length] ?? 0))) at = bytes.indexOf(name, at + 1);
  bytes.write('CONTAINER_NAME=etcd-c1', at, 'latin1');
  const { specs } = await readJournal(bytes);
  expect(specs).toContainEqual(expect.objectContaining({ component: 'etcd', container: 'etcd-c1' }));
});

it('a line feed in a field makes no second line', async () => {
  const bytes = Buffer.from(fixture('v254-regular-plain'));
  for (let at = bytes.indexOf('_HOSTNAME=cp-1'); at >= 0; at = bytes.indexOf('_HOSTNAME=cp-1', at + 1)) bytes.write('_HOSTNAME=c\n-1', at, 'latin1');
  const { lines, events } = await readJournal(bytes);
  expect(lines).toHaveLength(events.length);
});
