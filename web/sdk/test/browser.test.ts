import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { accounts, forgetAccount, lastAccount, openBrowser } from '../src/browser.ts';
import { IndexedDBStore } from '../src/idb.ts';
import { FakeServer } from '../src/testing/index.ts';

const server = 'ws://localhost:8080/ws';

/** Web Locks, as far as one tab needs them. */
beforeEach(() => {
  vi.stubGlobal('navigator', { locks: { request: (_: string, __: unknown, work: () => Promise<void>) => work() } });
});
afterEach(() => void vi.unstubAllGlobals());

test('an account is kept by the browser until it signs out, and no other one sees anything of it', async () => {
  const fake = new FakeServer();
  fake.account('alice');
  fake.account('bob');
  const { connect } = fake;
  await expect(openBrowser({ server, name: 'alice', password: 'wrong', connect })).rejects.toMatchObject({ code: 7 });
  expect(await lastAccount(server)).toBeUndefined();
  const first = await openBrowser({ server, name: 'Alice'.toLowerCase(), password: 'password', connect });
  expect(first.durable).toBe(true);
  await first.send({ with: 2 }, 'kept');
  await vi.waitFor(async () => expect((await new IndexedDBStore(`parley ${server} alice`).load()).positions).toHaveLength(1));
  const { device } = first;
  await first.close();

  const last = await lastAccount(server);
  expect(last?.name).toBe('alice');
  fake.down = true;
  const again = await openBrowser({ server, name: 'alice', connect });
  expect(again.device).toBe(device);
  expect(again.self).toEqual({ id: 1, name: 'alice' });
  expect((await again.recall({ with: 2 })).messages.map((m) => m.text)).toEqual(['kept']);
  fake.down = false;
  again.wake();
  await vi.waitFor(() => expect(again.state.phase).toBe('online'));
  await again.signOut();
  expect(await lastAccount(server)).toBeUndefined();
  await expect(openBrowser({ server, name: 'alice', connect })).rejects.toThrow();

  const bob = await openBrowser({ server, name: 'bob', password: 'password', connect });
  expect(bob.device).not.toBe(device);
  expect(bob.outgoing()).toEqual([]);
  await bob.close();
  await forgetAccount(server, 'bob');
  expect((await accounts()).map((a) => a.name)).toEqual(['alice']);
});

test('without storage the account works in memory, as a new device each time', async () => {
  vi.stubGlobal('indexedDB', { open: () => { throw new DOMException('no', 'SecurityError'); } });
  const fake = new FakeServer();
  fake.account('alice');
  const one = await openBrowser({ server, name: 'alice', password: 'password', connect: fake.connect });
  expect(one.durable).toBe(false);
  await one.close();
  const two = await openBrowser({ server, name: 'alice', password: 'password', connect: fake.connect });
  expect(two.device).not.toBe(one.device);
  await two.close();
});
