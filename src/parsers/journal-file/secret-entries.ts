import { WITHHELD, hideSecretText } from '../../model/secret-data.ts';
import type { ParseSink } from '../contract.ts';
import type { JournalEntry } from './entry.ts';
import type { FieldValues } from './fields.ts';

/** What is told of an entry, beside its fields. */
export type EntryFacts = Pick<JournalEntry, 'offset' | 'size' | 'seqnum' | 'realtime' | 'monotonic' | 'bootId'>;

interface Waiting {
  readonly entry: EntryFacts;
  readonly values: FieldValues;
  /** a Secret or a key may begin here */
  readonly begins: boolean;
}

/** journald makes an entry of every line: how many are looked at together. */
const MANY = 2000;
const MANY_CHARS = 6 << 20;
/** Where data begin whose owner says below what it is, or a key, or a value as etcd holds it. */
// oxlint-disable-next-line no-control-regex
const BEGINS =
  /(?:^|[^\w.-])(?:data|stringData):$|"(?:data|stringData)\\*"\s*:\s*\{$|kind["']?\s*:\s*["']?Secret(?:List)?["']?,?$|PRIVATE KEY(?: BLOCK)?-----|k8s\0/;

/** Hides what is secret in messages before they are read; entries wait for those behind them only where something secret may have begun. */
export class SecretEntries {
  private readonly sink: ParseSink;
  private readonly read: (entry: EntryFacts, values: FieldValues) => void;
  private waiting: Waiting[] = [];
  private chars = 0;

  constructor(sink: ParseSink, read: (entry: EntryFacts, values: FieldValues) => void) {
    this.sink = sink;
    this.read = read;
  }

  /** `entry` and `values` may be used again by the caller */
  take(entry: EntryFacts, values: FieldValues): void {
    const { MESSAGE: message } = values;
    if (message === undefined) {
      if (this.waiting.length === 0) this.read(entry, values);
      else this.wait(entry, values, false);
      return;
    }
    const begins = mayBegin(message);
    if (begins || this.waiting.length > 0) {
      this.wait(entry, values, begins);
      return;
    }
    values.MESSAGE = hideSecretText(message);
    if (values.MESSAGE !== message) this.told(1);
    this.read(entry, values);
  }

  end(): void {
    this.hide();
    this.handOn(this.waiting.length);
  }

  private wait({ offset, size, seqnum, realtime, monotonic, bootId }: EntryFacts, values: FieldValues, begins: boolean): void {
    this.waiting.push({ entry: { offset, size, seqnum, realtime, monotonic, bootId }, values: { ...values }, begins });
    this.chars += values.MESSAGE?.length ?? 0;
    if (this.waiting.length < MANY && this.chars < MANY_CHARS) return;
    this.hide();
    const half = Math.ceil(this.waiting.length / 2);
    this.handOn(this.waiting.slice(half).some(({ begins: again }) => again) ? half : this.waiting.length);
  }

  /** Lines of several programs may be mixed: each stands behind its program's name, as in a printed journal. */
  private hide(): void {
    let text = '';
    const starts = this.waiting.map(({ values }) => {
      text += `${values.SYSLOG_IDENTIFIER ?? values._COMM ?? ''}[${values._PID ?? values.SYSLOG_PID ?? ''}]: `;
      const start = text.length;
      text += `${values.MESSAGE ?? ''}\n`;
      return start;
    });
    // as long as it was: stars stand for characters, one for one
    const shown = hideSecretText(text);
    let hidden = 0;
    this.waiting.forEach(({ values }, i) => {
      const start = starts[i] ?? 0;
      const message = shown.slice(start, start + (values.MESSAGE?.length ?? 0));
      if (values.MESSAGE === undefined || values.MESSAGE === message) return;
      values.MESSAGE = message;
      hidden += 1;
    });
    this.told(hidden);
  }

  private handOn(count: number): void {
    for (const { entry, values } of this.waiting.splice(0, count)) {
      this.chars -= values.MESSAGE?.length ?? 0;
      this.read(entry, values);
    }
  }

  private told(places: number): void {
    if (places > 0) this.sink.diagnostic('SECRET_WITHHELD', WITHHELD, {}, places);
  }
}

/** The last character tells most messages apart from what could begin something. */
function mayBegin(message: string): boolean {
  const last = message.charCodeAt(message.length - 1);
  const head = message.length > 400 ? message.slice(-400) : message;
  return (last === 58 || last === 123 || message.includes('Secret') || message.includes('PRIVAT') || message.includes('k8s\0')) && BEGINS.test(head);
}
