import { SECOND } from '../../../model/time.ts';
import { defineMessages } from '../message.ts';

/** Load balancer and virtual address. Upstream: haproxy `src/server.c`, `src/backend.c`; keepalived `vrrp/vrrp.c`; nginx `ngx_stream_proxy_module.c`. */
export const loadBalancerMessages = defineMessages([
  {
    // upstream: `srv_update_status` (2.8–3.x), `srv_append_status` (2.0–2.6); stderr has the same after a prefix, until 2.3 with day and time
    id: 'backend server up or down',
    text: /^(?:\[\w+\]\s+(?:\d+\/\d+ )?\(\d+\) : )?(?:Backup )?Server ([\w.:-]+)\/([\w.:-]+)(?: \('[^']*'\))? is (DOWN|UP)\b(?:\/[A-Z]+ \(([^)]*)\))?(?: via [\w.:-]+\/[\w.:-]+)?(?:, (?:reason: ([^,]+)|(changed from (?:CLI|Lua|Web)[^.]*)))?/,
    samples: [
      {
        version: 'haproxy 2.6',
        line: 'Server kubernetes-api-backend/m2 is DOWN, reason: Layer4 connection problem, info: "Connection refused", check duration: 0ms. 2 active and 0 backup servers left.',
      },
      {
        version: 'haproxy 3.0',
        line: 'Server kubernetes-api-backend/m2 is DOWN, reason: Layer7 wrong status, code: 500, info: "Internal Server Error", check duration: 12ms. 2 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.',
      },
      {
        version: 'haproxy 2.0',
        line: '[WARNING] 325/095145 (1) : Server kubernetes-api-backend/m2 is UP, reason: Layer4 check passed, check duration: 0ms. 3 active and 0 backup servers online. 0 sessions requeued, 0 total in queue.',
      },
      {
        version: 'haproxy 2.4',
        line: '[WARNING]  (8) : Backup Server k8s:6443/m3 is DOWN via k8s:6443/m2. 1 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.',
      },
      { version: 'haproxy 2.8', line: 'Server kubernetes-api-backend/m2 is UP/READY (leaving forced maintenance).' },
      {
        version: 'haproxy 2.8 from the CLI',
        line: 'Server kubernetes-api-backend/m2 is DOWN, changed from CLI. 2 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.',
      },
    ],
    read: (m, emit) =>
      emit('lb.server-state', {
        backend: m.str('', 1) ?? '',
        server: m.str('', 2) ?? '',
        up: m.str('', 3) === 'UP',
        reason: m.str('', 5)?.trim() ?? null,
        asked: m.str('', 6) !== null || m.str('', 4) !== null,
      }),
  },
  {
    // a server whose name no longer resolves is put into maintenance too, which nobody asked for
    id: 'backend server taken out',
    text: /^(?:\[\w+\]\s+(?:\d+\/\d+ )?\(\d+\) : )?(?:Backup )?Server ([\w.:-]+)\/([\w.:-]+) is going DOWN for maintenance(?: \(([^)]*)\))?/,
    samples: [
      {
        version: 'haproxy 2.6',
        line: 'Server kubernetes-api-backend/m2 is going DOWN for maintenance. 2 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.',
      },
      {
        version: 'haproxy 2.8',
        line: 'Server kubernetes-api-backend/m2 is going DOWN for maintenance (No IP for server ). 2 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.',
      },
    ],
    read: (m, emit) => {
      const cause = m.str('', 3)?.trim() ?? null;
      emit('lb.server-state', { backend: m.str('', 1) ?? '', server: m.str('', 2) ?? '', up: false, reason: cause, asked: cause === null });
    },
  },
  {
    // upstream: `src/backend.c`, `proxy_type_str`: a `listen` section is a proxy
    id: 'backend has no server',
    text: /(?:backend|proxy|frontend) '?([\w.:-]+)'? has no server available!/,
    samples: [
      { version: 'haproxy 2.6', line: 'backend kubernetes-api-backend has no server available!' },
      { version: 'haproxy 2.0', line: "[ALERT] 325/095145 (1) : proxy 'kubernetes-api' has no server available!" },
    ],
    read: (m, emit) => emit('lb.backend-empty', { backend: m.str('', 1) ?? '' }),
  },
  {
    // upstream: `src/haproxy.c` (New worker), `src/cli.c` (Loading success), `src/proxy.c` (until 2.3)
    id: 'load balancer started',
    throttle: { every: SECOND },
    text: /^(?:\[\w+\]\s+(?:\d+\/\d+ )?\(\d+\) : )?(?:New worker (?:#\d+ )?\(\d+\) forked|Proxy [\w.:-]+ started\.?$)/,
    samples: [
      { version: 'haproxy 2.6', line: '[NOTICE]   (1) : New worker (8) forked' },
      { version: 'haproxy 2.0', line: 'Proxy kubernetes-api started.' },
    ],
    read: (_m, emit) => emit('lb.started', {}),
  },
  {
    id: 'connection',
    text: /^\S+:\d+ \[\d\d\/\w{3}\/\d{4}:[\d:.]+\] (\S+) ([\w.:-]+)\/(\S+) \S*?\/\+?(\d+) \+?\d+ ([A-Za-z-]{2})[A-Za-z-]* /,
    samples: [
      { version: 'haproxy 2.6', line: '10.13.0.10:33526 [22/Nov/2026:09:18:09.793] kubernetes-api kubernetes-api-backend/m2 1/-1/3003 0 SC 1/1/0/0/3 0/0' },
    ],
    read: (m, emit) => {
      const termination = m.str('', 5) ?? '';
      const took = m.num('', 4);
      if (/^[SsPR]/.test(termination))
        emit('lb.connection-failed', {
          frontend: m.str('', 1),
          backend: m.str('', 2),
          server: m.str('', 3),
          termination,
          lasted: took === null ? null : took * 1000,
        });
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
      emit('lb.connection-failed', {
        frontend: null,
        backend: null,
        server: /upstream: "([^"]+)"/.exec(m.text)?.[1] ?? null,
        termination: 'upstream',
        lasted: null,
      }),
  },
  {
    id: 'VRRP state',
    text: /^(?:VRRP_Instance)?\(([^()]+)\):? (?:Entering|entering|Now in) (MASTER|BACKUP|FAULT) (?:STATE|state)/,
    samples: [
      { version: 'keepalived 2.2', line: '(VI_1) Entering MASTER STATE' },
      { version: 'keepalived 2.2', line: '(VI_1) Entering BACKUP STATE (init)' },
      { version: 'keepalived 2.0', line: '(VI_1): entering FAULT state due to script chk_apiserver' },
      { version: 'keepalived 2.2', line: '(VI_1): entering FAULT state (interface eth0 down)' },
      { version: 'keepalived 1.3', line: 'VRRP_Instance(VI_1) Entering BACKUP STATE' },
      { version: 'keepalived 1.2', line: 'VRRP_Instance(VI_1) Now in FAULT state' },
    ],
    read: (m, emit) => {
      const state = m.str('', 2);
      if (state === 'MASTER' || state === 'BACKUP' || state === 'FAULT') emit('vip.state', { instance: m.str('', 1) ?? '', state });
    },
  },
  {
    // upstream: `vrrp.c` (`vrrp_restore_interface`), `vrrp_daemon.c`, `core/main.c`, `lib/utils.c` (`log_stopping`)
    id: 'VRRP stopped',
    text: /^(?:(?:VRRP_Instance)?\(([^()]+)\):? sent 0 priority|Stopped(?:$| - used [\d.]+ user time| Keepalived v))/,
    samples: [
      { version: 'keepalived 2.2', line: '(VI_1) sent 0 priority' },
      { version: 'keepalived 1.3', line: 'VRRP_Instance(VI_1) sent 0 priority' },
      { version: 'keepalived 1.2', line: 'Stopped' },
      { version: 'keepalived 2.2', line: 'Stopped - used 0.013245 user time, 0.105312 system time' },
      { version: 'keepalived 2.0', line: 'Stopped Keepalived v2.0.20 (01/22,2020)' },
    ],
    // without an instance it is the whole program, all its addresses with it
    read: (m, emit) => {
      const instance = m.str('', 1);
      if (instance !== null || m.component === 'keepalived') emit('vip.state', { instance: instance ?? '', state: 'STOPPED' });
    },
  },
  {
    id: 'VRRP advert conflict',
    text: /^(?:VRRP_Instance)?\(([\w.-]+)\):? (?:Master )?(?:WARNING - )?[Rr]?e?c?e?i?v?e?d? ?(?:equal priority )?advert (?:received )?(?:from (?:IP )?(\S+) )?.*?(lower|higher|same|equal|our IP)/,
    samples: [
      { version: 'keepalived 2.2', line: '(VI_1) Received advert from 10.0.0.2 with lower priority 90, ours 100, forcing new election' },
      { version: 'keepalived 2.2', line: '(VI_1) Master received advert from 10.0.0.2 with higher priority 150, ours 100' },
      { version: 'keepalived 2.2', line: '(VI_1) Master received advert from 10.0.0.2 with same priority 100 but higher IP address than ours' },
      { version: 'keepalived 2.2', line: '(VI_1) WARNING - equal priority advert received from remote host with our IP address.' },
      { version: 'keepalived 1.3', line: 'VRRP_Instance(VI_1) Received advert with lower priority 90, ours 100, forcing new election' },
      { version: 'keepalived 1.3', line: '(VI_1): WARNING - equal priority advert received from remote host with our IP address.' },
    ],
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
    text: /^VRRP_Script\(([^()]+)\) (succeeded|failed|timed[ _]out)/,
    samples: [
      { version: 'keepalived 2.2', line: 'VRRP_Script(chk_apiserver) failed (exited with status 1)' },
      { version: 'keepalived 2.2', line: 'VRRP_Script(chk_apiserver) failed (due to signal 15)' },
      { version: 'keepalived 2.0', line: 'VRRP_Script(chk_apiserver) timed_out' },
      { version: 'keepalived 1.3', line: 'VRRP_Script(chk_apiserver) timed out' },
      { version: 'keepalived 1.2', line: 'VRRP_Script(chk_apiserver) succeeded' },
    ],
    read: (m, emit) => emit('vip.script', { script: m.str('', 1) ?? '', ok: m.str('', 2) === 'succeeded' }),
  },
]);

/** Units by the description their packages give them (kubernetes/release `kubelet.service`, keepalived, haproxy). */
const UNITS: Readonly<Record<string, string>> = {
  'kubelet: The Kubernetes Node Agent': 'kubelet.service',
  'LVS and VRRP High Availability Monitor': 'keepalived.service',
  'Keepalive Daemon (LVS and VRRP)': 'keepalived.service',
  'HAProxy Load Balancer': 'haproxy.service',
};

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
    // until 248 a unit goes by its description alone
    text: /^(Starting|Started|Stopping|Stopped) (\S+\.service|kubelet: The Kubernetes Node Agent|LVS and VRRP High Availability Monitor|Keepalive Daemon \(LVS and VRRP\)|HAProxy Load Balancer)|^(\S+\.service): (Main process exited, .*|Failed with result .*|Scheduled restart job.*|Deactivated successfully.*|Start request repeated too quickly.*)/,
    samples: [
      { version: 'systemd 252', line: 'Starting etcd.service - etcd - highly-available key value store...' },
      { version: 'systemd 252', line: 'etcd.service: Main process exited, code=killed, status=9/KILL' },
      { version: 'systemd 237', line: 'Stopping kubelet: The Kubernetes Node Agent...' },
    ],
    read: (m, emit) => {
      const verb = m.str('', 1);
      const detail = m.str('', 4);
      const states = { Starting: 'starting', Started: 'started', Stopping: 'stopping', Stopped: 'stopped' } as const;
      const named = m.str('', 2) ?? '';
      if (verb !== null && verb in states) emit('systemd.unit', { unit: UNITS[named] ?? named, state: states[verb as keyof typeof states], detail: null });
      else if (detail !== null)
        emit('systemd.unit', {
          unit: m.str('', 3) ?? '',
          state: detail.startsWith('Main process') ? 'exited' : detail.startsWith('Failed') || detail.startsWith('Start request') ? 'failed' : 'stopped',
          detail,
        });
    },
  },
]);
