const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Has `remove` called when a signal ends the program, so that nothing half done is left behind; returns how to call that off.
 * With `resend` the signal then takes its usual course; without, whoever else listens to it ends the program.
 */
export function removeOnSignal(remove: () => void, { resend }: { readonly resend: boolean }): () => void {
  const listeners = SIGNALS.map((signal) => {
    const listen = (): void => {
      callOff();
      remove();
      if (resend) process.kill(process.pid, signal);
    };
    process.on(signal, listen);
    return { signal, listen };
  });
  const callOff = (): void => {
    for (const { signal, listen } of listeners) process.off(signal, listen);
  };
  return callOff;
}
