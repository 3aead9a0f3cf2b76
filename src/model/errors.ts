/** Something the user can fix: shown as one line with what to do next, never as a stack trace. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** 2: wrong usage; 3: the input cannot be read at all */
  readonly exitCode: 2 | 3;
  readonly subject: string | null;

  constructor(message: string, options: { readonly exitCode?: 2 | 3; readonly subject?: string | null } = {}) {
    super(message);
    this.exitCode = options.exitCode ?? 2;
    this.subject = options.subject ?? null;
  }
}
