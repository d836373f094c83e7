import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Client } from '../src/client.ts';
import type { Conversation } from '../src/conversation.ts';
import { apply } from '../src/decode.ts';
import { codeOf } from '../src/errors.ts';
import { Code } from '../src/frames.ts';
import { MemoryStore } from '../src/store.ts';
import { FakeServer } from '../src/testing/index.ts';
import type { Change, Message } from '../src/types.ts';
import { seeded } from './random.ts';
import { until } from './until.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What is on the screen of somebody who shows messages and applies states as they come. */
class Screen {
  readonly messages = new Map<number, Message>();

  follow(c: Client): void {
    c.on('message', ({ message: m }) => {
      if (!this.messages.has(m.seq)) this.messages.set(m.seq, m);
    });
    c.on('changed', ({ state }) => {
      const m = this.messages.get(state.seq);
      if (m) this.messages.set(state.seq, apply(m, state));
    });
  }
}

/** A message's state in the words of the fake server. */
const words = (m: Message): Record<string, unknown> => ({
  rev: m.rev, ...(m.edited && { edited: new Date(m.edited).toISOString(), msg: m.text }), ...(m.recalled && { recalled: true, by: m.by }), ...(m.pinned && { pinned: true }),
  ...(m.reactions && { reactions: m.reactions }), ...(m.reacted && { mine: m.reacted }),
});
const stated = (messages: Iterable<Message>): Record<number, unknown> => Object.fromEntries([...messages].filter((m) => m.rev).map((m) => [m.seq, words(m)]));

// Whatever is lost, doubled, late or cut, and however often the program is killed: in the end the screen, the store, and who
// comes late have the states that the server has; and each change was made once.
test.each(Array.from({ length: 30 }, (_, i) => i + 1))('changes under a random schedule of faults, seed %i', async (seed) => {
  const r = seeded(seed);
  const server = new FakeServer();
  const alice = server.account('alice');
  const bob = server.account('bob');
  let calm = false;
  const fate = (): 'pass' | 'lose' | 'double' | 'late' | 'cut' => (calm ? 'pass' : r.pick(['pass', 'pass', 'pass', 'lose', 'double', 'late', 'cut']));
  server.faults = {
    chat: () => (calm ? 'pass' : r.pick(['pass', 'pass', 'pass', 'pass', 'pass', 'cut', 'cut after', Code.Busy])),
    delivery: fate, changed: fate,
    request: () => (calm ? 'pass' : r.pick(['pass', 'pass', 'pass', 'cut'])),
  };
  const stores = { alice: new MemoryStore(), bob: new MemoryStore() };
  const make = (name: 'alice' | 'bob'): Client => new Client({ server: 'fake', connect: server.connect, name, password: 'password', device: 'd', store: stores[name], gapTries: 10 });
  let [a, b] = [make('alice'), make('bob')];
  const screens = { alice: new Screen(), bob: new Screen() };
  screens.alice.follow(a);
  screens.bob.follow(b);
  await a.start();
  await b.start();
  const of = { alice: { with: bob }, bob: { with: alice } } as const;
  const lost: unknown[] = [];
  let sent = 0;
  for (let n = 0; n < 80; n++) {
    const [who, c] = r.below(2) === 0 ? (['alice', a] as const) : (['bob', b] as const);
    const known = [...screens[who].messages.values()];
    if (known.length === 0 || r.below(3) === 0) {
      sent++;
      await c.post(of[who], `text ${n}`);
    } else {
      const m = r.pick(known);
      const emoji = r.pick(['👍', '❤️', '😂']);
      const what = r.pick<Change>([{ op: 'react', emoji }, { op: 'react', emoji }, { op: 'unreact', emoji }, { op: 'pin' }, { op: 'unpin' }, { op: 'edit', text: `edit ${n}` }, { op: 'recall' }]);
      const allowed = new Set<number>([Code.NotAuthor, Code.MessageRecalled]);
      c.change(of[who], m.seq, what).catch((err: unknown) => void (allowed.has(codeOf(err)) || ['kept', 'closed'].includes((err as { reason?: string }).reason ?? '') || lost.push(err)));
    }
    if (r.below(15) === 0) {
      // The program is killed. The next one shows what is kept, and goes on.
      await b.close();
      b = make('bob');
      screens.bob = new Screen();
      for (const m of (await stores.bob.messages(of.bob, 0, 1000)).messages) screens.bob.messages.set(m.seq, m);
      screens.bob.follow(b);
      await b.start();
    }
    await vi.advanceTimersByTimeAsync(r.below(300));
  }
  calm = true;
  server.cut();
  await until(() => a.outgoing().length === 0 && b.outgoing().filter((o) => o.state === 'pending').length === 0);
  server.cut(); // a lost last change leaves nothing to see: the next login tells the number
  await vi.advanceTimersByTimeAsync(20_000);
  expect(lost).toEqual([]);
  expect(server.direct(alice, bob)).toHaveLength(sent);
  for (const who of ['alice', 'bob'] as const) {
    const due = server.states(of[who], who === 'alice' ? alice : bob);
    expect(Object.keys(due).length).toBeGreaterThan(1);
    expect(stated(screens[who].messages.values()), `the screen of ${who}`).toEqual(due);
    expect(stated((await stores[who].messages(of[who], 0, 1000)).messages), `the store of ${who}`).toEqual(due);
  }
  const late = new Client({ server: 'fake', connect: server.connect, name: 'bob', password: 'password', device: 'late' });
  await late.start();
  const page = await late.history(of.bob, { limit: 200 });
  expect(stated(page.messages)).toEqual(server.states(of.bob, bob));
  for (const c of [a, b, late]) await c.close();
});

test('who comes with nothing kept asks for no states of the past', async () => {
  const server = new FakeServer();
  const [alice, bob] = [server.account('alice'), server.account('bob')];
  const first = new Client({ server: 'fake', connect: server.connect, name: 'alice', password: 'password', device: 'd' });
  await first.start();
  const of: Conversation = { with: bob };
  await first.send(of, 'hello');
  await first.change(of, 1, { op: 'edit', text: 'hello there' });
  const asked: number[] = [];
  server.faults.request = (f) => (asked.push(f.msgid), 'pass');
  const second = new Client({ server: 'fake', connect: server.connect, name: 'alice', password: 'password', device: 'e' });
  const screen = new Screen();
  screen.follow(second);
  await second.start();
  await vi.advanceTimersByTimeAsync(1000);
  const page = await second.history(of);
  expect(page.messages.map((m) => [m.text, m.rev])).toEqual([['hello there', 1]]);
  for (const m of page.messages) screen.messages.set(m.seq, m);
  await first.change(of, 1, { op: 'react', emoji: '👍' });
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).not.toContain(41);
  expect(stated(screen.messages.values())).toEqual(server.states(of, alice));
  await first.close();
  await second.close();
});

test('a restored server: what was known of changes is forgotten', async () => {
  const server = new FakeServer();
  const bob = server.account('bob');
  server.account('alice');
  const store = new MemoryStore();
  const of: Conversation = { with: bob };
  const a = new Client({ server: 'fake', connect: server.connect, name: 'alice', password: 'password', device: 'd', store });
  await a.start();
  await a.send(of, 'one');
  const backup = server.backup();
  for (const emoji of ['👍', '❤️', '😂']) await a.change(of, 1, { op: 'react', emoji });
  await vi.advanceTimersByTimeAsync(1000);
  expect((await store.load()).revs).toEqual([{ conversation: of, rev: 3 }]);
  server.restore(backup);
  await vi.advanceTimersByTimeAsync(20_000);
  await a.history(of);
  await a.change(of, 1, { op: 'pin' });
  await vi.advanceTimersByTimeAsync(1000);
  expect((await store.load()).revs).toEqual([{ conversation: of, rev: 1 }]);
  await a.close();
});

test('a message that comes after its change is shown as it is now', async () => {
  const server = new FakeServer();
  const [alice, bob] = [server.account('alice'), server.account('bob')];
  const make = (name: string): Client => new Client({ server: 'fake', connect: server.connect, name, password: 'password', device: 'd' });
  const [a, b] = [make('alice'), make('bob')];
  const screen = new Screen();
  screen.follow(b);
  await a.start();
  await b.start();
  await a.send({ with: bob }, 'one');
  await vi.advanceTimersByTimeAsync(1000);
  server.faults.delivery = () => 'late';
  await a.send({ with: bob }, 'two');
  await a.change({ with: bob }, 2, { op: 'edit', text: 'three' });
  await vi.advanceTimersByTimeAsync(1000);
  expect([...screen.messages.values()].map((m) => [m.text, m.rev])).toEqual([['one', undefined], ['three', 1]]);
  expect(stated(screen.messages.values())).toEqual(server.states({ with: alice }, bob));
  await a.close();
  await b.close();
});
