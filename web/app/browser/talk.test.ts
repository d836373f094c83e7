import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PASSWORD, Person, startBrowser } from './person.ts';
import { Server } from './server.ts';

let browser: Browser;
let server: Server;

beforeAll(async () => {
  [browser, server] = await Promise.all([startBrowser(), Server.start()]);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

test('two people register, become friends and chat both ways', async () => {
  const alice = await Person.open(browser, server.url);
  const lei = await Person.open(browser, server.url, { locale: 'zh-CN', colorScheme: 'dark' });
  await alice.register('alice');
  await lei.register('李雷');
  await alice.befriend('李雷');
  await alice.say('Morning!');
  await alice.say('Did the drill finish?');
  await lei.page.locator('.item.unread .badge', { hasText: '2' }).waitFor();
  expect(await lei.page.title()).toMatch(/^\(1\) /);
  await lei.openTalk('alice');
  await lei.sees(['Morning!', 'Did the drill finish?']);
  await lei.say('是的，38 分钟。');
  await alice.sees(['Morning!', 'Did the drill finish?', '是的，38 分钟。']);
  await alice.allStored();

  // Read after it was on screen for a moment: the badge goes, also from the title.
  await expect.poll(() => lei.page.locator('.item.unread').count()).toBe(0);
  await expect.poll(() => lei.page.title()).not.toMatch(/^\(/);

  // Presence.
  await alice.page.locator('.who .on').waitFor();
  await lei.context.close();
  await expect.poll(() => alice.page.locator('.who .on').count(), { timeout: 30_000 }).toBe(0);
  alice.blameless();
  lei.blameless();
  await alice.context.close();
});

test('a group of two browsers and a terminal', async () => {
  const ann = await Person.open(browser, server.url);
  const ben = await Person.open(browser, server.url);
  await ann.register('ann');
  await ben.register('ben');
  const gid = await ann.makeGroup('Release 2.0', 'From the last test to the announcement');
  await ben.joinGroup(gid);
  await ann.say('Welcome');
  await ben.sees(['Welcome']);
  const own = { PARLEY_PASSWORD: PASSWORD, XDG_STATE_HOME: `${process.env.TMPDIR ?? '/tmp'}/parley-browser-state` };
  await server.command(
    ['chat', '--server', server.ws, '--name', 'tty', '--register', '--no-state'],
    own,
    `/join ${gid}\n/to #${gid}\nfrom a terminal\n/quit\n`,
  );
  await ann.sees(['Welcome', 'from a terminal']);
  await ben.sees(['Welcome', 'from a terminal']);
  await ann.page.keyboard.press('Alt+m');
  await expect.poll(() => ann.page.locator('.panel .line .cut').allTextContents()).toEqual(expect.arrayContaining(['ann', 'ben', 'tty']));
  ann.blameless();
  ben.blameless();
  await ann.context.close();
  await ben.context.close();
});

test('signed in after a reload, signed out on purpose, in again by number', async () => {
  const eve = await Person.open(browser, server.url);
  await eve.register('eve');
  await eve.page.reload();
  await eve.page.locator('.me', { hasText: 'eve' }).waitFor();
  await eve.page.getByRole('button', { name: 'Settings' }).click();
  const number = /Number (\d+)/.exec((await eve.page.locator('#account small').textContent()) ?? '')?.[1] ?? '';
  await eve.page.locator('#account .btn').click();
  await eve.page.locator('.gate form').waitFor();
  await eve.page.reload();
  await eve.page.locator('.gate form').waitFor();
  await eve.signIn(number);
  await eve.page.locator('.me', { hasText: 'eve' }).waitFor();
  eve.blameless();
  await eve.context.close();
});

test('a wrong password says so, a session is revoked from another browser', async () => {
  const here = await Person.open(browser, server.url);
  await here.register('fay');
  const there = await Person.open(browser, server.url);
  await there.page.locator('input[autocomplete=username]').fill('fay');
  await there.page.locator('input[type=password]').fill('not this one');
  await there.page.locator('.btn.main.wide').click();
  await there.page.locator('.note.risk').waitFor();
  await there.signIn('fay');
  await here.page.goto(`${server.url}/#/settings`);
  await here.page.locator('#sessions .btn.risk').first().click();
  await here.page.locator('dialog .btn.risk').click();
  await there.page.locator('.gate .note', { hasText: 'signed out' }).waitFor();
  expect(await here.page.locator('#sessions .tag').count()).toBe(1);
  here.blameless();
  await here.context.close();
  await there.context.close();
});
