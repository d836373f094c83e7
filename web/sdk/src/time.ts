/** Elapsed milliseconds: a clock that people and time servers do not turn. */
export const now = (): number => performance.now();

/** Resolves after so many milliseconds; rejects when the signal is aborted. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });

/** A signal that is aborted when one of the others is, or after so many milliseconds. */
export interface Bounded {
  signal: AbortSignal;
  /** Lets go of the timer and the other signals. */
  done: () => void;
}

/** Returns a signal of its own that ends with others, and after a time. */
export function bounded(signals: (AbortSignal | undefined)[], ms: number, late: () => unknown): Bounded {
  const c = new AbortController();
  const timer = ms < Infinity ? setTimeout(() => c.abort(late()), ms) : undefined;
  const stops: (() => void)[] = [];
  for (const s of signals) {
    if (!s) continue;
    if (s.aborted) c.abort(s.reason);
    const stop = (): void => c.abort(s.reason);
    s.addEventListener('abort', stop, { once: true });
    stops.push(() => s.removeEventListener('abort', stop));
  }
  return {
    signal: c.signal,
    done: () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
    },
  };
}
