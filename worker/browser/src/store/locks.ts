// Locks that hold among all tabs and workers of an origin.

export interface LockWanted {
  mode: LockMode;
  /** Do not wait: `undefined` where somebody else has it. */
  ifAvailable?: boolean;
  /** Ends the waiting. */
  signal?: AbortSignal;
}

/** Takes a lock; what it resolves with gives the lock back. A worker that ends gives all of its locks back. */
export function hold(name: string, { signal, ...wanted }: LockWanted): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    const options = signal ? { ...wanted, signal } : wanted;
    const held = navigator.locks.request(`foretab-models ${name}`, options, (lock) => {
      if (!lock) return resolve(undefined);
      return new Promise<void>((release) => resolve(release));
    });
    held.catch(reject);
  });
}
