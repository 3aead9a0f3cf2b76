import type { FactType, PlacedFact } from '../model/fact.ts';
import { formatBytes } from '../model/text.ts';
import { formatDuration } from '../model/time.ts';
import type { Lang } from '../model/lang.ts';

/** Facts that mark turns in a cluster's history. Repeated noise (probe failures, dropped messages) is left to the findings. */
export const KEY_FACTS = [
  'raft.leader-elected',
  'raft.leader-lost',
  'raft.election-started',
  'raft.quorum-inactive',
  'raft.transfer-started',
  'etcd.started',
  'etcd.restarted-from-wal',
  'etcd.signal-received',
  'etcd.stopped',
  'etcd.crashed',
  'etcd.start-failed',
  'etcd.removed-from-cluster',
  'member.added',
  'member.removed',
  'member.promoted',
  'peer.became-inactive',
  'peer.became-active',
  'alarm.raised',
  'alarm.disarmed',
  'db.defragmentation-finished',
  'db.hash-mismatch',
  'wal.damaged',
  'backup.saved',
  'backup.failed',
  'restore.started',
  'restore.finished',
  'restore.failed',
  'k8s-lease.acquired',
  'k8s-lease.lost',
  'apiserver.started',
  'apiserver.stopping',
  'process.exited',
  'lb.server-state',
  'vip.state',
  'clock.stepped',
  'kernel.oom-kill',
  'systemd.unit',
] as const satisfies readonly FactType[];

export type KeyFact = PlacedFact<(typeof KEY_FACTS)[number]>;

/** `, about x` where x is known. */
const tail = (lead: string, text: string | null): string => (text === null || text === '' ? '' : `${lead}${text}`);

/** What a key fact says, as a sentence without its full stop; members by name. */
export function factWords(fact: KeyFact, name: (id: string | null) => string, lang: Lang): string {
  const [en, zh] = both(fact, name);
  return lang === 'zh' ? zh : en;
}

function both(fact: KeyFact, name: (id: string | null) => string): readonly [string, string] {
  switch (fact.type) {
    case 'raft.leader-elected':
    case 'raft.leader-lost':
    case 'raft.election-started':
    case 'raft.quorum-inactive':
    case 'raft.transfer-started':
    case 'etcd.started':
    case 'etcd.restarted-from-wal':
    case 'etcd.signal-received':
    case 'etcd.stopped':
    case 'etcd.crashed':
    case 'etcd.start-failed':
    case 'etcd.removed-from-cluster':
    case 'member.added':
    case 'member.removed':
    case 'member.promoted':
    case 'peer.became-inactive':
    case 'peer.became-active':
      return etcdWords(fact, name);
    default:
      return otherWords(fact, name);
  }
}

type EtcdFact = Extract<KeyFact, { type: `raft.${string}` | `etcd.${string}` | `member.${string}` | `peer.${string}` }>;

function etcdWords(fact: EtcdFact, name: (id: string | null) => string): readonly [string, string] {
  switch (fact.type) {
    case 'raft.leader-elected':
      return [
        `${name(fact.data.member)} sees ${name(fact.data.leader)} elected leader of term ${fact.data.raftTerm}`,
        `${name(fact.data.member)} 得知 ${name(fact.data.leader)} 当选任期 ${fact.data.raftTerm} 的领导者`,
      ];
    case 'raft.leader-lost':
      return [
        `${name(fact.data.member)} lost the leader ${name(fact.data.leader)} in term ${fact.data.raftTerm}`,
        `${name(fact.data.member)} 在任期 ${fact.data.raftTerm} 失去领导者 ${name(fact.data.leader)}`,
      ];
    case 'raft.election-started':
      return [
        `${name(fact.data.member)} started an election for term ${fact.data.raftTerm}`,
        `${name(fact.data.member)} 发起任期 ${fact.data.raftTerm} 的选举`,
      ];
    case 'raft.quorum-inactive':
      return [`${name(fact.data.member)} steps down: most members no longer answer`, `${name(fact.data.member)} 退位：多数成员不再应答`];
    case 'raft.transfer-started':
      return [`${name(fact.data.member)} hands the leadership to ${name(fact.data.to)}`, `${name(fact.data.member)} 将领导权移交给 ${name(fact.data.to)}`];
    case 'etcd.started':
      return [
        `etcd${tail(' ', fact.data.name)} started${tail(', version ', fact.data.version)}${fact.data.forceNewCluster ? ', forced into a new cluster' : ''}`,
        `etcd${tail(' ', fact.data.name)} 启动${tail('，版本 ', fact.data.version)}${fact.data.forceNewCluster ? '，强制组成新集群' : ''}`,
      ];
    case 'etcd.restarted-from-wal':
      return [
        `${name(fact.data.member)} restarts from its log at commit index ${fact.data.commitIndex}${fact.data.forced ? ', as a new cluster by force' : ''}`,
        `${name(fact.data.member)} 从日志恢复，提交索引 ${fact.data.commitIndex}${fact.data.forced ? '，强制组成新集群' : ''}`,
      ];
    case 'etcd.signal-received':
      return [`etcd was told to stop (${fact.data.signal})`, `etcd 收到停止信号（${fact.data.signal}）`];
    case 'etcd.stopped':
      return [`etcd${tail(' ', fact.data.name)} stopped`, `etcd${tail(' ', fact.data.name)} 已停止`];
    case 'etcd.crashed':
      return [`etcd crashed: ${fact.data.reason}`, `etcd 崩溃：${fact.data.reason}`];
    case 'etcd.start-failed':
      return [`etcd could not start: ${fact.data.reason}`, `etcd 无法启动：${fact.data.reason}`];
    case 'etcd.removed-from-cluster':
      return [`${name(fact.data.member)} was removed from the cluster and stops`, `${name(fact.data.member)} 已被移出集群并停止`];
    case 'member.added':
      return [
        `member ${name(fact.data.member)} was added${fact.data.learner ? ' as a learner' : ''}`,
        `添加成员 ${name(fact.data.member)}${fact.data.learner ? '（学习者）' : ''}`,
      ];
    case 'member.removed':
      return [`member ${name(fact.data.member)} was removed`, `移除成员 ${name(fact.data.member)}`];
    case 'member.promoted':
      return [`learner ${name(fact.data.member)} became a voter`, `学习者 ${name(fact.data.member)} 成为投票成员`];
    case 'peer.became-inactive':
      return [
        `lost the connection to peer ${name(fact.data.peer)}${tail(': ', fact.data.error)}`,
        `与对等成员 ${name(fact.data.peer)} 断开${tail('：', fact.data.error)}`,
      ];
    case 'peer.became-active':
      return [`connected to peer ${name(fact.data.peer)} again`, `与对等成员 ${name(fact.data.peer)} 恢复连接`];
  }
}

const UNIT_ZH = { starting: '正在启动', started: '已启动', stopping: '正在停止', stopped: '已停止', failed: '失败', exited: '已退出' } as const;
const UNIT_EN = { starting: 'is starting', started: 'started', stopping: 'is stopping', stopped: 'stopped', failed: 'failed', exited: 'exited' } as const;

function otherWords(fact: Exclude<KeyFact, EtcdFact>, name: (id: string | null) => string): readonly [string, string] {
  switch (fact.type) {
    case 'alarm.raised':
      return [
        `alarm ${fact.data.alarm} raised${fact.data.member === null ? '' : ` by ${name(fact.data.member)}`}`,
        `${fact.data.member === null ? '' : `${name(fact.data.member)} `}触发告警 ${fact.data.alarm}`,
      ];
    case 'alarm.disarmed':
      return [`alarm ${fact.data.alarm} disarmed`, `告警 ${fact.data.alarm} 解除`];
    case 'db.defragmentation-finished':
      return [
        `defragmentation finished${fact.data.reclaimedBytes === null ? '' : `, ${formatBytes(fact.data.reclaimedBytes)} freed`}`,
        `碎片整理完成${fact.data.reclaimedBytes === null ? '' : `，释放 ${formatBytes(fact.data.reclaimedBytes)}`}`,
      ];
    case 'db.hash-mismatch':
      return [
        `the data differs from ${fact.data.peer === null ? 'another member' : name(fact.data.peer)}: ${fact.data.detail}`,
        `数据与 ${fact.data.peer === null ? '其他成员' : name(fact.data.peer)} 不一致：${fact.data.detail}`,
      ];
    case 'wal.damaged':
      return [`the write-ahead log is damaged: ${fact.data.reason}`, `预写日志损坏：${fact.data.reason}`];
    case 'backup.saved':
      return [`backup saved${tail(' to ', fact.data.path)}`, `备份已保存${tail('至 ', fact.data.path)}`];
    case 'backup.failed':
      return [`backup failed: ${fact.data.error}`, `备份失败：${fact.data.error}`];
    case 'restore.started':
      return [`a restore began${tail(' from ', fact.data.path)}`, `开始恢复${tail('，来源 ', fact.data.path)}`];
    case 'restore.finished':
      return [`the restore finished${tail(' from ', fact.data.path)}`, `恢复完成${tail('，来源 ', fact.data.path)}`];
    case 'restore.failed':
      return [`the restore failed: ${fact.data.error}`, `恢复失败：${fact.data.error}`];
    case 'k8s-lease.acquired':
      return [`took the lease ${fact.data.lease}`, `获得租约 ${fact.data.lease}`];
    case 'k8s-lease.lost':
      return [
        fact.data.stage === 'gave-up' ? `gave up the lease${tail(' ', fact.data.lease)}` : `could not renew the lease${tail(' ', fact.data.lease)}`,
        fact.data.stage === 'gave-up' ? `放弃租约${tail(' ', fact.data.lease)}` : `无法续租${tail(' ', fact.data.lease)}`,
      ];
    case 'apiserver.started':
      return ['the API server started', 'API server 启动'];
    case 'apiserver.stopping':
      return ['the API server is stopping', 'API server 正在停止'];
    case 'process.exited':
      return [`the process ended: ${fact.data.reason}`, `进程结束：${fact.data.reason}`];
    case 'lb.server-state':
      return [
        `the load balancer sees ${fact.data.server} (${fact.data.backend}) ${fact.data.up ? 'up' : 'down'}${tail(': ', fact.data.reason)}`,
        `负载均衡检测到 ${fact.data.server}（${fact.data.backend}）${fact.data.up ? '恢复' : '不可用'}${tail('：', fact.data.reason)}`,
      ];
    case 'vip.state':
      return [
        `the virtual address ${fact.data.instance} is ${{ MASTER: 'held here', BACKUP: 'given up here', FAULT: 'in fault here', STOPPED: 'no longer kept here' }[fact.data.state]}`,
        `虚拟地址 ${fact.data.instance} ${{ MASTER: '由本节点持有', BACKUP: '由本节点让出', FAULT: '在本节点故障', STOPPED: '在本节点已停止' }[fact.data.state]}`,
      ];
    case 'clock.stepped':
      return [
        `the clock was set${fact.data.by === null ? '' : ` by ${formatDuration(fact.data.by)}`} (${fact.data.by_whom})`,
        `时钟被调整${fact.data.by === null ? '' : ` ${formatDuration(fact.data.by)}`}（${fact.data.by_whom}）`,
      ];
    case 'kernel.oom-kill':
      return [`the kernel killed ${fact.data.process} for want of memory`, `内核因内存不足终止 ${fact.data.process}`];
    case 'systemd.unit':
      return [
        `unit ${fact.data.unit} ${UNIT_EN[fact.data.state]}${tail(': ', fact.data.detail)}`,
        `单元 ${fact.data.unit} ${UNIT_ZH[fact.data.state]}${tail('：', fact.data.detail)}`,
      ];
  }
}
