import type { MemberId } from '../../model/ids.ts';
import type { ConfChange } from './raft-records.ts';

export interface BookEntry<Where> {
  readonly id: MemberId;
  name: string | null;
  peerUrls: readonly string[];
  clientUrls: readonly string[];
  learner: boolean;
  where: Where;
}

/** The membership as committed entries build it up. */
export class MemberBook<Where> {
  readonly #members = new Map<MemberId, BookEntry<Where>>();

  change(c: ConfChange, where: Where): void {
    if (c.change === 'remove') {
      this.#members.delete(c.member);
      return;
    }
    const entry = this.#entry(c.member, where);
    if (c.peerUrls.length > 0) entry.peerUrls = c.peerUrls;
    if (c.clientUrls.length > 0) entry.clientUrls = c.clientUrls;
    entry.name = c.name ?? entry.name;
    if (c.change !== 'update') entry.learner = c.change === 'add-learner';
  }

  publish(id: MemberId, name: string | null, clientUrls: readonly string[], where: Where): void {
    const entry = this.#entry(id, where);
    entry.name = name ?? entry.name;
    entry.clientUrls = clientUrls;
    entry.where = where;
  }

  get(id: MemberId): BookEntry<Where> | null {
    return this.#members.get(id) ?? null;
  }

  list(): readonly BookEntry<Where>[] {
    return [...this.#members.values()];
  }

  #entry(id: MemberId, where: Where): BookEntry<Where> {
    const known = this.#members.get(id);
    if (known !== undefined) return known;
    const entry: BookEntry<Where> = { id, name: null, peerUrls: [], clientUrls: [], learner: false, where };
    this.#members.set(id, entry);
    return entry;
  }
}
