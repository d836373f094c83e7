import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Person, startBrowser } from './person.ts';
import { Server } from './server.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

/** Two friends with their conversation open. */
async function pair(server: Server): Promise<[Person, Person]> {
  const a = await Person.open(browser, server.url);
  const b = await Person.open(browser, server.url);
  await a.register('ada');
  await b.register('bea');
  await a.befriend('bea');
  await b.openTalk('ada');
  await a.say('hello');
  await b.sees(['hello']);
  return [a, b];
}

const texts = (from: string, n: number) => Array.from({ length: n }, (_, i) => `${from} ${i + 1}`);

/** Both have all of it, each once, in one order. */
async function agree(a: Person, b: Person, want: string[]): Promise<void> {
  await expect.poll(async () => (await a.texts()).length, { timeout: 60_000 }).toBe(want.length);
  await expect.poll(async () => (await b.texts()).length, { timeout: 60_000 }).toBe(want.length);
  const [at, bt] = [await a.texts(), await b.texts()];
  expect(at).toEqual(bt);
  expect([...at].sort()).toEqual([...want].sort());
  for (const who of ['a', 'b']) {
    const mine = at.filter((text) => text.startsWith(`${who} `));
    expect(mine).toEqual(texts(who, mine.length));
  }
  await a.allStored();
  await b.allStored();
}

for (const flags of [[], ['--tls-self-signed']]) {
  test(`the server is killed in mid-chat and comes back${flags.length ? ', over TLS' : ''}`, async () => {
    const server = await Server.start(...flags);
    const [a, b] = await pair(server);
    const [as, bs] = [texts('a', 12), texts('b', 12)];
    const talk = async (p: Person, list: string[]) => {
      for (const text of list) await p.say(text);
    };
    await Promise.all([talk(a, as.slice(0, 4)), talk(b, bs.slice(0, 4))]);
    await server.kill();
    await Promise.all([talk(a, as.slice(4, 8)), talk(b, bs.slice(4, 8))]);
    await a.page.locator('.banner').waitFor();
    await server.run();
    await Promise.all([talk(a, as.slice(8)), talk(b, bs.slice(8))]);
    await agree(a, b, ['hello', ...as, ...bs]);
    await expect.poll(() => a.page.locator('.banner').count()).toBe(0);
    a.blameless();
    b.blameless();
    await Promise.all([a.context.close(), b.context.close()]);
    await server.stop();
  });
}

test('no network, then network again; a tab that ends before the ack; a page without a server', async () => {
  const server = await Server.start();
  const [a, b] = await pair(server);

  await a.context.setOffline(true);
  for (const text of texts('a', 3)) await a.say(text);
  await expect.poll(() => a.page.locator('.msg.own.pending').count()).toBe(3);
  await a.context.setOffline(false);
  await agree(a, b, ['hello', ...texts('a', 3)]);

  // Written while the server is away, and the tab is closed at once.
  await server.kill();
  await a.say('a 4');
  await a.page.locator('.msg.own.pending').waitFor();
  await a.page.close();
  await server.run();
  a.page = await a.tab(server.url);
  await a.openTalk('bea');
  await agree(a, b, ['hello', ...texts('a', 4)]);

  // Without a server the page opens from the service worker, with the conversation from the local log.
  await a.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await server.kill();
  await a.page.reload();
  await a.sees(['a 3', 'a 4']);
  await a.say('a 5');
  await server.run();
  await agree(a, b, ['hello', ...texts('a', 5)]);
  await Promise.all([a.context.close(), b.context.close()]);
  await server.stop();
});

test('two tabs, and the leading one is closed', async () => {
  const server = await Server.start();
  const [a, b] = await pair(server);
  const second = await a.tab(a.page.url());
  await second.locator('.compose textarea').waitFor();
  await a.sees(['hello'], second);
  await a.say('a 1');
  await a.sees(['hello', 'a 1'], second);
  await a.say('a 2', second);
  await a.sees(['hello', 'a 1', 'a 2']);
  await b.say('b 1');
  await a.sees(['a 2', 'b 1'], second);
  await a.page.close();
  a.page = second;
  await a.say('a 3');
  await b.say('b 2');
  await agree(a, b, ['hello', ...texts('a', 3), ...texts('b', 2)]);

  // Signing out in one tab signs out in all.
  const third = await a.tab(server.url);
  await third.locator('.app').waitFor();
  await third.goto(`${server.url}/#/settings`);
  await third.locator('#account .btn').click();
  await third.locator('.gate form').waitFor();
  await second.locator('.gate form').waitFor();
  a.blameless();
  b.blameless();
  await Promise.all([a.context.close(), b.context.close()]);
  await server.stop();
});
