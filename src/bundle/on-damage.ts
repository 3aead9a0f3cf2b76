import type { DiagnosticCode } from '../model/diagnostic.ts';

/** Told once, when a stream ends earlier than it should. */
export type OnDamage = (code: DiagnosticCode, detail: string) => void;
