import { utf8 } from '../log/latin1.ts';
import { isRecord } from '../log/line.ts';
import { readRecord } from '../log/record-fields.ts';
import type { LogRecord } from '../log/record-fields.ts';
import type { FoundRecord } from './found-record.ts';

/** Larger values are containers of records, not records. */
const MAX_RECORD = 4 << 20;
const STRING = /"(?:[^"\\]|\\[^])*"/y;
const TOKEN = /["{}[\]]/g;
const KEY = /\s*:/y;

/** An object or array that is open. */
interface Open {
  readonly start: number;
  readonly array: boolean;
  /** the key of the value under way, or the own key's for an array */
  key: string;
  /** a record was found within */
  holdsRecord: boolean;
  /** what stands beside the values of a Loki stream */
  labels: Readonly<Record<string, unknown>> | null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(utf8(text));
  } catch {
    return null;
  }
}

/** A row of CloudWatch Logs Insights: `[{"field":"@timestamp","value":"…"},…]`. */
function fromPairs(value: readonly unknown[]): LogRecord | null {
  const pairs = value.flatMap((item) => (isRecord(item) && typeof item['field'] === 'string' ? [[item['field'], item['value']] as const] : []));
  return pairs.length === value.length ? readRecord(Object.fromEntries(pairs)) : null;
}

function recordOf(text: string, labels: Open['labels']): LogRecord | null {
  const value = parse(text);
  if (Array.isArray(value)) {
    const [time, line] = value as readonly unknown[];
    // Loki: [nanoseconds, line]
    if (typeof time === 'string' && typeof line === 'string') return /^\d{16,19}$/.test(time) ? readRecord({ timestamp: time, line }, labels) : null;
    return fromPairs(value);
  }
  if (!isRecord(value)) return null;
  const record = readRecord(value, labels);
  return record?.at === null ? null : record;
}

/**
 * The records anywhere within JSON text, innermost first found: an object with a line and a time, a pair of a Loki stream, a row of
 * CloudWatch Insights. `s` is bytes read as Latin-1, so indexes are offsets. Text that ends early gives what is whole in it.
 */
export function* jsonRecords(s: string): Generator<FoundRecord & { readonly depth: number }> {
  const open: Open[] = [];
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(s); token !== null; token = TOKEN.exec(s)) {
    const at = token.index;
    const within = open.at(-1);
    switch (token[0]) {
      case '"': {
        STRING.lastIndex = at;
        if (!STRING.test(s)) return;
        TOKEN.lastIndex = STRING.lastIndex;
        KEY.lastIndex = STRING.lastIndex;
        if (within !== undefined && !within.array && STRING.lastIndex - at < 80 && KEY.test(s)) within.key = s.slice(at + 1, STRING.lastIndex - 1);
        break;
      }
      case '{':
      case '[':
        open.push({ start: at, array: token[0] === '[', key: within?.key ?? '', holdsRecord: false, labels: within?.labels ?? null });
        break;
      default: {
        const closed = open.pop();
        if (closed === undefined) break;
        const parent = open.at(-1);
        const length = at + 1 - closed.start;
        if (!closed.holdsRecord && length <= MAX_RECORD) {
          const text = s.slice(closed.start, at + 1);
          if (parent !== undefined && !parent.array && parent.key === 'stream' && !closed.array) {
            const labels = parse(text);
            parent.labels = isRecord(labels) ? labels : null;
          } else if (!closed.array || /^\[\s*(?:"\d|\{\s*"field")/.test(text.slice(0, 80))) {
            const record = recordOf(text, closed.labels);
            if (record !== null) {
              yield { record, offset: closed.start, length, depth: open.length };
              closed.holdsRecord = true;
            }
          }
        }
        if (parent !== undefined) parent.holdsRecord ||= closed.holdsRecord;
      }
    }
  }
}
