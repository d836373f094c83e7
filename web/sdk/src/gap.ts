import type { Order } from './order.ts';

/**
 * Watches over the first gap of one conversation: when to ask for what is missing, and when to give it up.
 * It is free of I/O and clocks: it is told what time it is (milliseconds). Each try waits twice as long as
 * the one before.
 */
export class GapWatch {
  on = false;
  askAt = 0;
  /** The first missing seq; 0 while the start is to be looked up. */
  private from = 0;
  private tries = 0;

  /** To be called whenever the order has changed. It reports whether the watch began anew: then askAt is the time to ask. */
  look(o: Order, now: number, wait: number): boolean {
    const gap = o.missing();
    if (!gap && (o.started || o.early.length === 0)) {
      this.clear();
      return false;
    }
    const from = gap ? gap.from : 0;
    if (this.on && this.from === from) return false;
    this.on = true;
    this.from = from;
    this.tries = 0;
    this.askAt = now + wait;
    return true;
  }

  clear(): void {
    this.on = false;
    this.from = this.tries = this.askAt = 0;
  }

  /** Counts a try that brought nothing; the next one is not before `after`. It reports whether it was the last one allowed. */
  inVain(now: number, wait: number, after: number, allowed: number): boolean {
    this.tries++;
    this.askAt = now + Math.max(wait * 2 ** this.tries, after);
    return this.tries >= allowed;
  }
}
