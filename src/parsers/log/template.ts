import type { MessageRule } from './message.ts';

/** What stands for a line's message in the timeline: the rule's id, or the text itself where it is constant. */
export interface Template {
  readonly message: number;
  readonly rule: MessageRule | null;
}
