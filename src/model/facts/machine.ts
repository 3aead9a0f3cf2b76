import type { EpochMicros, Micros } from '../time.ts';

/** A machine, its clock, kernel, units and disks; how the bundle was made. */
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
  'disk.usage': { filesystem: string; mount: string; sizeBytes: number; usedBytes: number; usedPercent: number };
  'systemd.unit': { unit: string; state: 'starting' | 'started' | 'stopping' | 'stopped' | 'failed' | 'exited'; detail: string | null };
  'network.ping': { target: string; lossPercent: number | null; avg: Micros | null };
  /** a file's zoneless times: `assumed` of them were read as UTC, up to this place; `zoneOffset` is what later lines of the file taught; `host`: a machine's log, not one program's */
  'log.zone': { zoneOffset: Micros | null; assumed: number; settled: boolean; host: boolean };
  'bundle.collected': { by: string };
}
