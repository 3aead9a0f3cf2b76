const NEWLINE = 10;
/** Larger binary fields than journald writes are taken for damage and rewritten as text. */
const MAX_FIELD = 64 << 20;

/** True when an entry begins like `journalctl -o export`. */
export function isJournalExport(head: string): boolean {
  return /^\n*__[A-Z_]+=[^\n]*\n[A-Z_][A-Z0-9_]*[=\n]/.test(head);
}

/**
 * Rewrites the journal export format (systemd `JOURNAL_EXPORT_FORMATS`): a binary field is `NAME`, a newline, the 64-bit
 * little-endian size, the data and a newline, so its size has to follow what is replaced within.
 */
export class JournalExportRewriter {
  readonly #rewrite: (text: string) => string;
  #held = '';

  constructor(rewrite: (text: string) => string) {
    this.#rewrite = rewrite;
  }

  push(piece: string): string {
    const text = this.#held + piece;
    let out = '';
    let plainFrom = 0;
    let at = 0;
    while (at < text.length) {
      const newline = text.indexOf('\n', at);
      if (newline < 0) break;
      const field = fieldAt(text, at, newline);
      if (field === null) {
        at = newline + 1;
        continue;
      }
      if (field.end > text.length) break;
      const data = this.#rewrite(text.slice(field.start, field.end - 1));
      const size = Buffer.alloc(8);
      size.writeBigUInt64LE(BigInt(data.length));
      out += `${this.#rewrite(text.slice(plainFrom, at))}${text.slice(at, newline + 1)}${size.toString('latin1')}${data}\n`;
      at = field.end;
      plainFrom = at;
    }
    this.#held = text.slice(at);
    return out + this.#rewrite(text.slice(plainFrom, at));
  }

  end(): string {
    const rest = this.#held;
    this.#held = '';
    return this.#rewrite(rest);
  }
}

/** Where the data of a binary field whose name is this line starts, and where its closing newline ends; null when it is none. */
function fieldAt(text: string, at: number, newline: number): { readonly start: number; readonly end: number } | null {
  if (!/^[A-Z_][A-Z0-9_]{0,63}$/.test(text.slice(at, Math.min(newline, at + 65)))) return null;
  const start = newline + 9;
  if (text.length < start) return { start, end: Infinity };
  const size = Number(Buffer.from(text.slice(newline + 1, start), 'latin1').readBigUInt64LE());
  const end = start + size + 1;
  if (size > MAX_FIELD || (end <= text.length && text.charCodeAt(end - 1) !== NEWLINE)) return null;
  return { start, end };
}
