import type { Message, Emit } from '../message.ts';
import { defineMessages } from '../message.ts';

const LINE = '{"level":"info","ts":"2026-11-22T07:41:35.229823Z","caller":"membership/cluster.go:421","msg":';

function rejected(m: Message, emit: Emit): void {
  emit('member.change-rejected', { local: m.id('local-member-id'), reason: m.str('error') ?? m.text });
}

/** Changes of the member list. Upstream: etcd `server/etcdserver/api/membership/cluster.go`, `server/etcdserver/server.go`, 3.4–3.6. */
export const etcdMembershipMessages = defineMessages([
  {
    id: 'added member',
    says: ['added member'],
    package: 'etcdserver/membership',
    text: /^added member ([0-9a-f]+) \[([^\]]*)\] to cluster ([0-9a-f]+)$/,
    samples: [
      {
        version: '3.5',
        line: `${LINE}"added member","cluster-id":"67eee8c0873b539d","local-member-id":"146e974d9a20f516","added-peer-id":"2172fe4f7581b595","added-peer-peer-urls":["http://127.0.0.1:23511"],"added-peer-is-learner":false}`,
      },
      {
        version: '3.4',
        line: '2026-11-22 07:41:35.229823 I | etcdserver/membership: added member 4c847ca3b440236 [https://10.0.5.102:2380] to cluster 835ed5d48b1eb462',
      },
    ],
    read: (m, emit) => {
      const member = m.id('added-peer-id', 1);
      if (member !== null)
        emit('member.added', {
          member,
          local: m.id('local-member-id'),
          cluster: m.cluster('cluster-id', 3),
          peerUrls: m.list('added-peer-peer-urls', 2),
          learner: m.flag('added-peer-is-learner'),
        });
    },
  },
  {
    id: 'member recovered from store',
    says: ['recovered/added member from store'],
    package: 'etcdserver/membership',
    text: /^added member ([0-9a-f]+) \[([^\]]*)\] to cluster ([0-9a-f]+) from store/,
    samples: [
      {
        version: '3.5',
        line: `${LINE}"recovered/added member from store","cluster-id":"67eee8c0873b539d","local-member-id":"146e974d9a20f516","recovered-remote-peer-id":"2172fe4f7581b595","recovered-remote-peer-urls":["http://127.0.0.1:23511"]}`,
      },
      {
        version: '3.4',
        line: '2026-11-22 07:46:50.380679 I | etcdserver/membership: added member 4c847ca3b440236 [https://10.0.5.102:2380] to cluster 835ed5d48b1eb462 from store',
      },
    ],
    read: (m, emit) => {
      const member = m.id('recovered-remote-peer-id', 1);
      if (member !== null)
        emit('member.listed', {
          member,
          cluster: m.cluster('cluster-id', 3),
          name: null,
          peerUrls: m.list('recovered-remote-peer-urls', 2),
          clientUrls: [],
          learner: m.flag('recovered-remote-peer-is-learner'),
          started: true,
        });
    },
  },
  {
    id: 'removed member',
    says: ['removed member'],
    package: 'etcdserver/membership',
    text: /^removed member ([0-9a-f]+) from cluster/,
    samples: [
      {
        version: '3.5',
        line: `${LINE}"removed member","cluster-id":"67eee8c0873b539d","local-member-id":"146e974d9a20f516","removed-remote-peer-id":"2172fe4f7581b595","removed-remote-peer-urls":["http://127.0.0.1:23511"]}`,
      },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 I | etcdserver/membership: removed member 4c847ca3b440236 from cluster 835ed5d48b1eb462' },
    ],
    read: (m, emit) => {
      const member = m.id('removed-remote-peer-id', 1);
      if (member !== null) emit('member.removed', { member, local: m.id('local-member-id') });
    },
  },
  {
    id: 'promoted learner',
    says: ['promote member'],
    package: 'etcdserver/membership',
    text: /^promote member ([0-9a-f]+) in cluster/,
    samples: [
      {
        version: '3.5',
        line: `${LINE}"promote member","cluster-id":"67eee8c0873b539d","local-member-id":"146e974d9a20f516","promoted-member-id":"2172fe4f7581b595"}`,
      },
      { version: '3.4', line: '2026-11-22 07:46:50.380679 I | etcdserver/membership: promote member 4c847ca3b440236 in cluster 835ed5d48b1eb462' },
    ],
    read: (m, emit) => {
      const member = m.id('promoted-member-id', 1);
      if (member !== null) emit('member.promoted', { member, local: m.id('local-member-id') });
    },
  },
  {
    id: 'updated member',
    says: ['updated member'],
    package: 'etcdserver/membership',
    text: /^updated member ([0-9a-f]+) \[([^\]]*)\] in cluster/,
    samples: [
      {
        version: '3.5',
        line: `${LINE}"updated member","cluster-id":"67eee8c0873b539d","local-member-id":"146e974d9a20f516","updated-remote-peer-id":"2172fe4f7581b595","updated-remote-peer-urls":["http://127.0.0.1:23511"]}`,
      },
      {
        version: '3.4',
        line: '2026-11-22 07:46:50.380679 I | etcdserver/membership: updated member 4c847ca3b440236 [https://10.0.5.112:2380] in cluster 835ed5d48b1eb462',
      },
    ],
    read: (m, emit) => {
      const member = m.id('updated-remote-peer-id', 1);
      if (member !== null) emit('member.updated', { member, local: m.id('local-member-id'), peerUrls: m.list('updated-remote-peer-urls', 2) });
    },
  },
  {
    id: 'member change rejected',
    says: [
      'rejecting member add; started member will be less than quorum',
      'rejecting member remove; started member will be less than quorum',
      'rejecting member add request; local member has not been connected to majority peers, reconfigure breaks active quorum',
      'rejecting member add request; local member has not been connected to all peers, reconfigure breaks active quorum',
      'rejecting member remove request; local member has not been connected to all peers, reconfigure breaks active quorum',
      'rejecting member remove request; not enough healthy members',
      'rejecting promote learner: learner is not ready',
    ],
    samples: [
      {
        version: '3.5',
        line: `${LINE}"rejecting member remove; started member will be less than quorum","number-of-started-member":1,"quorum":2,"cluster-id":"67eee8c0873b539d","local-member-id":"146e974d9a20f516"}`,
      },
    ],
    read: rejected,
  },
  {
    id: 'leadership transfer',
    says: ['leadership transfer starting'],
    package: 'etcdserver',
    text: /^([0-9a-f]+) starts leadership transfer from ([0-9a-f]+) to ([0-9a-f]+)/,
    samples: [
      {
        version: '3.5',
        line: '{"level":"info","ts":"2026-11-22T07:41:35.229823Z","caller":"etcdserver/server.go:1200","msg":"leadership transfer starting","local-member-id":"1fea2dc091eccdf","current-leader-member-id":"1fea2dc091eccdf","transferee-member-id":"146e974d9a20f516"}',
      },
      {
        version: '3.4',
        line: '2026-11-22 07:41:35.229823 I | etcdserver: 1fea2dc091eccdf starts leadership transfer from 1fea2dc091eccdf to 146e974d9a20f516',
      },
    ],
    read: (m, emit) => {
      const member = m.id('current-leader-member-id', 2);
      const to = m.id('transferee-member-id', 3);
      if (member !== null && to !== null) emit('raft.transfer-started', { member, to, raftTerm: null });
    },
  },
]);
