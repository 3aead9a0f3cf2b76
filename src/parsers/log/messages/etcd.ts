import type { MessageRule } from '../message.ts';
import { etcdDamageMessages } from './etcd-damage.ts';
import { etcdHealthMessages } from './etcd-health.ts';
import { etcdLifecycleMessages } from './etcd-lifecycle.ts';
import { etcdMembershipMessages } from './etcd-membership.ts';
import { etcdPeerMessages } from './etcd-peers.ts';

/** Every known sentence of an etcd server outside the raft library. */
export const etcdMessages: readonly MessageRule[] = [
  ...etcdLifecycleMessages,
  ...etcdMembershipMessages,
  ...etcdPeerMessages,
  ...etcdHealthMessages,
  ...etcdDamageMessages,
];
