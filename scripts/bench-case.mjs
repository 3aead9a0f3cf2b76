// A case of as many events as asked for, written straight through the store: what the terminal UI has to cope with, without an hour of ingest.
// The story (history, findings) is that of a sample bundle; the lines are made up and lie in its stretch of time, twenty sources interleaved.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const COMPONENTS = ['etcd', 'kube-apiserver', 'kubelet', 'kube-scheduler'];
const LINES = 4000;
const MESSAGES = [
  [2, 'compacted Raft logs', '"compact-index":120034'],
  [2, 'applied snapshot', '"took":"12.4ms"'],
  [4, 'slow fdatasync', '"took":"1.412s","expected-duration":"1s"'],
  [2, 'finished scheduled compaction', '"compact-revision":4711,"took":"62.4ms","hash":2211457'],
  [5, 'lost the TCP streaming connection with remote peer', '"remote-peer-id":"91bc3c398fb3c146","error":"EOF"'],
  [1, 'successful auth', '"user":"root"'],
];
const LEVEL = { 1: 'debug', 2: 'info', 4: 'warn', 5: 'error' };

/** Writes the case to `path`; what was there is removed. */
export async function makeCase(path, events) {
  const { createCase } = await import('../dist/store/case-writer.js');
  const { openCase } = await import('../dist/store/case-reader.js');
  const sample = `${path}.sample`;
  for (const file of [path, sample]) rmSync(file, { force: true });
  const made = spawnSync(process.execPath, [join(root, 'bin/inquest'), 'ingest', join(root, 'sample-bundles/cascade.tar'), '-o', sample], { stdio: 'ignore' });
  if (made.status !== 0) throw new Error(`ingest ended with ${made.status}`);
  const from = openCase(sample);
  const story = { history: from.history(), findings: from.findings(), undecided: from.undecided() };
  from.close();
  rmSync(sample);

  const writer = createCase(path);
  const bundle = writer.bundle({ path: 'made-up.tar', sha256: 'ab'.repeat(32), bytes: 1, layout: 'generic', collectedAt: story.history.collectedAt });
  const messages = MESSAGES.map(([, text]) => writer.message(text));
  const nodes = story.history.nodes;
  const sources = nodes.flatMap((node) => COMPONENTS.map((component) => ({ node, component })));
  const each = Math.ceil(events / sources.length);
  const step = (story.history.to - story.history.from) / each;
  for (const { node, component } of sources) {
    const entry = writer.beginEntry({ bundle, path: `made-up/${node}/var/log/pods/kube-system_${component}-${node}/${component}/0.log`, modifiedAt: null });
    const source = writer.source({ entry, host: node, component, pod: null, container: null, generation: 'current' });
    let offset = 0;
    for (let first = 0; first < each; first += LINES) {
      const count = Math.min(LINES, each - first);
      const column = (Kind) => new Kind(count);
      const columns = {
        count,
        source: column(Uint32Array).fill(source),
        line: column(Float64Array),
        offset: column(Float64Array),
        time: column(Float64Array),
        level: column(Uint8Array),
        message: column(Uint32Array),
      };
      const start = offset;
      const text = [];
      for (let i = 0; i < count; i++) {
        const n = first + i;
        const kind = n % 997 === 0 ? 4 : n % 211 === 0 ? 2 : n % 7 === 0 ? 3 : n % 13 === 0 ? 5 : n % 2;
        const [level, message, rest] = MESSAGES[kind];
        const time = Math.round(story.history.from + n * step);
        const line = `{"level":"${LEVEL[level]}","ts":"${new Date(time / 1000).toISOString()}","caller":"etcdserver/raft.go:${n}","msg":"${message}",${rest}}\n`;
        columns.line[i] = n + 1;
        columns.offset[i] = offset;
        columns.time[i] = time;
        columns.level[i] = level;
        columns.message[i] = messages[kind];
        text.push(line);
        offset += line.length;
      }
      writer.events({ entry, offset: start, firstLine: first + 1, lineCount: count, raw: Buffer.from(text.join('')), events: columns });
      await writer.drain();
    }
    writer.endEntry(entry, {
      sha256: 'cd'.repeat(32),
      bytes: offset,
      parser: 'text-log',
      skipped: null,
      lines: each,
      events: each,
      continuations: 0,
      unparsed: 0,
    });
    writer.updateSources([{ id: source, node, from: story.history.from, to: story.history.to }]);
  }
  await writer.flush();
  await writer.analysis(story.history, story.findings, story.undecided);
  writer.finish();
}
