import type { Component } from './bundle.ts';
import type { EvidenceRef } from './evidence.ts';
import type { BackupFacts } from './facts/backup.ts';
import type { CertificateFacts } from './facts/certificates.ts';
import type { EtcdFacts } from './facts/etcd.ts';
import type { EtcdStorageFacts } from './facts/etcd-storage.ts';
import type { EtcdToolFacts } from './facts/etcd-tools.ts';
import type { KubernetesFacts } from './facts/kubernetes.ts';
import type { LoadBalancerFacts } from './facts/load-balancer.ts';
import type { MachineFacts } from './facts/machine.ts';
import type { RaftFacts } from './facts/raft.ts';
import type { SourceId } from './ids.ts';
import type { EpochMicros, TimeMeaning } from './time.ts';

/**
 * The typed sentences parsers extract from a bundle, keyed by `<subject>.<happened>`.
 * `member` is the etcd member that wrote or is described; null where the line does not say which one (its source then does).
 * One family of subjects in each file of `facts/`. Rules read these and the derived ones in `derived.ts`, never raw wording.
 */
export interface FactMap
  extends RaftFacts, EtcdFacts, EtcdStorageFacts, EtcdToolFacts, BackupFacts, CertificateFacts, KubernetesFacts, LoadBalancerFacts, MachineFacts {}

export type FactType = keyof FactMap;

/** A typed sentence with its place and its written time; never without evidence. */
export type Fact<Type extends FactType = FactType> = {
  readonly [K in Type]: {
    readonly type: K;
    /** as written by the clock of the source's node; null where the evidence carries no time */
    readonly at: EpochMicros | null;
    readonly meaning: TimeMeaning;
    readonly source: SourceId;
    readonly ref: EvidenceRef;
    readonly data: Readonly<FactMap[K]>;
  };
}[Type];

/** A fact as analysis reads it: its source resolved to the node and component it came from. */
export type PlacedFact<Type extends FactType = FactType> = Fact<Type> & {
  readonly node: string | null;
  readonly component: Component;
};
