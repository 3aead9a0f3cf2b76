import { defineLayout } from '../contract.ts';
import { some } from '../path-tests.ts';

/** Azure/AgentBaker: parts/linux/cloud-init/artifacts/aks-log-collector.sh. The node's name stands only in etc/hostname. */
export const aks = defineLayout({
  id: 'aks',
  title: 'AKS log collector',
  recognise: (paths) => some(paths, /^var\/log\/azure\//) || some(paths, /^collect\/crictl_[^/]+\.json$/),
  oneMachine: () => true,
  hints: () => ({}),
});
