import { SECOND } from '../../../model/time.ts';
import { defineParser } from '../../contract.ts';
import { emitterFor } from '../emitter.ts';

const SCALE: Readonly<Record<string, number>> = { ns: 1e-3, us: 1, ms: 1e3, s: SECOND };
const NO_DAEMON = /^506 Cannot talk to daemon/;

/** `+221us`, `-37.5s`: microseconds. */
function scaled(text: string): number | null {
  const m = /^([+-]?\d+(?:\.\d+)?)(ns|us|ms|s)$/.exec(text);
  return m === null ? null : Number(m[1]) * (SCALE[m[2] ?? ''] ?? 1);
}

/**
 * `chronyc tracking` (chrony `client.c`). "System time … fast of NTP time" means the local clock is ahead: positive. The
 * bound is chrony's own: |offset| + root dispersion + half the root delay.
 */
export const chronycTracking = defineParser({
  kind: 'document',
  id: 'chronyc-tracking',
  title: 'chronyc tracking',
  keep: 'all',
  accepts: (head) => (/^Reference ID\s+: /m.test(head) && /^Leap status\s+: /m.test(head)) || (NO_DAEMON.test(head) && head.length < 500),
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'chrony' });
    const values = new Map<string, { readonly text: string; readonly line: number }>();
    for (const { text, line } of document.lines) {
      const m = /^([A-Z][\w ()]*?)\s*: (.*)$/.exec(text);
      if (m !== null && !values.has(m[1] ?? '')) values.set(m[1] ?? '', { text: (m[2] ?? '').trim(), line });
    }
    const leap = values.get('Leap status');
    const system = /^(\d+(?:\.\d+)?) seconds (fast|slow) of/.exec(values.get('System time')?.text ?? '');
    if (leap === undefined) {
      emitter.diagnostic('COMMAND_FAILED', document.lines[0]?.text ?? 'chronyc told nothing');
      return;
    }
    const seconds = (key: string): number | null => {
      const m = /^([+-]?\d+(?:\.\d+)?) seconds$/.exec(values.get(key)?.text ?? '');
      return m === null ? null : Number(m[1]) * SECOND;
    };
    const synchronised = !/not synchroni[sz]ed/i.test(leap.text);
    const size = system === null ? null : Math.round(Number(system[1]) * SECOND);
    const delay = seconds('Root delay');
    const dispersion = seconds('Root dispersion');
    const reference = /\(([^)]+)\)/.exec(values.get('Reference ID')?.text ?? '')?.[1] ?? null;
    emitter.fact(
      'clock.tracking',
      {
        synchronised,
        // an unsynchronised daemon prints zeros, which say nothing
        offset: synchronised && size !== null ? (system?.[2] === 'fast' ? size : 0 - size) : null,
        bound: synchronised && size !== null && delay !== null && dispersion !== null ? Math.round(size + dispersion + delay / 2) : null,
        reference,
      },
      synchronised ? (values.get('System time')?.line ?? leap.line) : leap.line,
    );
  },
});

const SOURCE = /^([\^=#])([*+\-?x~ ])\s(\S+)\s+\d+\s+\d+\s+[0-7]+\s+\S+\s+([+-]\d+(?:ns|us|ms|s))\[\s*([+-]?\d+(?:ns|us|ms|s))\]\s+\+\/-\s+(\d+(?:ns|us|ms|s))/;

/** `chronyc sources`: the selected source (`*`) gives offset and bound; none selected means unsynchronised. Positive = local clock ahead. */
export const chronycSources = defineParser({
  kind: 'document',
  id: 'chronyc-sources',
  title: 'chronyc sources',
  keep: 'all',
  accepts: (head) => /^MS Name\/IP address\s+Stratum Poll Reach/m.test(head),
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'chrony' });
    let sources = 0;
    let header = 1;
    for (const { text, line } of document.lines) {
      if (text.startsWith('MS Name')) header = line;
      if (/^[\^=#][*+\-?x~ ]/.test(text)) sources += 1;
      const m = SOURCE.exec(text);
      if (m?.[2] !== '*') continue;
      const offset = scaled(m[4] ?? '');
      const bound = scaled(m[6] ?? '');
      emitter.fact(
        'clock.tracking',
        { synchronised: true, offset: offset === null ? null : Math.round(offset), bound: bound === null ? null : Math.round(bound), reference: m[3] ?? null },
        line,
      );
      return;
    }
    if (sources > 0) emitter.fact('clock.tracking', { synchronised: false, offset: null, bound: null, reference: null }, header);
  },
});

/** `ntpq -p`: offsets in milliseconds, of the peer against the local clock, hence turned round here. */
export const ntpqPeers = defineParser({
  kind: 'document',
  id: 'ntpq-peers',
  title: 'ntpq -p',
  keep: 'all',
  accepts: (head) => /^[ \t]*remote\s+refid\s+st t when poll reach\s+delay\s+offset\s+jitter/m.test(head),
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'ntpd' });
    let peers = 0;
    for (const { text, line } of document.lines) {
      const m = /^([ *+#x.o-])(\S+)\s+(\S+)\s+\d+\s+\S\s+(?:\S+)\s+\d+\s+[0-7]+\s+(-?[\d.]+)\s+([+-]?[\d.]+)\s+([\d.]+)/.exec(text);
      if (m === null) continue;
      peers += 1;
      if (m[1] !== '*' && m[1] !== 'o') continue;
      const offset = 0 - Number(m[5]) * 1000;
      const bound = Math.abs(offset) + (Number(m[4]) * 1000) / 2 + Number(m[6]) * 1000;
      emitter.fact('clock.tracking', { synchronised: true, offset: Math.round(offset), bound: Math.round(bound), reference: m[2] ?? null }, line);
      return;
    }
    if (peers > 0) emitter.fact('clock.tracking', { synchronised: false, offset: null, bound: null, reference: null }, 1);
  },
});
