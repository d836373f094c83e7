import type { Browser } from '../src/tabs.ts';
import { Tabs } from '../src/tabs.ts';
import type { Store } from '../src/store.ts';
import type { Connector, Transport } from '../src/transport.ts';

interface Waiting {
  run: () => void;
  gone: boolean;
}

/** What tabs of one browser share, in memory: locks, channels, a store, and the death of a tab. */
export class FakeBrowser {
  private readonly channels = new Set<FakeChannel>();
  private readonly queue: Waiting[] = [];
  private held = false;
  private readonly store: Store;
  private readonly connect: Connector;

  constructor(store: Store, connect: Connector) {
    this.store = store;
    this.connect = connect;
  }

  /** Opens a tab; kill ends it as a crash does: nothing of it runs, writes or is heard any more. */
  open(options: { name: string; password?: string }): { tab: Tabs; kill: () => void } {
    const life = { alive: true };
    const transports: Transport[] = [];
    let channel: FakeChannel | undefined;
    let release = (): void => undefined;
    let place: Waiting | undefined;
    const browser: Browser = {
      channel: () => (channel = new FakeChannel(this.channels)) as unknown as BroadcastChannel,
      locks: {
        request: ((_: string, o: { signal: AbortSignal }, work: () => Promise<void>) =>
          new Promise((resolve, reject) => {
            const waiting: Waiting = {
              gone: false,
              run: () => {
                this.held = true;
                let done = false;
                release = () => {
                  if (done) return;
                  done = true;
                  this.held = false;
                  this.next();
                };
                work().then(() => resolve(undefined as never), reject).finally(release);
              },
            };
            o.signal.addEventListener('abort', () => {
              waiting.gone = true;
              reject(o.signal.reason);
            });
            this.queue.push((place = waiting));
            this.next();
          })) as LockManager['request'],
      },
    };
    const never = new Promise<never>(() => undefined);
    const store = new Proxy(this.store, {
      get: (target, name) => (...args: unknown[]) => {
        if (!life.alive) return never;
        const value: unknown = (target[name as keyof Store] as (...a: unknown[]) => unknown).apply(target, args);
        return value instanceof Promise ? value.then((v: unknown) => (life.alive ? v : never)) : value;
      },
    });
    const connect: Connector = async (server, signal) => {
      if (!life.alive) return never;
      const t = await this.connect(server, signal);
      transports.push(t);
      return t;
    };
    const tab = new Tabs({ server: 'fake', device: 'browser', shared: 'test', store, connect, browser, ...options });
    const kill = (): void => {
      life.alive = false;
      channel?.close();
      for (const t of transports) {
        t.onframe = () => undefined;
        t.close();
      }
      if (place) place.gone = true;
      release();
    };
    return { tab, kill };
  }

  private next(): void {
    if (this.held) return;
    for (let w = this.queue.shift(); w; w = this.queue.shift()) {
      if (w.gone) continue;
      return w.run();
    }
  }
}

class FakeChannel {
  onmessage: ((e: { data: unknown }) => void) | null = null;
  private readonly all: Set<FakeChannel>;

  constructor(all: Set<FakeChannel>) {
    this.all = all;
    all.add(this);
  }

  postMessage(data: unknown): void {
    if (!this.all.has(this)) return;
    for (const other of this.all) {
      if (other === this) continue;
      const copy: unknown = structuredClone(data);
      queueMicrotask(() => this.all.has(other) && other.onmessage?.({ data: copy }));
    }
  }

  close(): void {
    this.all.delete(this);
  }
}
