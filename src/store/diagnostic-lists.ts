import type { Diagnostic } from '../model/diagnostic.ts';
import { DAMAGE_CODES, DIAGNOSTIC_CODES, UNREAD_CODES } from '../model/diagnostic.ts';
import type { Coverage } from '../model/ports.ts';

type Row = Coverage['skipped'][number];

/** Puts every diagnostic into one of coverage's lists, beside the entries that were `skipped`; a reason of its own replaces an entry's general one. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[], skipped: readonly Row[]): Pick<Coverage, 'skipped' | 'damaged' | 'remarks'> {
  const unread = new Map(skipped.map((row) => [row.path, row]));
  const damaged = new Map<string, Row>();
  const remarks = new Map<string, Coverage['remarks'][number]>();
  for (const { code, path, detail, count } of diagnostics) {
    const reason = detail === '' ? DIAGNOSTIC_CODES[code] : `${DIAGNOSTIC_CODES[code]}: ${detail}`;
    if (UNREAD_CODES.has(code)) unread.set(path, { path, reason });
    else if (DAMAGE_CODES.has(code)) damaged.set(`${path}\n${reason}`, { path, reason });
    else {
      const key = `${path}\n${code}\n${reason}`;
      remarks.set(key, { path, code, reason, count: count + (remarks.get(key)?.count ?? 0) });
    }
  }
  return { skipped: [...unread.values()], damaged: [...damaged.values()], remarks: [...remarks.values()] };
}
