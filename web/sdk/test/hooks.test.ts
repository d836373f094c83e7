import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Client } from '../src/client.ts';
import { Code } from '../src/frames.ts';
import { createHooks } from '../src/hooks.ts';
import type { Runtime } from '../src/hooks.ts';
import { FakeServer } from '../src/testing/index.ts';
import { until } from './until.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** One component that is mounted: what Preact does of useState and useEffect, and no more. */
function mount<T>(use: (r: Runtime) => T): { value: () => T; unmount: () => void } {
  const states: unknown[] = [];
  const ends: (() => void)[] = [];
  let value!: T;
  let mounted = false;
  const render = (): void => {
    let n = 0;
    const effects: (() => () => void)[] = [];
    value = use({
      useState: <S>(initial: S | (() => S)) => {
        const i = n++;
        if (!mounted) states[i] = typeof initial === 'function' ? (initial as () => S)() : initial;
        return [states[i] as S, (s: S) => {
          states[i] = s;
          render();
        }];
      },
      useEffect: (effect) => void effects.push(effect),
    });
    if (mounted) return;
    mounted = true;
    for (const e of effects) ends.push(e());
  };
  render();
  return { value: () => value, unmount: () => ends.forEach((e) => e()) };
}

test('hooks follow conversations, messages and what is unread', async () => {
  const server = new FakeServer();
  const alice = server.account('alice');
  const bob = server.account('bob');
  const carol = server.account('carol');
  server.say(bob, { with: alice }, 'one');
  const chat = new Client({ server: 'fake', connect: server.connect, name: 'alice', password: 'password', device: 'test' });
  await chat.login();
  const list = mount((r) => createHooks(r).useConversations(chat));
  const unread = mount((r) => createHooks(r).useUnread(chat));
  const talk = mount((r) => createHooks(r).useMessages(chat, { with: bob }, 2));
  const names = (): string[] => list.value().map((c) => c.name);
  const texts = (): string[] => talk.value().messages.map((m) => m.text);

  await until(() => unread.value() === 1);
  expect(texts()).toEqual(['one']);
  server.say(bob, { with: alice }, 'two');
  server.say(carol, { with: alice }, 'hello');
  await until(() => unread.value() === 3 && names().length === 2);
  expect(names()).toEqual(['carol', 'bob']);
  expect(texts()).toEqual(['one', 'two']);

  server.faults = { chat: () => Code.Busy };
  await chat.post({ with: bob }, 'three');
  await until(() => talk.value().outgoing[0]?.state === 'pending');
  server.faults = {};
  await until(() => talk.value().outgoing.length === 0 && texts().length === 3);
  expect(names()).toEqual(['bob', 'carol']);

  await chat.markRead({ with: bob }, 3);
  await until(() => unread.value() === 1);
  await chat.markRead({ with: carol }, 1);
  await until(() => unread.value() === 0);

  // Another one has the newest page first, and older ones on demand.
  const late = mount((r) => createHooks(r).useMessages(chat, { with: bob }, 2));
  await until(() => late.value().messages.length === 2);
  expect(late.value().more).toBe(true);
  await late.value().loadMore();
  expect(late.value().messages.map((m) => m.text)).toEqual(['one', 'two', 'three']);
  for (const m of [list, unread, talk, late]) m.unmount();
  server.say(bob, { with: alice }, 'unseen');
  await vi.advanceTimersByTimeAsync(1000);
  expect(texts()).toEqual(['one', 'two', 'three']);
  await chat.close();
});
