import { claimsDerivation } from './cluster/claims.ts';
import { compositionDerivation } from './cluster/composition.ts';
import { hashesDerivation } from './cluster/hashes.ts';
import { leaderSeenDerivation } from './cluster/leader-seen.ts';
import { learnersDerivation } from './cluster/learners.ts';
import { sharedIdsDerivation } from './cluster/shared-ids.ts';
import { staleMembersDerivation } from './cluster/stale-members.ts';
import type { Derivation } from './derivation.ts';
import { apiServerDerivation } from './derive/api-server.ts';
import { backupDerivation } from './derive/backup.ts';
import { certificatesDerivation } from './derive/certificates.ts';
import { controlPlaneContainersDerivation } from './derive/control-plane-containers.ts';
import { damageDerivation } from './derive/damage.ts';
import { databaseDerivation } from './derive/database.ts';
import { diskDerivation } from './derive/disk.ts';
import { failedStartsDerivation } from './derive/failed-starts.ts';
import { leasesDerivation } from './derive/leases.ts';
import { loadBalancerDerivation } from './derive/load-balancer.ts';
import { machineDerivation } from './derive/machine.ts';
import { nodeReadinessDerivation } from './derive/node-readiness.ts';
import { practicesDerivation } from './derive/practices.ts';
import { restoreDerivation } from './derive/restore.ts';
import { virtualAddressesDerivation } from './derive/virtual-addresses.ts';

/** Every derivation, in the order they run. The raft room's own conclusions come first; a new one is a line here. */
export const DERIVATIONS: readonly Derivation[] = [
  compositionDerivation,
  hashesDerivation,
  claimsDerivation,
  leaderSeenDerivation,
  staleMembersDerivation,
  sharedIdsDerivation,
  learnersDerivation,
  diskDerivation,
  databaseDerivation,
  damageDerivation,
  failedStartsDerivation,
  certificatesDerivation,
  leasesDerivation,
  apiServerDerivation,
  nodeReadinessDerivation,
  controlPlaneContainersDerivation,
  loadBalancerDerivation,
  virtualAddressesDerivation,
  backupDerivation,
  restoreDerivation,
  machineDerivation,
  practicesDerivation,
];
