import type { Words } from './phrases.ts';
import type { Citation } from './evidence.ts';
import type { Derived, LeadershipEnd } from './derived.ts';
import type { RaftRole } from './facts/raft.ts';
import type { ClusterId, MemberId } from './ids.ts';
import type { EpochMicros } from './time.ts';

/** One etcd server and everything it is called. */
export interface Member {
  readonly id: MemberId | null;
  readonly clusterId: ClusterId | null;
  readonly name: string;
  readonly node: string | null;
  readonly version: string | null;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  /** when it left the cluster; null = it is still a member, as far as is known */
  readonly removedAt: EpochMicros | null;
  /** every other name, and why it is this member's */
  readonly aliases: readonly Alias[];
}

export interface Alias {
  readonly text: string;
  readonly kind: 'id' | 'decimal-id' | 'name' | 'node' | 'host' | 'peer-url' | 'client-url' | 'address' | 'pod' | 'certificate';
  readonly because: Citation | null;
}

export type ClockBasis = 'raft-causality' | 'prober' | 'ntp' | 'lease' | 'assumed';

/** How far a node's clock runs ahead of the reference, in microseconds; low and high are proved bounds. */
export interface NodeClock {
  readonly node: string;
  readonly reference: boolean;
  readonly offset: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly basis: readonly ClockBasis[];
  /** for clocks that step: from which written time on which offset holds, in order; one element otherwise */
  readonly segments: readonly ClockSegment[];
  readonly evidence: readonly Citation[];
}

export interface ClockSegment {
  /** written time of that node's clock; null = since ever */
  readonly from: EpochMicros | null;
  readonly offset: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** Who led in a term. Times are corrected. */
export interface Leadership {
  readonly clusterId: ClusterId | null;
  readonly raftTerm: number;
  readonly leader: MemberId | null;
  /** member name, or hex id */
  readonly name: string;
  readonly from: EpochMicros | null;
  readonly to: EpochMicros | null;
  readonly endReason: LeadershipEnd | null;
  /** where `from` is not known: between which times it began, as far as that can be bounded */
  readonly bounds?: { readonly low: EpochMicros | null; readonly high: EpochMicros | null };
  readonly evidence: readonly Citation[];
}

/** What one member was, from when to when (corrected). */
export interface RoleStretch {
  readonly member: string;
  readonly node: string | null;
  readonly role: RaftRole | 'down' | 'unknown';
  readonly raftTerm: number | null;
  readonly from: EpochMicros;
  readonly to: EpochMicros | null;
}

/** Everything the timeline concludes; rules, report and screens read it. */
export interface History {
  /** "now" for certificates, leases and backups, corrected */
  readonly collectedAt: EpochMicros | null;
  readonly from: EpochMicros | null;
  readonly to: EpochMicros | null;
  readonly members: readonly Member[];
  /** every node of the case, in display order, members' nodes first */
  readonly nodes: readonly string[];
  readonly clocks: readonly NodeClock[];
  readonly leadership: readonly Leadership[];
  readonly roles: readonly RoleStretch[];
  readonly derived: readonly Derived[];
  /** what could not be told from the evidence: `about` is the rule concerned where there is one, else words */
  readonly undecided: readonly { readonly about: string; readonly because: Words; readonly nodes: readonly string[] }[];
}

/** Corrects a written time of `node`; unknown nodes are left as written. */
export type Correct = (node: string | null, at: EpochMicros) => EpochMicros;
