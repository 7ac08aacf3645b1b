// Locks that hold among all tabs and workers of an origin.

export interface LockWanted {
  mode: LockMode;
  /** Do not wait: `undefined` where somebody else has it. */
  ifAvailable?: boolean;
  /** Ends the waiting. */
  signal?: AbortSignal;
}

/** Gives a lock back; resolves when somebody else can have it. */
export type Release = () => Promise<void>;

/** Takes a lock. A worker that ends gives all of its locks back. */
export function hold(name: string, { signal, ...wanted }: LockWanted): Promise<Release | undefined> {
  return new Promise((resolve, reject) => {
    const options = signal ? { ...wanted, signal } : wanted;
    const held: Promise<void> = navigator.locks.request(`foretab-models ${name}`, options, (lock) => {
      if (!lock) return resolve(undefined);
      return new Promise<void>((release) => {
        resolve(() => {
          release();
          return held;
        });
      });
    });
    held.catch(reject);
  });
}
