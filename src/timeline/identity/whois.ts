import type { Alias, History, Member } from '../../model/history.ts';

/** What a text names: members with the alias that matched, and whether it is a node of the case. */
export interface WhoIs {
  readonly members: readonly { readonly member: Member; readonly matched: Alias }[];
  readonly node: string | null;
}

/** Finds a member or node by any of its names; ids may be padded, prefixed with `0x`, or decimal. Exact matches win over parts. */
export function whois(history: History, text: string): WhoIs {
  const wanted = text.trim().toLowerCase();
  const hex = wanted.replace(/^0x/, '').replace(/^0+(?=.)/, '');
  const match = (test: (alias: Alias) => boolean): { member: Member; matched: Alias }[] =>
    history.members.flatMap((member) => {
      const matched = [{ text: member.name, kind: 'name', because: null } satisfies Alias, ...member.aliases].find(test);
      return matched === undefined ? [] : [{ member, matched }];
    });
  const exact = match((a) => a.text.toLowerCase() === wanted || (a.kind === 'id' && a.text === hex));
  const members =
    exact.length > 0 || wanted.length < 3
      ? exact
      : match((a) => a.text.toLowerCase().includes(wanted) || (a.kind === 'id' && hex.length > 3 && a.text.startsWith(hex)));
  return { members, node: history.nodes.find((n) => n.toLowerCase() === wanted) ?? null };
}
