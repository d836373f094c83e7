import { vi } from 'vitest';

/** Lets fake time pass until something is true. */
export async function until(what: () => boolean, most = 600_000): Promise<void> {
  for (let t = 0; !what(); t += 50) {
    if (t > most) throw new Error('it did not come true');
    await vi.advanceTimersByTimeAsync(50);
  }
}
