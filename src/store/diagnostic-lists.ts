import { sameAs } from '../model/bundle.ts';
import { own, phrase } from '../model/phrases.ts';
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
    const what = DIAGNOSTIC_CODES[code];
    const reason = detail === '' ? what : phrase('{what}: {detail}', { what: phrase(what), detail: own(detail) });
    const same = detail === '' ? what : `${what}: ${detail}`;
    if (UNREAD_CODES.has(code)) unread.set(path, { path, reason });
    else if (DAMAGE_CODES.has(code)) damaged.set(`${path}\n${same}`, { path, reason });
    else {
      const key = `${path}\n${code}\n${same}`;
      remarks.set(key, { path, code, reason, count: count + (remarks.get(key)?.count ?? 0) });
    }
  }
  return { skipped: [...unread.values()], damaged: [...damaged.values()], remarks: [...remarks.values()] };
}

/** An entry that was skipped, with its reason as words. */
export function unreadRow({ path, reason }: { readonly path: string; readonly reason: string }): Row {
  const other = sameAs(reason);
  return { path, reason: other === null ? reason : phrase('same content as {path}', { path: other }) };
}
