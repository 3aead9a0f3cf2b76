import { hostOf, isLoopback } from '../identity/addresses.ts';
import type { DerivationContext } from '../derivation.ts';

/** Whose an address is: etcd members', and what Nodes, API servers and load balancers say. */
export class Addresses {
  private readonly context: DerivationContext;
  private readonly nodes = new Map<string, string>();

  constructor(context: DerivationContext) {
    this.context = context;
    for (const fact of context.facts(['node.address'])) {
      const node = fact.data.node ?? fact.node;
      if (node !== null && context.nodes.includes(node)) this.nodes.set(hostOf(fact.data.address), node);
    }
  }

  /** the node of this url, address or name; null when nobody says */
  nodeOf(text: string): string | null {
    const host = hostOf(text);
    return this.nodes.get(host) ?? this.context.memberByText(host)?.node ?? (this.context.nodes.includes(host) ? host : null);
  }

  /**
   * Where the API server is that a client on `from` dialled: its node, the client's own for a loopback address; an address of no known
   * node (a virtual one, a load balancer's) stands for itself.
   */
  serverOf(address: string | null, from: string): string {
    if (address === null || isLoopback(hostOf(address))) return from;
    return this.nodeOf(address) ?? address;
  }
}
