import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayHoldPieces, splitPieces } from '../../src/parsers/pieces.ts';

const LIST = '{\n    "kind": "NodeList",\n    "apiVersion": "v1",\n    "items": []\n}\n';
const log = (pod: string, body: string): string =>
  `==== START logs for container etcd of pod kube-system/${pod} ====\n${body}==== END logs for container etcd of pod kube-system/${pod} ====\n`;
const SECTION = '\n#==[ Command ]======================================#\n# /bin/date\n';

const texts = (text: string): readonly string[] => {
  const bytes = Buffer.from(text);
  return (splitPieces(bytes) ?? []).map(({ start, end }) => bytes.toString('utf8', start, end));
};

describe('pieces of a file', () => {
  it('a cluster-info dump: objects, then logs, then objects of the next namespace', () => {
    const logs = log('etcd-a', '{"level":"info"}\n{\n') + log('etcd-b', 'x\n');
    const text = LIST + LIST + logs + LIST + log('web', 'y\n');
    expect(mayHoldPieces(text)).toBe(true);
    expect(texts(text)).toEqual([LIST + LIST, logs, LIST, log('web', 'y\n')]);
  });

  it('supportconfig: a header, then what the command printed', () => {
    const text = `${SECTION}Sun Nov 22 09:30:00 UTC 2026\n${SECTION}Linux e1 5.14\n`;
    expect(mayHoldPieces(text)).toBe(true);
    expect(texts(text)).toEqual(['\n', SECTION.trimStart(), 'Sun Nov 22 09:30:00 UTC 2026\n\n', SECTION.trimStart(), 'Linux e1 5.14\n']);
  });

  it('supportconfig: behind the banner that begins its first file', () => {
    const banner = '=====\n      Support Utilities - Supportconfig\n      Script Version: 3.2.8\n=====\n';
    expect(mayHoldPieces(`${banner}${SECTION}Sun Nov 22 09:30:00 UTC 2026\n`)).toBe(true);
    expect(texts(`${banner}${SECTION}x\n`)).toEqual([`${banner}\n`, SECTION.trimStart(), 'x\n']);
  });

  it('systemctl status: the state of a unit, then the end of its log, then the next unit', () => {
    const state = '● etcd.service - etcd\n     Loaded: loaded (/etc/systemd/system/etcd.service; enabled)\n     Active: active (running)\n\n';
    const lines = 'Nov 22 09:51:45 m1 systemd[1]: Starting etcd.service - etcd...\n\n';
    expect(mayHoldPieces(state)).toBe(true);
    expect(texts(state + lines + state)).toEqual([state, lines, state]);
    expect(splitPieces(Buffer.from(state))).toBeNull();
  });

  it('one object, one log, and lines of JSON are no pieces', () => {
    expect(splitPieces(Buffer.from(LIST))).toBeNull();
    expect(mayHoldPieces('{"kind":"Event","apiVersion":"audit.k8s.io/v1"}\n')).toBe(false);
    expect(splitPieces(Buffer.from(log('etcd-a', 'x\n')))).toBeNull();
  });

  it('whatever the bytes, every one stands in one piece, and lines are numbered as in the file', () => {
    const part = fc.constantFrom(
      'a.service\n',
      '   Loaded: x\n',
      LIST,
      log('a', 'x\n'),
      SECTION,
      '{\n',
      '\n',
      '==== END logs for ',
      '#==[ ',
      'text',
      '\r\n',
      '\u00e9',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const bytes = Buffer.from(parts.join(''));
        const pieces = splitPieces(bytes) ?? [];
        let at = 0;
        for (const { start, end, firstLine } of pieces) {
          expect(start).toBe(at);
          expect(end).toBeGreaterThan(start);
          expect(bytes.toString('latin1', 0, start).split('\n').length).toBe(firstLine);
          at = end;
        }
        if (pieces.length > 0) expect(at).toBe(bytes.length);
      }),
    );
  });
});
