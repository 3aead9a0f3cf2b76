import { defineParser } from '../../contract.ts';
import { emitterFor } from '../emitter.ts';

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

const SECTION = /^(global|defaults|frontend|backend|listen|peers|resolvers|userlist|program|cache|ring|mailers|http-errors|fcgi-app)\b\s*(\S*)/;
const CHECK = /(?:^|\s)(no-)?check(?=\s|$)/;

/** Servers of HAProxy's pools (configuration guide, 5.2): with their addresses, and whether anybody checks them; keepalived's file is only recognised. */
export const lbConfiguration = defineParser({
  kind: 'document',
  id: 'lb-configuration',
  title: 'HAProxy or keepalived configuration',
  keep: 'cited',
  accepts: (head) => isHaproxy(head) || isKeepalived(head),
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'haproxy' });
    let defaults = false;
    let checked = false;
    let backend: string | null = null;
    for (const { text, line } of document.lines) {
      const words = text.replace(/(?:^|\s)#.*$/, '').trim();
      const section = SECTION.exec(words);
      if (section !== null) {
        const [, kind = '', name = ''] = section;
        // a defaults section without the word takes back what the one before it said
        if (kind === 'defaults') defaults = false;
        backend = kind === 'backend' || kind === 'listen' ? name : null;
        checked = defaults;
        continue;
      }
      const told = words.startsWith('default-server') ? CHECK.exec(words) : null;
      if (told !== null) {
        checked = told[1] === undefined;
        if (backend === null) defaults = checked;
        continue;
      }
      const [, server, address, options = ''] = /^server\s+(\S+)\s+(\S+)\s*(.*)$/.exec(words) ?? [];
      if (backend === null || server === undefined || address === undefined) continue;
      const own = CHECK.exec(options);
      // a server that follows another's checks, or is told of by an agent, is looked after too
      const looked = own === null ? checked || /(?:^|\s)(?:track\s|agent-check(?:\s|$))/.test(options) : own[1] === undefined;
      emitter.fact('lb.server-configured', { backend, server, address, checked: looked }, line);
    }
  },
});
