import type { Member } from '../../model/history.ts';
import type { EpochMicros } from '../../model/time.ts';
import { SECOND } from '../../model/time.ts';
import type { VoiceFact } from './voice-fact.ts';

/**
 * Why a connection was lost, as far as the error text says: `silent` = nothing came back (a cut wire, a hung process),
 * `closed` = the other side's kernel answered that nobody is there (a dead process), `refused-identity` = TLS or cluster id.
 */
export type LossKind = 'silent' | 'closed' | 'refused-identity' | 'unknown';

/**
 * How a peer that was connected left, by the first words about it. `orderly`: its process ended its streams (rafthttp reads `EOF`, which
 * it takes as "all data read", and only the next dial fails) or no longer knew its members (`failed to find local node`), as one that
 * stops on request does. `broken`: the kernel cut the streams of a process that was gone (`unexpected EOF`). null: not told.
 */
export type Parting = 'orderly' | 'broken' | null;

/** A stretch in which `observer` could not reach `peer`, by the observer's own log. */
export interface LinkLoss {
  readonly observer: Member;
  readonly peer: Member;
  readonly from: EpochMicros;
  /** null = still so when the observer's log ends */
  to: EpochMicros | null;
  readonly kinds: Set<LossKind>;
  readonly first: VoiceFact;
  last: VoiceFact;
  ended: VoiceFact | null;
  /** declared inactive, or polls failed again and again; a single lost stream or failed poll is not yet a loss */
  firm: boolean;
  /** the peer was declared inactive, so its return will be logged too */
  declared: boolean;
  /** observer and peer were connected before, in this life of the observer's process; else the peer may never have run */
  readonly met: boolean;
  parting: Parting;
}

const SILENT = /timeout|timed out|no route to host|network is unreachable|deadline exceeded/i;
const IDENTITY = /x509|tls:|certificate|cluster id|member id/i;
const CLOSED = /EOF|refused|reset by peer|broken pipe|closed/i;

export function lossKind(error: string | null): LossKind {
  if (error === null) return 'unknown';
  if (IDENTITY.test(error)) return 'refused-identity';
  if (SILENT.test(error)) return 'silent';
  return CLOSED.test(error) ? 'closed' : 'unknown';
}

/** Upstream: etcd `rafthttp/stream.go` (`decodeLoop`, `dial`), `rafthttp/http.go`; only a peer that was active is declared inactive. */
export function partingOf(error: string | null): Parting {
  if (error === null) return null;
  if (error.includes('unexpected EOF')) return 'broken';
  return error === 'EOF' || error.includes('failed to find local node') || /dial tcp \S+: connect: connection refused/.test(error) ? 'orderly' : null;
}

/** Losses that overlap, or follow each other within `gap`, are of one event. */
export function groupLosses(losses: readonly LinkLoss[], gap = SECOND): readonly (readonly LinkLoss[])[] {
  const groups: LinkLoss[][] = [];
  let end = -Infinity;
  for (const loss of losses.toSorted((a, b) => a.from - b.from)) {
    const group = groups.at(-1);
    if (group !== undefined && loss.from <= end + gap) {
      group.push(loss);
      end = Math.max(end, loss.to ?? Infinity);
    } else {
      groups.push([loss]);
      end = loss.to ?? Infinity;
    }
  }
  return groups;
}
