import type { Micros } from '../time.ts';

/** Load balancers before the API servers, and virtual addresses. */
export interface LoadBalancerFacts {
  /** `reason` null with `asked`: somebody took it out or put it back */
  'lb.server-state': { backend: string; server: string; up: boolean; reason: string | null; asked: boolean };
  /** a new process of the load balancer: it takes every server for up until its checks say otherwise */
  'lb.started': Record<string, never>;
  'lb.backend-empty': { backend: string };
  'lb.server-stat': { backend: string; server: string; status: string; checkStatus: string | null; lastChangeSeconds: number | null; address: string | null };
  /** as its configuration names it; `checked`: with a health check */
  'lb.server-configured': { backend: string; server: string; address: string | null; checked: boolean };
  /** `lasted`: how long ago it was accepted, where the log says */
  'lb.connection-failed': { frontend: string | null; backend: string | null; server: string | null; termination: string; lasted: Micros | null };
  'vip.state': { instance: string; state: 'MASTER' | 'BACKUP' | 'FAULT' | 'STOPPED' };
  'vip.advert': { instance: string; kind: 'lower-priority' | 'higher-priority' | 'equal-priority'; from: string | null };
  'vip.script': { script: string; ok: boolean };
}
