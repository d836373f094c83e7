import type { Event, EventOf, Message } from './types.ts';

type Listener = (e: Event) => unknown;

/** Listeners for events, by type. */
export class Listeners {
  private readonly byType = new Map<Event['type'] | '*', Set<Listener>>();

  /** Adds a listener, and returns what takes it away again. */
  on<T extends Event['type']>(type: T | '*', listener: (e: EventOf<T>) => unknown): () => void {
    let set = this.byType.get(type);
    if (!set) this.byType.set(type, (set = new Set()));
    set.add(listener as Listener);
    return () => void set.delete(listener as Listener);
  }

  /** Calls the listeners of an event and waits for what they promise. One that fails is reported, and does not stop the others. */
  async emit(e: Event): Promise<void> {
    const promises: Promise<unknown>[] = [];
    for (const set of [this.byType.get(e.type), this.byType.get('*')]) {
      for (const listener of set ?? []) {
        try {
          const p = listener(e);
          if (p instanceof Promise) promises.push(p.catch(report));
        } catch (err) {
          report(err);
        }
      }
    }
    if (promises.length > 0) await Promise.all(promises);
  }

  /** Returns an iterator over events; see Chat.events. */
  iterate<T>(pick: (e: Event) => T | undefined, signal?: AbortSignal): AsyncIterableIterator<T> {
    return new Iterator(this, pick, signal);
  }
}

/** A listener's fault is the program's: it comes to light as any other uncaught error, and the client goes on. */
const report = (err: unknown): void => {
  queueMicrotask(() => {
    throw err;
  });
};

/** Hands events over one at a time: an event counts as handled when the next one is asked for. */
class Iterator<T> implements AsyncIterableIterator<T> {
  private readonly items: { value: T; handled: () => void }[] = [];
  private underWay: (() => void) | undefined;
  private asking: ((r: IteratorResult<T>) => void) | undefined;
  private over = false;
  private readonly off: () => void;

  constructor(listeners: Listeners, pick: (e: Event) => T | undefined, signal?: AbortSignal) {
    this.off = listeners.on('*', (e) => {
      const value = pick(e);
      const handled = value === undefined ? undefined : new Promise<void>((resolve) => this.put(value, resolve));
      // After the last event nothing more is to come.
      if (e.type === 'ended' || (e.type === 'state' && e.state.phase === 'ended')) void Promise.resolve(handled).then(() => this.end());
      return e.type === 'message' ? handled : undefined;
    });
    if (signal?.aborted) this.end();
    signal?.addEventListener('abort', () => this.end(), { once: true });
  }

  private put(value: T, handled: () => void): void {
    if (this.over) return handled();
    if (this.asking) {
      this.asking({ value, done: false });
      this.asking = undefined;
      this.underWay = handled;
    } else {
      this.items.push({ value, handled });
    }
  }

  async next(): Promise<IteratorResult<T>> {
    this.underWay?.();
    this.underWay = undefined;
    const item = this.items.shift();
    if (item) {
      this.underWay = item.handled;
      return { value: item.value, done: false };
    }
    if (this.over) return { value: undefined, done: true };
    return new Promise((resolve) => (this.asking = resolve));
  }

  async return(): Promise<IteratorResult<T>> {
    this.end();
    return { value: undefined, done: true };
  }

  private end(): void {
    if (this.over) return;
    this.over = true;
    this.off();
    this.underWay?.();
    for (const i of this.items.splice(0)) i.handled();
    this.asking?.({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

export const pickMessage = (e: Event): Message | undefined => (e.type === 'message' ? e.message : undefined);
