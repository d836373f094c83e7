import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Client } from '../src/client.ts';
import { Code } from '../src/frames.ts';
import { MemoryStore } from '../src/store.ts';
import { FakeServer } from '../src/testing/index.ts';
import { seeded } from './random.ts';
import { until } from './until.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

// Whatever the network and the server do, and however often the program is killed: every message is stored once and
// shown once, in order.
test.each(Array.from({ length: 40 }, (_, i) => i + 1))('a random schedule of faults, seed %i', async (seed) => {
  const r = seeded(seed);
  const server = new FakeServer();
  const alice = server.account('alice');
  const bob = server.account('bob');
  let calm = false;
  server.faults = {
    chat: () => (calm ? 'pass' : r.pick(['pass', 'pass', 'pass', 'pass', 'pass', 'pass', 'cut', 'cut after', Code.Busy, Code.Unavailable])),
    delivery: () => (calm ? 'pass' : r.pick(['pass', 'pass', 'pass', 'pass', 'lose', 'double', 'late', 'cut'])),
    request: () => (calm ? 'pass' : r.pick(['pass', 'pass', 'pass', 'cut'])),
  };
  const stores = { alice: new MemoryStore(), bob: new MemoryStore() };
  const shown: Record<'alice' | 'bob', string[]> = { alice: [], bob: [] };
  const make = (name: 'alice' | 'bob'): Client =>
    new Client({ server: 'fake', connect: server.connect, name, password: 'password', device: 'd', store: stores[name], gapTries: 10,
      onMessage: (m) => void shown[name].push(`${m.seq} ${m.text}`) });
  let a = make('alice');
  const b = make('bob');
  await a.start();
  await b.start();
  const texts: string[] = [];
  for (let n = 0; n < 60; n++) {
    const text = `a${n}`;
    texts.push(text);
    await a.post({ with: bob }, text);
    if (r.below(3) === 0) await b.post({ with: alice }, `b${n}`);
    if (r.below(12) === 0) {
      // The program is killed: nothing of it is told or saved any more. The next one has its store.
      const killed = a;
      await killed.close();
      a = make('alice');
      await a.start();
    }
    await vi.advanceTimersByTimeAsync(r.below(400));
  }
  calm = true;
  server.cut(); // a lost last message leaves no gap to see: the next login finds it
  await until(() => a.outgoing().length === 0 && b.outgoing().length === 0);
  server.cut();
  const log = server.direct(alice, bob);
  await until(() => shown.bob.length >= log.length && shown.alice.length >= log.length);
  await vi.advanceTimersByTimeAsync(5000);
  expect(log.filter((t) => t.startsWith('a'))).toEqual(texts);
  const due = log.map((t, i) => `${i + 1} ${t}`);
  expect(shown.bob).toEqual(due);
  expect(shown.alice).toEqual(due);
  await a.close();
  await b.close();
});
