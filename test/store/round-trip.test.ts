import { phrase } from '../../src/model/phrases.ts';
import { describe, expect, test } from 'vitest';
import type { Fact } from '../../src/model/fact.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { History } from '../../src/model/history.ts';
import { clusterIdFromHex, memberIdFromHex } from '../../src/model/ids.ts';
import type { EntryId, SourceId } from '../../src/model/ids.ts';
import { epochMicros } from '../../src/model/time.ts';
import { addBundle, addLines, addSource, build, clock, COUNTS, historyOf } from './builder.ts';

const T = 1_700_000_000_000_000;
const member = memberIdFromHex('8e9e05c52164694d');
const other = memberIdFromHex('91bc3c398fb3c146');
if (member === null || other === null) throw new Error('not ids');
const became = (entry: EntryId, source: SourceId, at: number | null, raftTerm: number): Fact => ({
  type: 'raft.became',
  at: at === null ? null : epochMicros(at),
  meaning: 'written',
  source,
  ref: { entry, line: 3, offset: 2 ** 40, length: 17 },
  data: { member, role: 'leader', raftTerm },
});

describe('what is stored comes back', () => {
  test('bundles, entries, sources, diagnostics, coverage', async () => {
    await build(
      (writer) => {
        const bundle = addBundle(writer);
        writer.updateBundle(bundle, { layout: 'troubleshoot', collectedAt: null });
        const read = writer.beginEntry({ bundle, path: 'a.log', modifiedAt: epochMicros(T) });
        const source = writer.source({ entry: read, host: 'h', component: 'kubelet', pod: 'p', container: 'c', generation: 'rotated' });
        writer.updateSources([
          { id: source, node: 'cp1' },
          { id: source, from: epochMicros(T), to: epochMicros(T + 5) },
          { id: source, from: null },
          { id: source, generation: 'previous', pod: 'other', container: 'other' },
        ]);
        writer.endEntry(read, { sha256: 'cd', bytes: 2 ** 41, parser: 'kubelet-log', skipped: null, lines: 10, events: 7, continuations: 2, unparsed: 1 });
        const skipped = writer.beginEntry({ bundle, path: 'b.bin', modifiedAt: null });
        writer.endEntry(skipped, { sha256: 'ef', bytes: 5, parser: null, skipped: 'no parser knows it', lines: 0, events: 0, continuations: 0, unparsed: 0 });
        writer.diagnostics([
          { code: 'WAL_CRC_MISMATCH', entry: read, path: 'a.log', line: null, offset: 64, detail: 'record 3', count: 2 },
          { code: 'WAL_CRC_MISMATCH', entry: read, path: 'a.log', line: null, offset: 128, detail: 'record 3', count: 1 },
          { code: 'LINE_UNPARSED', entry: null, path: 'a.log', line: 4, offset: 9, detail: '', count: 1 },
        ]);
      },
      (reader) => {
        expect(reader.bundles()).toEqual([{ id: 1, path: 'bundle.tgz', sha256: 'ab'.repeat(32), bytes: 1234, layout: 'troubleshoot', collectedAt: null }]);
        expect(reader.entries()).toEqual([
          {
            id: 1,
            bundle: 1,
            path: 'a.log',
            sha256: 'cd',
            bytes: 2 ** 41,
            modifiedAt: T,
            parser: 'kubelet-log',
            skipped: null,
            lines: 10,
            events: 7,
            continuations: 2,
            unparsed: 1,
          },
          {
            id: 2,
            bundle: 1,
            path: 'b.bin',
            sha256: 'ef',
            bytes: 5,
            modifiedAt: null,
            parser: null,
            skipped: 'no parser knows it',
            lines: 0,
            events: 0,
            continuations: 0,
            unparsed: 0,
          },
        ]);
        expect(reader.sources()).toEqual([
          { id: 1, entry: 1, host: 'h', node: 'cp1', component: 'kubelet', pod: 'p', container: 'c', generation: 'previous', from: null, to: T + 5 },
        ]);
        expect(reader.diagnostics()).toHaveLength(3);
        expect(reader.diagnostics()[0]).toEqual({ code: 'WAL_CRC_MISMATCH', entry: 1, path: 'a.log', line: null, offset: 64, detail: 'record 3', count: 2 });
        expect(reader.coverage()).toEqual({
          entries: 2,
          bytes: 2 ** 41 + 5,
          lines: 10,
          events: 7,
          continuations: 2,
          unparsed: 1,
          skipped: [{ path: 'b.bin', reason: 'no parser knows it' }],
          damaged: [
            { path: 'a.log', reason: phrase('{what}: {detail}', { what: phrase('the CRC chain of the write-ahead log is broken'), detail: 'record 3' }) },
          ],
          remarks: [{ path: 'a.log', code: 'LINE_UNPARSED', reason: 'lines could not be read as any known form', count: 1 }],
        });
      },
    );
  });

  test('facts stream by written time, those without last, with node and component; also while the case is built', async () => {
    const expected = [1, 2, 3, ...Array.from({ length: 700 }, (_, i) => 100 + i), 4, 5];
    const terms = (facts: Iterable<{ data: object }>): unknown[] => [...facts].map((f) => ('raftTerm' in f.data ? f.data.raftTerm : null));
    await build(
      (writer) => {
        const entry = writer.beginEntry({ bundle: addBundle(writer), path: 'a.log', modifiedAt: null });
        const source = addSource(writer, entry, 'cp1');
        writer.facts([became(entry, source, null, 4), became(entry, source, T + 1, 2), became(entry, source, T, 1)]);
        writer.facts([
          {
            type: 'raft.election-started',
            at: epochMicros(T + 1),
            meaning: 'written',
            source,
            ref: { entry, line: 1, offset: 0, length: 1 },
            data: { member, raftTerm: 3 },
          },
          became(entry, source, null, 5),
        ]);
        writer.facts(Array.from({ length: 700 }, (_, i) => became(entry, source, T + 10, 100 + i)));
        expect(terms(writer.reader().facts(['raft.election-started', 'raft.became']))).toEqual(expected);
        for (const fact of writer.reader().facts(['raft.election-started'])) writer.updateSources([{ id: fact.source, node: 'cp2' }]);
      },
      (reader) => {
        expect(terms(reader.facts(['raft.election-started', 'raft.became', 'raft.became']))).toEqual(expected);
        expect([...reader.facts(['raft.election-started'])]).toEqual([
          {
            type: 'raft.election-started',
            at: T + 1,
            meaning: 'written',
            source: 1,
            ref: { entry: 1, line: 1, offset: 0, length: 1 },
            data: { member, raftTerm: 3 },
            node: 'cp2',
            component: 'etcd',
          },
        ]);
        expect([...reader.facts([])]).toEqual([]);
        expect([...reader.facts(['etcd.ready'])]).toEqual([]);
        expect([...reader.query("SELECT count(*), min(at) FROM fact_list WHERE type = 'raft.became'").rows]).toEqual([[704, '2023-11-14T22:13:20.000000Z']]);
      },
    );
  });

  test('the analysis, exactly and as rows; findings stand alone', async () => {
    let history: History = historyOf([]);
    let findings: readonly Finding[] = [];
    const undecided = [{ rule: 'clock-skew', because: 'no prober data', nodes: ['cp1'] }];
    await build(
      async (writer) => {
        const entry = writer.beginEntry({ bundle: addBundle(writer), path: 'cp1/etcd.log', modifiedAt: null });
        const source = addSource(writer, entry, 'cp1');
        const [, second] = addLines(writer, entry, [
          { source, time: T, text: 'one' },
          { source, time: T + 1, text: 'two \u001b[0m' },
        ]);
        writer.endEntry(entry, { ...COUNTS, sha256: 'feed', bytes: 9, lines: 2, events: 2 });
        const cited = { ref: { entry, line: 2, offset: second ?? -1, length: 3 }, at: epochMicros(T + 1), why: 'says so' };
        const made = { ref: { entry, line: null, offset: 0, length: 0 }, at: null, why: 'from the page', text: 'page 3' };
        history = {
          ...historyOf([clock('cp1', [{ from: null, offset: 1.5 }])]),
          collectedAt: epochMicros(T + 9),
          members: [
            {
              id: member,
              clusterId: clusterIdFromHex('cdf818194e3a8c32'),
              name: 'm1',
              node: 'cp1',
              version: '3.5.9',
              peerUrls: ['https://10.0.0.1:2380'],
              clientUrls: [],
              removedAt: null,
              aliases: [{ text: '10.0.0.1', kind: 'address', because: cited }],
            },
          ],
          leadership: [{ clusterId: null, raftTerm: 7, leader: other, name: 'm2', from: epochMicros(T), to: null, endReason: null, evidence: [cited] }],
          roles: [{ member: 'm1', node: 'cp1', role: 'follower', raftTerm: 7, from: epochMicros(T), to: null }],
          derived: [{ type: 'clock.step', from: epochMicros(T), to: null, nodes: ['cp1'], data: { node: 'cp1', by: 12.5 }, evidence: [cited] }],
          undecided: [{ about: 'term 6', because: 'no log', nodes: [] }],
        };
        findings = [
          {
            id: 'no-leader-1',
            rule: 'no-leader',
            severity: 'critical',
            title: 'No leader',
            summary: 's',
            nodes: ['cp1'],
            start: epochMicros(T),
            end: null,
            evidence: [cited],
            counterEvidence: [made],
            causes: [{ finding: 'slow-disk-1', lag: 1.25, why: 'before it' }],
            remediation: [{ step: 'look', command: 'etcdctl endpoint status', risk: 'none', riskNote: null }],
          },
        ];
        await writer.analysis(historyOf([]), [...findings, ...findings.map((f) => ({ ...f, id: 'old-1' }))], [], 'en');
        await writer.analysis(history, findings, undecided, 'en');
      },
      (reader) => {
        expect(reader.history()).toStrictEqual(history);
        expect(reader.findings()).toStrictEqual(findings);
        expect(reader.undecided()).toStrictEqual(undecided);
        expect([...reader.query('SELECT finding, speaks, path, sha256, line, offset, text FROM evidence ORDER BY speaks').rows]).toEqual([
          ['no-leader-1', 'against', 'cp1/etcd.log', 'feed', null, 0, 'page 3'],
          ['no-leader-1', 'for', 'cp1/etcd.log', 'feed', 2, 4, 'two \u001b[0m'],
        ]);
        expect([...reader.query('SELECT m.id, a.text, l.raft_term, r.role, d.type FROM members m, aliases a, leadership l, roles r, derived d').rows]).toEqual([
          ['8e9e05c52164694d', '10.0.0.1', 7, 'follower', 'clock.step'],
        ]);
        for (const table of ['findings', 'remediations', 'causes', 'undecided', 'clock']) {
          expect([...reader.query(`SELECT count(*) FROM ${table}`).rows]).toEqual([[1]]);
        }
      },
    );
  });

  test('message templates are kept once, and there is an end to them', async () => {
    await build(
      (writer) => {
        expect(writer.message('a')).toBe(writer.message('a'));
        for (let i = 0; i < 66_000; i += 1) writer.message(`m${i}`);
        expect(writer.message('one more')).toBe(0);
        expect(writer.message('a')).toBe(1);
      },
      (reader) => {
        expect([...reader.query('SELECT count(*), max(id) FROM messages').rows]).toEqual([[65_535, 65_535]]);
        expect(reader.history().members).toEqual([]);
        expect(reader.findings()).toEqual([]);
      },
    );
  });
});

test('a dropped entry leaves nothing behind, and what comes after it stays whole', async () => {
  await build(
    (writer) => {
      const bundle = addBundle(writer);
      const fill = (path: string, big: boolean): EntryId => {
        const entry = writer.beginEntry({ bundle, path, modifiedAt: null });
        const source = addSource(writer, entry, 'cp1');
        addLines(
          writer,
          entry,
          Array.from({ length: big ? 6000 : 20 }, (_, i) => ({ source, time: T + i, text: `${path} ${i} ${'q'.repeat(200)}` })),
          100,
        );
        writer.facts([became(entry, source, T, 1)]);
        writer.citedTexts([{ entry, line: 1, offset: 2 ** 33, text: 'cited' }]);
        return entry;
      };
      const end = (entry: EntryId): void => writer.endEntry(entry, { ...COUNTS, sha256: '', bytes: 0, lines: 0, events: 0 });
      const first = fill('first', false);
      end(first);
      const second = fill('second', true);
      writer.dropEntry(second);
      end(second);
      end(fill('third', false));
      const fourth = fill('fourth', true);
      end(fourth);
      writer.dropEntry(fourth);
      end(fill('fifth', true));
    },
    (reader) => {
      expect(reader.entries().map((e) => e.path)).toEqual(['first', 'second', 'third', 'fourth', 'fifth']);
      expect(reader.eventCount()).toBe(20 + 20 + 6000);
      for (const table of ['blocks', 'facts', 'cited_texts', 'sources']) {
        expect([...reader.query(`SELECT count(*) FROM ${table} WHERE entry IN (2, 4)`).rows]).toEqual([[0]]);
      }
      expect([...reader.query('SELECT count(*) FROM block_data WHERE block NOT IN (SELECT id FROM blocks)').rows]).toEqual([[0]]);
      expect([...reader.query('SELECT count(*) FROM events WHERE source NOT IN (SELECT id FROM sources)').rows]).toEqual([[0]]);
      expect([...reader.query('SELECT count(*) FROM densities WHERE source NOT IN (SELECT id FROM sources)').rows]).toEqual([[0]]);
      const rows = [...reader.timeline({})];
      expect(rows).toHaveLength(6040);
      for (const row of rows) expect(row.text.startsWith(`${row.path} ${row.event.line - 1} `)).toBe(true);
      for (const row of rows.slice(0, 50))
        expect([...reader.query(`SELECT source, line FROM events WHERE id = ${row.event.id}`).rows]).toEqual([[row.event.source, row.event.line]]);
    },
  );
});
