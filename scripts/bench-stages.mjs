// Stages of ingest on their own, so that a slow one shows.
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBundle } from '../dist/bundle/open-bundle.js';
import { DEFAULT_LIMITS } from '../dist/bundle/limits.js';
import { lineBlocks, wholeLines } from '../dist/pipeline/blocks.js';
import { BufferPool } from '../dist/pipeline/buffer-pool.js';
import { textLog } from '../dist/parsers/log/text-log.js';
import { createCase } from '../dist/store/case-writer.js';
import { ingest } from '../dist/pipeline/ingest.js';
import { builtinRuleFiles } from '../dist/cli/rule-files.js';
import { analyse } from '../dist/pipeline/analyse.js';
import { parseRules } from '../dist/rules/parse.js';
import { buildHistory } from '../dist/timeline/build-history.js';

/** everything after the last line was read */
export const ANALYSIS = 'history, rules, findings';

const silent = {
  source: () => 1,
  fact: () => undefined,
  diagnostic: () => undefined,
  cite: () => undefined,
  message: () => 1,
  events: () => undefined,
  count: () => undefined,
};

async function timed(name, work) {
  const began = performance.now();
  const note = await work();
  return { name, seconds: (performance.now() - began) / 1000, note: note ?? '' };
}

export async function stages(path) {
  const rows = [];
  rows.push(
    await timed('… and parse', async () => {
      let facts = 0;
      const pool = new BufferPool();
      const sink = { ...silent, fact: () => (facts += 1) };
      const bundle = await openBundle(path, DEFAULT_LIMITS);
      for await (const entry of bundle.entries()) {
        const context = { path: entry.path, hints: entry.hints, modifiedAt: null, size: entry.size, collectedAt: null };
        const reader = textLog.open(sink, context, entry.head);
        for await (const block of lineBlocks(wholeLines(entry.chunks(), pool.take), DEFAULT_LIMITS.lineBytes, () => undefined, true)) {
          reader.push(block.raw, block.offset, block.firstLine, block.lineCount);
          pool.give(block.raw.buffer);
        }
        reader.end();
      }
      return `${facts.toLocaleString('en')} facts`;
    }),
  );
  const output = join(tmpdir(), 'inquest-bench', 'stage.inquest');
  rmSync(output, { force: true });
  const writer = createCase(output);
  rows.push(await timed('… and store', () => ingest([path], writer, DEFAULT_LIMITS, () => undefined).then(() => '')));
  rows.push(
    await timed('history alone', async () => {
      const { history } = buildHistory(writer.reader());
      return `${history.derived.length} conclusions`;
    }),
  );
  const { rules } = parseRules(builtinRuleFiles());
  rows.push(await timed(ANALYSIS, () => analyse(writer, rules, 'en')));
  writer.abort();
  rmSync(output, { force: true });
  return rows;
}
