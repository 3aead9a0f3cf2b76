import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseRfc3339 } from '../../../src/model/time.ts';
import { documentText } from '../../../src/parsers/documents/document-text.ts';
import { sosManifest } from '../../../src/parsers/documents/machine/sos-manifest.ts';
import { Recorder } from '../journal-file/recording-sink.ts';
import { contextFor } from './collect.ts';

const BYTES = readFileSync(join(import.meta.dirname, '../../fixtures/documents/sos-manifest/manifest.json'));

test.each([
  ['2026-11-22T09:03:00Z', '2026-11-22T09:03:00.204918Z'],
  ['2026-11-22T22:02:59Z', '2026-11-22T22:03:00.204918Z'],
  // a copy made later
  ['2026-11-29T09:03:00Z', null],
])("its own time, %s, tells the report's zone", (modified, collected) => {
  const recorder = new Recorder();
  sosManifest.parse(documentText(BYTES), recorder.sink, { ...contextFor('unknown'), modifiedAt: parseRfc3339(modified) });
  expect(recorder.facts.map(({ at }) => at)).toEqual(collected === null ? [] : [parseRfc3339(collected)]);
});
