import { closeSync, cpSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, expectFailure, inquest } from '../e2e/support/inquest.ts';
import { workFolder } from '../support/work-folder.ts';

const work = workFolder();
const sample = join(ROOT, 'sample-bundles', 'no-leader');
const kase = join(work.path, 'no-leader.inquest');

beforeAll(async () => {
  const { status, stdout } = await inquest(['ingest', sample, '-o', kase]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/912 log lines: 912 events, 0 continuations, 0 unparsed/);
});
afterAll(work.remove);

const query = (sql: string, format = 'json') => inquest(['query', kase, sql, '--format', format]);

describe('query', () => {
  it('answers SQL as a table, JSON and CSV', async () => {
    const sql = "SELECT rule, count(*) AS n FROM findings WHERE severity <> 'info' GROUP BY rule ORDER BY rule";
    expect(JSON.parse((await query(sql)).stdout)).toEqual([
      { rule: 'member-down', n: 2 },
      { rule: 'no-leader', n: 1 },
    ]);
    expect((await query(sql, 'csv')).stdout).toBe('rule,n\r\nmember-down,2\r\nno-leader,1\r\n');
    expect((await query(sql, 'table')).stdout).toMatch(/^rule +n *\n.*\nmember-down +2 *\nno-leader +1 *\n$/);
  });

  it('finds the raw line behind an event', async () => {
    const { stdout } = await query(
      "SELECT path, line, raw_line(entry, offset) AS raw FROM fact_list WHERE type = 'raft.became' AND json_extract(data, '$.role') = 'leader' ORDER BY corrected_micros LIMIT 1",
    );
    const rows = JSON.parse(stdout) as readonly { readonly path: string; readonly line: number; readonly raw: string }[];
    expect(rows).toHaveLength(1);
    expect(rows[0]?.raw).toContain('became leader at term');
  });

  it('reads statements from standard input', async () => {
    const { stdout } = await inquest(['query', kase, '--format', 'csv'], { input: 'SELECT 1 AS a;\nSELECT 2\n  AS b;\n' });
    expect(stdout).toBe('a\r\n1\r\nb\r\n2\r\n');
  });

  it.each(['DELETE FROM findings', 'UPDATE findings SET rule = 1', 'DROP TABLE events', "ATTACH '/tmp/x' AS x", 'SELECT 1; DELETE FROM findings', 'SELEC 1'])(
    'never writes: %s',
    async (sql) => {
      const before = readFileSync(kase);
      expectFailure(await query(sql), 2, /no-leader\.inquest/);
      expect(readFileSync(kase).equals(before)).toBe(true);
    },
  );
});

describe('a case stands for its bundle', () => {
  it('gives the same report but for nothing', async () => {
    const [fromCase, fromBundle] = await Promise.all([inquest(['analyze', kase, '--format', 'json']), inquest(['analyze', sample, '--format', 'json'])]);
    expect(fromCase.stdout).toBe(fromBundle.stdout);
  });

  it('is not overwritten', async () => {
    expectFailure(await inquest(['ingest', sample, '-o', kase]), 2, /exists already/);
  });

  it('is opened alone', async () => {
    expectFailure(await inquest(['analyze', kase, sample]), 2, /alone/);
  });

  it('names members by every name they have', async () => {
    const { stdout, status } = await inquest(['whois', kase, 'e52be56e66a9a71e']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/member etcd-0 .*id e52be56e66a9a71e/);
    expect(stdout).toContain('192.168.40.21');
    expect((await inquest(['whois', kase, 'nobody'])).status).toBe(1);
  });

  it('differs from another case where they differ', async () => {
    const { stdout, status } = await inquest(['compare', kase, 'sample-bundles/healthy.tar.gz']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/ONLY IN A[\s\S]*No etcd leader/);
  });
});

describe('timeline', () => {
  const timeline = (...args: readonly string[]) => inquest(['timeline', kase, ...args]);

  it('is in order, complete, and filtered as asked', async () => {
    const rows = (await timeline('--format', 'jsonl')).stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly time: string; readonly node: string; readonly text: string });
    expect(rows).toHaveLength(912);
    const times = rows.map((row) => row.time.replace(/(\.\d+)?Z$/, (fraction) => fraction.replace('Z', '').padEnd(7, '0')));
    expect(times).toEqual(times.toSorted());
    const some = (
      await timeline('--format', 'jsonl', '--node', 'etcd-2', '--grep', 'pre-candidate', '--from', '2026-11-22T09:01:00Z', '--to', '2026-11-22T09:01:30Z')
    ).stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly time: string; readonly node: string; readonly text: string });
    expect(some.length).toBeGreaterThan(0);
    expect(some).toEqual(
      rows.filter((row) => row.node === 'etcd-2' && /pre-candidate/i.test(row.text) && row.time >= '2026-11-22T09:01:00' && row.time < '2026-11-22T09:01:30'),
    );
  });

  it('writes text, CSV and Timesketch', async () => {
    const [text, csv, sketch] = await Promise.all(['text', 'csv', 'timesketch'].map((format) => timeline('--format', format)));
    expect(text?.stdout.trimEnd().split('\n')).toHaveLength(912);
    expect(csv?.stdout).toMatch(/^time,written_time,node,/);
    expect(csv?.stdout.trimEnd().split('\r\n')).toHaveLength(913);
    expect(sketch?.stdout).toMatch(/^message,datetime,timestamp,timestamp_desc,/);
  });
});

describe('verify', () => {
  it('finds the bundle as the case says it is', async () => {
    const { stdout, status } = await inquest(['verify', kase, sample]);
    expect(stdout).toMatch(/66 entries and \d+ cited lines checked: 0 differ, 0 missing/);
    expect(status).toBe(0);
  });

  it('names an entry that was changed and one that is gone', async () => {
    const copy = join(work.path, 'copy');
    cpSync(sample, copy, { recursive: true });
    const log = join(copy, 'etcd-2-etcd.log');
    writeFileSync(log, readFileSync(log, 'utf8').replace('became leader at term 3', 'became leader at term 4'));
    rmSync(join(copy, 'etcd-1-df.txt'));
    const { stdout, status } = await inquest(['verify', kase, copy]);
    expect(status).toBe(1);
    expect(stdout).toContain('etcd-2-etcd.log');
    expect(stdout).toContain('etcd-1-df.txt');
  });
});

describe('a case that is none', () => {
  it('was cut off', async () => {
    const whole = readFileSync(kase);
    expectFailure(await inquest(['query', work.write('cut.inquest', whole.subarray(0, whole.length / 2)), 'SELECT 1']), 3, /cut off/);
  });

  it('was never finished', async () => {
    const path = work.write('unfinished.inquest', readFileSync(kase));
    const db = new Database(path);
    db.exec("DELETE FROM case_info WHERE key = 'complete'");
    db.close();
    expectFailure(await inquest(['analyze', path]), 3, /cut off/);
  });

  it('is of another version', async () => {
    const path = work.write('newer.inquest', readFileSync(kase));
    const fd = openSync(path, 'r+');
    writeSync(fd, Buffer.from([0, 0, 0, 99]), 0, 4, 60);
    closeSync(fd);
    expectFailure(await inquest(['query', path, 'SELECT 1']), 3, /version/);
  });
});
