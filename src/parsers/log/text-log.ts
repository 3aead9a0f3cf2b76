import { defineParser } from '../contract.ts';
import type { LogParser } from '../contract.ts';
import { LogEngine } from './engine.ts';
import { viewHead } from './recognise.ts';

const FAR_FUTURE = 4_102_444_800_000_000;

/** Every log made of lines: envelopes and payloads are told per line, so files that mix forms are read too. */
export const textLog: LogParser = defineParser({
  kind: 'log',
  id: 'text-log',
  title: 'log lines (etcd, Kubernetes, journal text and JSON, CRI, docker, syslog)',
  score(head, context) {
    return viewHead(head, context.collectedAt ?? context.modifiedAt ?? FAR_FUTURE).score;
  },
  open(sink, context, head) {
    return new LogEngine(sink, context, viewHead(head, context.collectedAt ?? context.modifiedAt ?? FAR_FUTURE));
  },
});
