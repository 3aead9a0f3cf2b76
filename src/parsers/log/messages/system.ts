import { SECOND } from '../../../model/time.ts';
import { defineMessages } from '../message.ts';

/** Load balancer and virtual address. Upstream: haproxy `src/server.c`, `src/backend.c`; keepalived `vrrp/vrrp.c`; nginx `ngx_stream_proxy_module.c`. */
export const loadBalancerMessages = defineMessages([
  {
    id: 'backend server up or down',
    text: /^(?:\[\w+\]\s+\(\d+\) : )?(?:Backup )?Server ([\w.-]+)\/([\w.-]+) is (DOWN|UP)\b(?:, reason: ([^,]+))?/,
    samples: [
      {
        version: 'haproxy 2.6',
        line: 'Server kubernetes-api-backend/m2 is DOWN, reason: Layer4 connection problem, info: "Connection refused", check duration: 0ms. 2 active and 0 backup servers left.',
      },
    ],
    read: (m, emit) => emit('lb.server-state', { backend: m.str('', 1) ?? '', server: m.str('', 2) ?? '', up: m.str('', 3) === 'UP', reason: m.str('', 4) }),
  },
  {
    id: 'backend has no server',
    text: /backend '?([\w.-]+)'? has no server available/,
    samples: [{ version: 'haproxy 2.6', line: 'backend kubernetes-api-backend has no server available!' }],
    read: (m, emit) => emit('lb.backend-empty', { backend: m.str('', 1) ?? '' }),
  },
  {
    // upstream: haproxy `src/mworker.c`, `src/proxy.c` (to 2.3)
    id: 'load balancer started',
    text: /^(?:\[NOTICE\]\s+\(\d+\) : )?(?:New worker \(\d+\) forked|New worker #\d+ \(\d+\) forked|Proxy [\w.-]+ started\.)/,
    samples: [
      { version: 'haproxy 2.6', line: '[NOTICE]   (30664) : New worker (30803) forked' },
      { version: 'haproxy 2.2', line: 'Proxy kubernetes-api started.' },
    ],
    read: (_m, emit) => emit('lb.started', {}),
  },
  {
    id: 'connection',
    text: /^\S+:\d+ \[\d\d\/\w{3}\/\d{4}:[\d:.]+\] (\S+) ([\w.-]+)\/(\S+) \S+ \d+ ([A-Za-z-]{2}) /,
    samples: [
      { version: 'haproxy 2.6', line: '10.13.0.10:33526 [22/Nov/2026:09:18:09.793] kubernetes-api kubernetes-api-backend/m2 1/-1/3003 0 SC 1/1/0/0/3 0/0' },
    ],
    read: (m, emit) => {
      const termination = m.str('', 4) ?? '';
      if (/^[SsPR]/.test(termination)) emit('lb.connection-failed', { frontend: m.str('', 1), backend: m.str('', 2), server: m.str('', 3), termination });
    },
  },
  {
    id: 'upstream failed',
    text: /(?:connect\(\) failed \([^)]*\)|upstream timed out[^,]*|no live upstreams|upstream server temporarily disabled) while connecting to upstream.*?(?:upstream: "([^"]+)")?/,
    samples: [
      {
        version: 'nginx 1.22',
        line: '2026/11/22 08:00:00 [error] 29#29: *1234 connect() failed (111: Connection refused) while connecting to upstream, client: 10.0.0.9, server: 0.0.0.0:6443, upstream: "10.0.0.1:6443", bytes from/to client:0/0',
      },
    ],
    read: (m, emit) =>
      emit('lb.connection-failed', { frontend: null, backend: null, server: /upstream: "([^"]+)"/.exec(m.text)?.[1] ?? null, termination: 'upstream' }),
  },
  {
    id: 'VRRP state',
    text: /^(?:VRRP_Instance)?\(([\w.-]+)\):? (?:Entering|entering|Now in) (MASTER|BACKUP|FAULT) (?:STATE|state)/,
    samples: [
      { version: 'keepalived 2.2', line: '(VI_1) Entering MASTER STATE' },
      { version: 'keepalived 1.3', line: 'VRRP_Instance(VI_1) Entering BACKUP STATE' },
    ],
    read: (m, emit) => {
      const state = m.str('', 2);
      if (state === 'MASTER' || state === 'BACKUP' || state === 'FAULT') emit('vip.state', { instance: m.str('', 1) ?? '', state });
    },
  },
  {
    id: 'VRRP advert conflict',
    text: /^(?:VRRP_Instance)?\(([\w.-]+)\):? (?:Master )?(?:WARNING - )?[Rr]?e?c?e?i?v?e?d? ?(?:equal priority )?advert (?:received )?(?:from (?:IP )?(\S+) )?.*?(lower|higher|same|equal|our IP)/,
    samples: [{ version: 'keepalived 2.2', line: '(VI_1) Received advert from 10.0.0.2 with lower priority 90, ours 100, forcing new election' }],
    read: (m, emit) => {
      const word = m.str('', 3);
      emit('vip.advert', {
        instance: m.str('', 1) ?? '',
        kind: word === 'lower' ? 'lower-priority' : word === 'higher' ? 'higher-priority' : 'equal-priority',
        from: m.str('', 2),
      });
    },
  },
  {
    // upstream: keepalived `vrrp.c` (`vrrp_state_master_rx`, `vrrp_state_backup`)
    id: 'VRRP advert of another priority',
    text: /^(?:VRRP_Instance)?\(([\w.-]+)\):? [Rr]eceived (lower|higher) prio(?:rity)?(?: \(\d+\))? advert(?: \d+)?(?: from (\S+))?/,
    samples: [
      { version: 'keepalived 2.0', line: '(VI_1) received lower priority (99) advert from 192.168.56.50 - discarding' },
      { version: 'keepalived 1.2', line: 'VRRP_Instance(VI_1) Received lower prio advert, forcing new election' },
      { version: 'keepalived 1.3', line: 'VRRP_Instance(VI_1) Received higher prio advert 103' },
    ],
    read: (m, emit) =>
      emit('vip.advert', {
        instance: m.str('', 1) ?? '',
        kind: m.str('', 2) === 'lower' ? 'lower-priority' : 'higher-priority',
        from: m.str('', 3),
      }),
  },
  {
    id: 'VRRP script',
    text: /^VRRP_Script\(([\w.-]+)\) (succeeded|failed|timed out)/,
    samples: [{ version: 'keepalived 2.2', line: 'VRRP_Script(chk_apiserver) failed (exited with status 1)' }],
    read: (m, emit) => emit('vip.script', { script: m.str('', 1) ?? '', ok: m.str('', 2) === 'succeeded' }),
  },
]);

/** Clocks, kernel, systemd. Upstream: chrony `reference.c`, `sources.c`; systemd `timesyncd-manager.c`, `manager.c`; Linux `mm/oom_kill.c`, `kernel/hung_task.c`. */
export const machineMessages = defineMessages([
  {
    id: 'clock stepped',
    text: /^System clock was stepped by (-?\d+\.\d+) seconds|^time reset ([+-]\d+\.\d+) s|^step time server \S+ offset (-?\d+\.\d+) sec/,
    samples: [{ version: 'chrony 4.5', line: 'System clock was stepped by 1.234567 seconds' }],
    read: (m, emit) => emit('clock.stepped', { by: Number(m.str('', 1) ?? m.str('', 2) ?? m.str('', 3)) * SECOND, by_whom: 'ntp' }),
  },
  {
    id: 'time changed',
    text: /^(?:Time has been changed|Time jumped backwards, rotating|(?:Forward|Backward) time jump detected|Changed local time to)/,
    samples: [{ version: 'systemd 219', line: 'Time has been changed' }],
    read: (m, emit) => emit('clock.stepped', { by: null, by_whom: m.text }),
  },
  {
    id: 'clock wrong',
    text: /^System clock wrong by (-?\d+\.\d+) seconds/,
    samples: [{ version: 'chrony 4.5', line: 'System clock wrong by -1.234567 seconds' }],
    // chrony prints the correction it needs: negative when the local clock is ahead
    read: (m, emit) => emit('clock.tracking', { synchronised: true, offset: -Number(m.str('', 1)) * SECOND, bound: SECOND, reference: 'chrony log' }),
  },
  {
    id: 'clock not synchronised',
    text: /^(?:Can't synchronise: .*|no servers reachable|kernel reports TIME_ERROR.*|Timed out waiting for reply from .*)/,
    samples: [{ version: 'chrony 4.5', line: "Can't synchronise: no selectable sources" }],
    read: (m, emit) => emit('clock.unsynchronised', { reason: m.text }),
  },
  {
    id: 'killed for memory',
    text: /(?:Out of memory: Kill(?:ed)? process|Memory cgroup out of memory: Kill(?:ed)? process) (\d+) \(([^)]+)\)/,
    samples: [{ version: 'linux 5.10', line: 'Out of memory: Killed process 1234 (etcd) total-vm:11111kB, anon-rss:1kB' }],
    read: (m, emit) => emit('kernel.oom-kill', { process: m.str('', 2) ?? '', pid: m.num('', 1) }),
  },
  {
    id: 'I/O error',
    text: /(?:I\/O error, dev (\w+)|EXT4-fs error.*device (\w+)|XFS .*(?:metadata )?I\/O error|Remounting filesystem read-only)/,
    samples: [{ version: 'linux 5.10', line: 'blk_update_request: I/O error, dev sda, sector 123' }],
    read: (m, emit) => emit('kernel.io-error', { device: m.str('', 1) ?? m.str('', 2), text: m.text }),
  },
  {
    id: 'task hung',
    text: /INFO: task (\S+?):\d+ blocked for more than (\d+) seconds|soft lockup - CPU#\d+ stuck for (\d+)s! \[([^\]:]+)/,
    samples: [{ version: 'linux 5.10', line: 'INFO: task jbd2/sda1-8:333 blocked for more than 120 seconds.' }],
    read: (m, emit) => emit('kernel.task-hung', { task: m.str('', 1) ?? m.str('', 4) ?? '', seconds: m.num('', 2) ?? m.num('', 3) }),
  },
  {
    id: 'systemd unit',
    text: /^(Starting|Started|Stopping|Stopped) (\S+\.service)\b|^(\S+\.service): (Main process exited, .*|Failed with result .*|Scheduled restart job.*|Deactivated successfully.*|Start request repeated too quickly.*)/,
    samples: [
      { version: 'systemd 252', line: 'Starting etcd.service - etcd - highly-available key value store...' },
      { version: 'systemd 252', line: 'etcd.service: Main process exited, code=killed, status=9/KILL' },
    ],
    read: (m, emit) => {
      const verb = m.str('', 1);
      const detail = m.str('', 4);
      const states = { Starting: 'starting', Started: 'started', Stopping: 'stopping', Stopped: 'stopped' } as const;
      if (verb !== null && verb in states) emit('systemd.unit', { unit: m.str('', 2) ?? '', state: states[verb as keyof typeof states], detail: null });
      else if (detail !== null)
        emit('systemd.unit', {
          unit: m.str('', 3) ?? '',
          state: detail.startsWith('Main process') ? 'exited' : detail.startsWith('Failed') || detail.startsWith('Start request') ? 'failed' : 'stopped',
          detail,
        });
    },
  },
]);
