import type { BinaryParser, EntryContext, ParseSink, Place, RandomAccess } from '../contract.ts';
import { defineParser } from '../contract.ts';
import type { DiagnosticCode } from '../../model/diagnostic.ts';
import { printable } from '../../model/text.ts';
import type { CrcChain, WalDamage } from './segment.ts';
import { readSegment } from './segment.ts';
import { WalFacts } from './wal-facts.ts';

const NAME = /(?:^|\/)[0-9a-f]{16}-[0-9a-f]{16}\.wal(?:\.broken)?$/;
const CODES = { crc: 'WAL_CRC_MISMATCH', record: 'WAL_RECORD_INVALID', torn: 'WAL_TORN', beyond: 'WAL_TORN' } as const satisfies Record<
  WalDamage['how'],
  DiagnosticCode
>;
const TOLD = 20;

/** One segment of a member's write-ahead log. */
export const etcdWal: BinaryParser = defineParser({
  kind: 'binary',
  id: 'etcd-wal',
  title: 'etcd write-ahead log segment',
  accepts,
  parse,
});

/** The first frame of a segment is a crc record: a length, then `08 04 10`. A damaged one is known by its name and not being empty. */
function accepts(head: Uint8Array, context: EntryContext): boolean {
  if (head.length < 16) return false;
  const length = head[0] ?? 0;
  const shortFrame = length >= 4 && length <= 10 && head.subarray(1, 7).every((b) => b === 0);
  if (shortFrame && head[8] === 0x08 && head[9] === 0x04 && head[10] === 0x10) return true;
  return NAME.test(context.path) && head.some((b) => b !== 0) && head.includes(0);
}

/** A segment's own first record holds the checksum to go on from, so each is read alone. */
function parse(file: RandomAccess, sink: ParseSink, context: EntryContext): void {
  const source = sink.source({ host: null, component: 'etcd' });
  const facts = new WalFacts(sink, source);
  const chain: CrcChain = { running: 0 };
  const counts = new Map<DiagnosticCode, number>();
  let damaged = false;
  for (const step of readSegment(file, chain)) {
    if (step.kind === 'record') {
      facts.record(step);
      continue;
    }
    const code = CODES[step.how];
    const count = (counts.get(code) ?? 0) + 1;
    counts.set(code, count);
    const place: Place = { line: null, offset: step.offset, length: step.length };
    if (count <= TOLD) sink.diagnostic(code, step.detail, place);
    if (damaged || step.how === 'torn' || step.how === 'beyond') continue;
    damaged = true;
    const reason = `${step.detail} at position ${step.offset}`;
    sink.cite(place, printable(`WAL record at ${step.offset}: ${step.detail}`));
    sink.fact('wal.damaged', { reason, file: context.path.slice(context.path.lastIndexOf('/') + 1) }, { at: null, meaning: 'observed', source, place });
  }
  for (const [code, count] of counts) if (count > TOLD) sink.diagnostic(code, 'further damaged records', undefined, count - TOLD);
  if (facts.undecoded > 0) sink.diagnostic('WAL_RECORD_INVALID', 'entries that are no known request', undefined, facts.undecoded);
  facts.finish();
}
