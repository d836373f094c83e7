import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Person, startBrowser } from './person.ts';
import { Server } from './server.ts';

/** The pictures of the docs: `npm run pictures -w app`. They are looked at before they are committed. */
const folder = join(import.meta.dirname, '../../../docs/pictures');

let browser: Browser;
let server: Server;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  [browser, server] = await Promise.all([startBrowser(), Server.start()]);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

const picture = (p: Person, name: string): Promise<unknown> =>
  p.page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });

/** Reacts to the message with the text, by a word for the emoji. */
async function react(p: Person, text: string, word: string): Promise<void> {
  const m = p.page.locator('.msg', { hasText: text }).first();
  await m.locator('.bubble').hover();
  await m.locator('.acts .tool').first().click();
  await p.page.locator('.picker input').fill(word);
  await p.page.locator('.emos .emo').first().waitFor();
  await p.page.keyboard.press('Enter');
  await m.locator('.react').first().waitFor();
}

async function pin(p: Person, text: string): Promise<void> {
  await p.page.locator('.msg .bubble', { hasText: text }).first().click({ button: 'right' });
  await p.page.getByRole('menuitem', { name: /^Pin/ }).click();
}

test('pictures of the client', { timeout: 300_000 }, async () => {
  const alice = await Person.open(browser, server.url);
  const bob = await Person.open(browser, server.url);
  const carol = await Person.open(browser, server.url);
  const lei = await Person.open(browser, server.url, { locale: 'zh-CN', colorScheme: 'dark' });
  await alice.page.locator('.server .dot:not(.off)').waitFor();
  await picture(alice, 'sign-in');
  await alice.register('alice');
  await bob.register('bob');
  await carol.register('carol');
  await lei.register('李雷');
  for (const name of ['bob', 'carol', '李雷']) await alice.befriend(name);
  await lei.befriend('bob');
  const backend = await lei.makeGroup('后端组', '代码评审和值班');
  const gid = await alice.makeGroup('Release 2.0', 'From the last test to the announcement');
  for (const p of [bob, carol, lei]) await p.joinGroup(gid);
  for (const p of [alice, bob]) await p.joinGroup(backend);
  await lei.openTalk('后端组');
  await lei.say('今天的值班是 bob，明天是我。');
  await bob.openTalk('alice');
  await bob.say('Coffee at three?');
  await alice.openTalk('carol');
  await carol.openTalk('alice');
  await carol.say('The drawings are in the wiki.');

  await alice.openTalk('Release 2.0');
  await bob.openTalk('Release 2.0');
  await carol.openTalk('Release 2.0');
  await lei.openTalk('Release 2.0');
  await bob.say('Morning! Did the restore drill finish?');
  await bob.say('I’d like to tell the others before lunch.');
  await alice.sees(['Morning! Did the restore drill finish?', 'I’d like to tell the others before lunch.']);
  await alice.say('Yes. 38 minutes for everything, nothing missing.');
  await alice.say('This is what I ran:\n```sh\nparley bench --users 200 \\\n  --duration 30s --verify\n```');
  await alice.allStored();
  await expect.poll(async () => (await lei.texts()).length).toBe(4);
  await lei.say('集群测试也跑完了：3 个节点，0 丢失，0 重复。');
  await expect.poll(async () => (await carol.texts()).length).toBe(5);
  await carol.say('Then the announcement goes out on Tuesday at ten.');
  await expect.poll(async () => (await alice.texts()).length).toBe(6);
  await react(bob, 'nothing missing', 'tada');
  await react(lei, 'nothing missing', '火箭');
  await react(alice, '集群测试也跑完了', 'thumbs up');
  await react(bob, '集群测试也跑完了', 'thumbs up');
  await pin(alice, 'The announcement goes out'.replace('The', 'Then the'));
  await expect.poll(() => alice.page.locator('.react').count()).toBe(3);
  await alice.page.locator('.compose textarea').fill('Great. I’ll tag it after the answer from ');
  await picture(alice, 'conversation');
  await alice.page.keyboard.press('Alt+m');
  await alice.page.locator('.panel .line').nth(3).waitFor();
  await picture(alice, 'members');
  await alice.page.keyboard.press('Alt+m');
  await picture(lei, 'conversation-dark-zh');

  await alice.page.locator('.msg', { hasText: 'Then the' }).locator('.bubble').hover();
  await alice.page.locator('.msg', { hasText: 'Then the' }).locator('.acts .tool').first().click();
  await alice.page.locator('.picker .emos .emo').first().waitFor();
  await picture(alice, 'emoji');
  await alice.page.keyboard.press('Escape');
  await alice.page.keyboard.press('Control+k');
  await alice.page.locator('dialog input').fill('re');
  await picture(alice, 'palette');
  await alice.page.keyboard.press('Escape');
  await alice.page.goto(`${server.url}/#/settings`);
  await alice.page.locator('#sessions .tag').waitFor();
  await picture(alice, 'settings');
  await carol.page.setViewportSize({ width: 390, height: 844 });
  await picture(carol, 'phone');
  for (const p of [alice, bob, carol, lei]) p.blameless();
});
