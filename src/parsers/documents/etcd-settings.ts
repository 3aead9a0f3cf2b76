import type { FactMap } from '../../model/fact.ts';

/** What is read of a member's settings. Upstream: etcd `server/embed/config.go`; milliseconds for the two times. */
const SETTING =
  /(?:--|(?<![\w-])ETCD_|^)(heartbeat[-_]interval|election[-_]timeout|snapshot[-_]count|auto[-_]compaction[-_]retention|name)(?:[= ]|:[ \t]+)["']?([\w.@-]+)/gi;
const MILLISECOND = 1000;

/** Collects settings from the lines or words of a command line, a unit, a manifest, an environment or a configuration file. */
export class EtcdSettings {
  private readonly values = new Map<string, string>();

  /** true when the text sets any that matters beyond the name */
  take(text: string): boolean {
    let any = false;
    for (const [, key = '', value = ''] of text.matchAll(SETTING)) {
      const name = key.toLowerCase().replaceAll('_', '-');
      if (!this.values.has(name)) this.values.set(name, value);
      any ||= name !== 'name';
    }
    return any;
  }

  fact(): FactMap['etcd.configured'] {
    const micros = (name: string): number | null => {
      const value = this.count(name);
      return value === null ? null : value * MILLISECOND;
    };
    return {
      name: this.values.get('name') ?? null,
      heartbeat: micros('heartbeat-interval'),
      election: micros('election-timeout'),
      snapshotCount: this.count('snapshot-count'),
      autoCompaction: this.values.get('auto-compaction-retention') ?? null,
    };
  }

  private count(name: string): number | null {
    const text = this.values.get(name) ?? '';
    return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : null;
  }
}
