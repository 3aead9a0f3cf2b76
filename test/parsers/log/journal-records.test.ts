import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogParser } from '../../../src/parsers/contract.ts';
import { journalExport } from '../../../src/parsers/log/journal/journal-export.ts';
import { journalJsonPretty } from '../../../src/parsers/log/journal/journal-json-pretty.ts';
import { journalVerbose } from '../../../src/parsers/log/journal/journal-verbose.ts';
import { chooseParser } from '../../../src/parsers/registry.ts';
import { contextOf, readLog } from './collect.ts';

const AT = 1_795_333_295_229_823;
const zap =
  '{"level":"info","ts":"2026-11-22T07:41:35.229820Z","logger":"raft","caller":"etcdserver/zap_raft.go:77","msg":"146e974d9a20f516 became leader at term 4"}';
const panic = 'panic: boom\ngoroutine 1 [running]:';

interface Entry {
  readonly ident: string;
  readonly message: string;
}

const entries: readonly Entry[] = [
  { ident: 'etcd', message: zap },
  { ident: 'etcd', message: panic },
  { ident: 'systemd', message: 'etcd.service: Main process exited, code=killed, status=9/KILL' },
  { ident: 'kernel', message: 'Grüße aus dem Kern' },
];

const cursor = (n: number): string => `s=0a1b;i=${n.toString(16)};b=00;m=1;t=${(AT + n).toString(16)};x=0`;

function asExport({ ident, message }: Entry, n: number): Buffer {
  const head = `__CURSOR=${cursor(n)}\n__REALTIME_TIMESTAMP=${AT + n}\n_BOOT_ID=00\n_HOSTNAME=m1\nSYSLOG_IDENTIFIER=${ident}\nPRIORITY=3\n`;
  if (!message.includes('\n')) return Buffer.from(`${head}MESSAGE=${message}\n\n`);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(Buffer.byteLength(message)));
  return Buffer.concat([Buffer.from(`${head}MESSAGE\n`), size, Buffer.from(`${message}\n\n`)]);
}

function asVerbose({ ident, message }: Entry, n: number): Buffer {
  return Buffer.from(
    `Sun 2026-11-22 08:41:35.229823 CET [${cursor(n)}]\n    _HOSTNAME=m1\n    SYSLOG_IDENTIFIER=${ident}\n    PRIORITY=3\n    MESSAGE=${message.replaceAll('\n', `\n${' '.repeat(12)}`)}\n    _PID=1\n`,
  );
}

function asPretty({ ident, message }: Entry, n: number): Buffer {
  const fields = { __CURSOR: cursor(n), __REALTIME_TIMESTAMP: String(AT + n), _HOSTNAME: 'm1', PRIORITY: '3', MESSAGE: message, SYSLOG_IDENTIFIER: ident };
  return Buffer.from(
    `{\n${Object.entries(fields)
      .map(([key, value]) => `\t${JSON.stringify(key)} : ${JSON.stringify(value)}`)
      .join(',\n')}\n}\n`,
  );
}

const forms: readonly (readonly [string, LogParser, (entry: Entry, n: number) => Buffer])[] = [
  ['export', journalExport, asExport],
  ['verbose', journalVerbose, asVerbose],
  ['json-pretty', journalJsonPretty, asPretty],
];

describe.each(forms)('journalctl -o %s', (_name, parser, write) => {
  const bytes = Buffer.concat(entries.map(write));

  test('is recognised by its content alone', () => {
    expect(chooseParser(bytes, contextOf({}))?.id).toBe(parser.id);
  });

  test('every entry is an event at its message', () => {
    const log = readLog(bytes, { parser });
    expect(log.events.map(({ at, component, host, level }) => [at, component, host, level])).toEqual([
      ['2026-11-22T07:41:35.229820Z', 'etcd', 'm1', 'info'],
      ['2026-11-22T07:41:35.229824Z', 'etcd', 'm1', 'fatal'],
      ['2026-11-22T07:41:35.229825Z', 'systemd', 'm1', 'error'],
      ['2026-11-22T07:41:35.229826Z', 'kernel', 'm1', 'error'],
    ]);
    for (const { offset } of log.events) expect(bytes.toString('latin1', offset, offset + 20)).toMatch(/^\s*"?MESSAGE/);
    expect(log.facts.map(({ type }) => type)).toEqual(['raft.became', 'etcd.crashed', 'systemd.unit']);
    expect([log.unparsed, log.diagnostics]).toEqual([0, []]);
  });

  test('block borders change nothing, wherever they are', () => {
    const whole = readLog(bytes, { parser });
    for (const blockLines of [1, 2, 3, 5, 11]) expect(readLog(bytes, { parser, blockLines })).toEqual(whole);
  });

  test('cut anywhere, nothing is lost silently', () => {
    for (let end = 1; end < bytes.length; end += 7) {
      const log = readLog(bytes.subarray(0, end), { parser, blockLines: 4 });
      expect(log.lines).toBe(log.events.length + log.continuations + log.unparsed);
      expect(log.events.length).toBeLessThanOrEqual(entries.length);
    }
  });

  test('flipped bytes never throw', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        fc.integer({ min: 1, max: 9 }),
        (flips, blockLines) => {
          const damaged = Buffer.from(bytes);
          for (const [at, value] of flips) damaged[at] = value;
          const log = readLog(damaged, { parser, blockLines });
          expect(log.lines).toBe(log.events.length + log.continuations + log.unparsed);
        },
      ),
    );
  });
});
