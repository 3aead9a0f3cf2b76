import type { EpochMicros, Micros } from '../time.ts';

/** A machine, its clock, kernel, units, programs and disks; how the bundle was made. */
export interface MachineFacts {
  'node.date': { zone: string | null; zoneOffset: Micros | null };
  'node.hostname': { hostname: string };
  'node.booted': { bootId: string };
  'clock.tracking': { synchronised: boolean; offset: Micros | null; bound: Micros | null; reference: string | null };
  'clock.synchronisation': { synchronised: boolean | null; ntpActive: boolean | null; zone: string | null; zoneOffset: Micros | null; rtc: EpochMicros | null };
  'clock.stepped': { by: Micros | null; by_whom: string };
  'clock.unsynchronised': { reason: string };
  'kernel.oom-kill': { process: string; pid: number | null };
  'kernel.io-error': { device: string | null; text: string };
  'kernel.task-hung': { task: string; seconds: number | null };
  /** one device over an interval, or since its boot; null where the version has no such column */
  'disk.load': { device: string; readAwait: Micros | null; writeAwait: Micros | null; flushAwait: Micros | null; utilPercent: number };
  /** how long a benchmark's writes took to reach the disk */
  'disk.sync-tested': { p99: Micros; iops: number | null };
  'memory.usage': { totalBytes: number; availableBytes: number };
  'disk.usage': { filesystem: string; mount: string; sizeBytes: number; usedBytes: number; usedPercent: number };
  'systemd.unit': { unit: string; state: 'starting' | 'started' | 'stopping' | 'stopped' | 'failed' | 'exited'; detail: string | null };
  /** as systemctl shows a unit; `since`: when it came into this state */
  'unit.listed': { unit: string; active: string; sub: string | null; since: EpochMicros | null };
  /** a control-plane program among the running ones */
  'process.listed': { process: string; pid: number };
  'port.listened': { address: string; port: number; process: string | null; pid: number | null };
  /** an address that an interface of the machine has, virtual ones of container networks left out */
  'address.held': { device: string; address: string };
  'program.version': { program: string; version: string };
  'network.ping': { target: string; lossPercent: number | null; avg: Micros | null };
  /** a file wrote times without a year, and nothing in it told which: they were put into the year before `anchor`; null when nothing was known */
  'log.year': { anchor: EpochMicros | null };
  /** a file's zoneless times: `assumed` of them were read as UTC, up to this place; `zoneOffset` is what later lines of the file taught; `host`: a machine's log, not one program's */
  'log.zone': { zoneOffset: Micros | null; assumed: number; settled: boolean; host: boolean };
  'bundle.collected': { by: string };
}
