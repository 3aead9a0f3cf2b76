import { defineParser } from '../../contract.ts';

function isHaproxy(head: string): boolean {
  return (
    /^[ \t]*(?:backend|listen|frontend)\s+\S+/m.test(head) &&
    /^[ \t]+(?:server\s+\S+\s+\S+|bind\s+\S+|mode\s+(?:tcp|http))/m.test(head) &&
    /^(?:global|defaults)\b/m.test(head)
  );
}

function isKeepalived(head: string): boolean {
  return /^[ \t]*vrrp_(?:instance|script|sync_group)\s+\S+\s*\{/m.test(head);
}

/** haproxy.cfg and keepalived.conf: recognised, so that they are no unknown file; passwords stand in both. */
export const lbConfiguration = defineParser({
  kind: 'document',
  id: 'lb-configuration',
  title: 'HAProxy or keepalived configuration',
  keep: 'cited',
  accepts: (head) => isHaproxy(head) || isKeepalived(head),
  parse() {
    // nothing in it is a sentence of the fact vocabulary
  },
});
