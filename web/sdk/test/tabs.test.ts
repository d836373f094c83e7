import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Code } from '../src/frames.ts';
import { MemoryStore } from '../src/store.ts';
import type { Tabs } from '../src/tabs.ts';
import { FakeServer } from '../src/testing/index.ts';
import { FakeBrowser } from './browser.ts';
import { seeded } from './random.ts';
import { until } from './until.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const password = 'password';

function setUp(): { server: FakeServer; bob: number; browser: FakeBrowser; dials: () => number } {
  const server = new FakeServer();
  server.account('alice');
  const bob = server.account('bob');
  let n = 0;
  const browser = new FakeBrowser(new MemoryStore(), (s, signal) => {
    n++;
    return server.connect(s, signal);
  });
  return { server, bob, browser, dials: () => n };
}

const collect = (tab: Tabs): string[] => {
  const shown: string[] = [];
  tab.on('message', ({ message: m }) => void shown.push(`${m.seq} ${m.text}`));
  return shown;
};

test('two tabs have one connection and show the same', async () => {
  const { server, bob, browser, dials } = setUp();
  const one = browser.open({ name: 'alice', password }).tab;
  const two = browser.open({ name: 'alice' }).tab;
  const shown = [collect(one), collect(two)];
  await one.login();
  await two.login();
  expect(two.self).toEqual({ id: 1, name: 'alice' });
  expect(two.state.phase).toBe('online');
  const fromTwo = two.send({ with: bob }, 'from two');
  await until(() => server.direct(1, bob).length === 1);
  expect((await fromTwo).seq).toBe(1);
  expect((await one.send({ with: bob }, 'from one')).seq).toBe(2);
  server.say(bob, { with: 1 }, 'to both');
  const due = ['1 from two', '2 from one', '3 to both'];
  await until(() => shown.every((s) => s.length === 3));
  expect(shown).toEqual([due, due]);
  expect(await two.conversations()).toMatchObject([{ conversation: { with: bob }, lastSeq: 3 }]);
  await expect(two.joinGroup(99)).rejects.toMatchObject({ name: 'Refusal', code: Code.NoSuchGroup });
  expect(dials()).toBe(1);
  await two.close();
  await one.close();
});

test('when the leading tab is closed the other one leads, and what waited is sent once', async () => {
  const { server, bob, browser } = setUp();
  const one = browser.open({ name: 'alice', password }).tab;
  const two = browser.open({ name: 'alice' }).tab;
  const shown = collect(two);
  await one.login();
  await two.login();
  server.faults = { chat: () => Code.Busy };
  await two.post({ with: bob }, 'waits');
  await vi.advanceTimersByTimeAsync(1000);
  await one.close();
  server.faults = {};
  await until(() => shown.length === 1 && two.outgoing().length === 0);
  expect(server.direct(1, bob)).toEqual(['waits']);
  expect(two.state.phase).toBe('online');
  await two.close();
});

test('a message that fails stays failed in every tab until it is sent anew or discarded', async () => {
  const { server, browser } = setUp();
  const one = browser.open({ name: 'alice', password }).tab;
  const two = browser.open({ name: 'alice' }).tab;
  await one.login();
  await two.login();
  const o = await two.post({ with: 99 }, 'to nobody');
  await until(() => one.outgoing()[0]?.state === 'failed' && two.outgoing()[0]?.state === 'failed');
  expect(two.outgoing()[0]?.error).toMatchObject({ code: Code.NoSuchUser });
  for (let id = server.account('x'); id < 99; ) id = server.account(`x${id}`);
  await two.retry(o.key);
  await until(() => one.outgoing().length === 0 && two.outgoing().length === 0);
  expect(server.direct(1, 99)).toEqual(['to nobody']);
  await expect(two.send({ with: 500 }, 'x')).rejects.toMatchObject({ code: Code.NoSuchUser });
  await until(() => one.outgoing().length === 0 && two.outgoing().length === 0);
  await one.close();
  await two.close();
});

test('signing out in one tab ends all of them', async () => {
  const { browser } = setUp();
  const one = browser.open({ name: 'alice', password }).tab;
  const two = browser.open({ name: 'alice' }).tab;
  await one.login();
  await two.login();
  await two.signOut();
  await until(() => one.state.phase === 'ended');
  await expect(one.friends()).rejects.toMatchObject({ reason: 'closed' });
  // Without the password nobody gets in: the token is gone.
  const three = browser.open({ name: 'alice' }).tab;
  await expect(three.login()).rejects.toThrow('password or token');
});

// Tabs come, go and crash at any moment, with a faulty server behind: everything that was posted is stored once, and every
// tab shows each message at most once, in order, without a hole from where it began.
test.each(Array.from({ length: 25 }, (_, i) => i + 1))('a random life of tabs, seed %i', async (seed) => {
  const r = seeded(seed);
  const { server, bob, browser } = setUp();
  let calm = false;
  server.faults = {
    chat: () => (calm ? 'pass' : r.pick(['pass', 'pass', 'pass', 'pass', 'pass', 'pass', 'cut', 'cut after', Code.Busy])),
    delivery: () => (calm ? 'pass' : r.pick(['pass', 'pass', 'pass', 'lose', 'double', 'late'])),
  };
  const tabs: { tab: Tabs; kill: () => void; shown: string[] }[] = [];
  const all: string[][] = [];
  const open = async (): Promise<void> => {
    const t = browser.open({ name: 'alice', password });
    const shown = collect(t.tab);
    all.push(shown);
    await t.tab.start();
    tabs.push({ ...t, shown });
  };
  await open();
  const texts: string[] = [];
  for (let n = 0; n < 50; n++) {
    await r.pick(tabs).tab.post({ with: bob }, `a${n}`);
    texts.push(`a${n}`);
    if (r.below(3) === 0) server.say(bob, { with: 1 }, `b${n}`);
    if (r.below(6) === 0) {
      // The leading one is the first that is alive.
      const [t] = tabs.splice(r.below(2) === 0 ? 0 : r.below(tabs.length), 1);
      if (r.below(2) === 0) t?.kill();
      else await t?.tab.close();
    }
    while (tabs.length === 0 || (tabs.length < 4 && r.below(4) === 0)) await open();
    await vi.advanceTimersByTimeAsync(r.below(300));
  }
  calm = true;
  server.cut();
  await until(() => tabs.every((t) => t.tab.outgoing().length === 0));
  server.cut();
  const log = server.direct(1, bob);
  const due = log.map((t, i) => `${i + 1} ${t}`);
  await until(() => tabs.every((t) => t.shown.at(-1) === due.at(-1)));
  expect(log.filter((t) => t.startsWith('a')).toSorted()).toEqual(texts.toSorted());
  for (const shown of all) {
    const from = due.indexOf(shown[0] ?? '');
    expect(shown).toEqual(shown.length === 0 ? [] : due.slice(from, from + shown.length));
  }
  for (const t of tabs) await t.tab.close();
});
