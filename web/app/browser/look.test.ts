import axe from 'axe-core';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { Person, startBrowser } from './person.ts';
import { Server } from './server.ts';

/** The folder of the pictures; they are looked at by people. */
const shots = process.env.PARLEY_SHOTS ?? join(inject('scratch'), 'shots');
const sizes: Record<string, { width: number; height: number }> = process.env.PARLEY_SHOTS
  ? { phone: { width: 390, height: 844 }, laptop: { width: 1280, height: 800 }, wide: { width: 1680, height: 1050 } }
  : { laptop: { width: 1280, height: 800 } };

let browser: Browser;
let server: Server;

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  [browser, server] = await Promise.all([startBrowser(), Server.start()]);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** No serious or critical finding of axe, and nothing that scrolls sideways. */
async function sound(page: Page, name: string): Promise<void> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] });
    return violations
      .filter((v) => v.impact === 'serious' || v.impact === 'critical')
      .map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
  });
  expect(found, name).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), name).toBeLessThanOrEqual(0);
}

async function picture(p: Person, name: string): Promise<void> {
  for (const [size, viewport] of Object.entries(sizes)) {
    await p.page.setViewportSize(viewport);
    await p.page.screenshot({ path: join(shots, `${name}-${size}.png`), animations: 'disabled' });
    await sound(p.page, `${name} ${size}`);
  }
  await p.page.setViewportSize({ width: 1280, height: 800 });
}

const looks = [
  { locale: 'en-GB', colorScheme: 'light' },
  { locale: 'zh-CN', colorScheme: 'dark' },
] as const;

for (const look of looks) {
  test(`every screen, ${look.locale}, ${look.colorScheme}: axe finds nothing serious`, { timeout: 400_000 }, async () => {
    const tag = `${look.locale.slice(0, 2)}-${look.colorScheme}`;
    const me = await Person.open(browser, server.url, look);
    const other = await Person.open(browser, server.url);
    await me.page.locator('.server .dot:not(.off)').waitFor();
    await picture(me, `${tag}-01-gate`);
    await me.register(`alice ${tag}`);
    await picture(me, `${tag}-02-empty`);
    await other.register(`李雷 ${tag}`);
    await me.befriend(other.name);
    await picture(me, `${tag}-03-begin`);
    await other.openTalk(me.name);
    await other.say('Morning! Did the restore drill finish?');
    await other.say('I’d like to tell the others before lunch.');
    await me.sees(['Morning! Did the restore drill finish?', 'I’d like to tell the others before lunch.']);
    await me.say('Yes. 38 minutes for everything, nothing missing. 性能数据要一致。');
    await me.say(
      'This is what I ran, `kill -9` included:\n```sh\nparley bench --pairs 100 --window 16 \\\n  --kill node-2 --after 30s\n```\nand the page is https://example.org/docs/performance.md 🙂',
    );
    await other.say('Ship it?');
    await expect.poll(async () => (await me.texts()).length).toBe(5);
    await me.allStored();
    const gid = await me.makeGroup('Release 2.0', 'From the last test to the announcement');
    await other.joinGroup(gid);
    await other.say('集群测试跑完了：3 个节点，1,000 次 kill，0 丢失，0 重复。');
    await me.sees(['集群测试跑完了：3 个节点，1,000 次 kill，0 丢失，0 重复。']);
    await me.openTalk(other.name);
    await me.page.locator('.compose textarea').fill('I’d wait for the answer and then tag it. What do you');
    await picture(me, `${tag}-04-talk`);
    await me.openTalk('Release 2.0');
    await me.page.keyboard.press('Alt+m');
    await me.page.locator('.panel .line').nth(1).waitFor();
    await picture(me, `${tag}-05-group`);
    await me.page.keyboard.press('Alt+m');
    for (const [keys, name] of [
      ['Alt+n', 'new'],
      ['Alt+a', 'friend'],
      ['Alt+g', 'create'],
      ['Control+k', 'palette'],
      ['Control+/', 'keys'],
    ] as const) {
      await me.page.keyboard.press(keys);
      await me.page.locator('dialog[open]').waitFor();
      if (name === 'palette') await me.page.locator('dialog input').fill('re');
      await picture(me, `${tag}-06-${name}`);
      await me.page.keyboard.press('Escape');
      await me.page.locator('dialog').waitFor({ state: 'detached' });
    }
    await me.page.goto(`${server.url}/#/`);
    await picture(me, `${tag}-07-list`);
    await me.page.goto(`${server.url}/#/settings`);
    await me.page.locator('#sessions .tag').waitFor();
    await picture(me, `${tag}-08-settings`);
    await me.page.emulateMedia({ forcedColors: 'active' });
    await me.page.goto(`${server.url}/#/g${gid}`);
    await me.page.locator('.msg').first().waitFor();
    await picture(me, `${tag}-09-forced`);
    me.blameless();
    await Promise.all([me.context.close(), other.context.close()]);
  });
}

test('the first load weighs at most 60 KiB, and shows a kept conversation without a server', async () => {
  const dist = join(import.meta.dirname, '../../dist');
  const p = await Person.open(browser, server.url);
  await p.register('light');
  await p.makeGroup('one');
  await p.say('hello');
  await p.allStored();
  await p.page.evaluate(async () => {
    for (const r of await navigator.serviceWorker.getRegistrations()) await r.unregister();
    for (const c of await caches.keys()) await caches.delete(c);
  });
  // All that was asked for before the first message stood on the page counts.
  await p.page.addInitScript(() => {
    const look = new MutationObserver(() => {
      if (!document.querySelector('.msg')) return;
      look.disconnect();
      (globalThis as unknown as { asked: string[] }).asked = performance.getEntriesByType('resource').map((e) => e.name);
    });
    look.observe(document, { childList: true, subtree: true });
  });
  await p.page.reload();
  await p.page.locator('.msg').waitFor();
  const asked = await p.page.evaluate(() => (globalThis as unknown as { asked: string[] }).asked.map((url) => new URL(url).pathname));
  const names = asked.filter((name) => /\.(js|css)$/.test(name));
  const weight = names.reduce((n, name) => n + statSync(join(dist, `${name}.gz`)).size, 0);
  console.log(`first load: ${weight} bytes of JS and CSS, packed by gzip, in ${names.join(' ')}`);
  expect(names.length).toBeGreaterThan(2);
  expect(weight).toBeLessThanOrEqual(60 * 1024);
  expect(readFileSync(join(dist, 'index.html'), 'utf8')).not.toMatch(/<style|style=/);
  p.blameless();
  await p.context.close();
});

test('everything by keyboard alone', async () => {
  const p = await Person.open(browser, server.url);
  const q = await Person.open(browser, server.url);
  await q.register('quinn');
  const { keyboard } = p.page;
  // The name has the focus; the way to an account is reached by Tab.
  for (let i = 0; i < 12 && !(await p.page.evaluate(() => document.activeElement?.textContent === 'Create an account')); i++) await keyboard.press('Tab');
  await keyboard.press('Enter');
  await p.page.locator('h1', { hasText: 'Create an account' }).waitFor();
  await keyboard.type('kay');
  await keyboard.press('Tab');
  await keyboard.type('three unusual words');
  await keyboard.press('Enter');
  await p.page.locator('.app').waitFor();
  await keyboard.press('Alt+a');
  await p.page.locator('dialog[open]').waitFor();
  await keyboard.type('quinn');
  await keyboard.press('Enter');
  await p.page.locator('.compose textarea:focus').waitFor();
  await keyboard.type('first');
  await keyboard.press('Shift+Enter');
  await keyboard.type('second line');
  await keyboard.press('Enter');
  await p.sees(['first\nsecond line']);
  await p.allStored();
  await keyboard.press('Control+ArrowUp');
  await p.page.locator('.msg:focus').waitFor();
  await p.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await keyboard.press('c');
  expect(await p.page.evaluate(() => navigator.clipboard.readText())).toBe('first\nsecond line');
  await keyboard.press('Control+k');
  await p.page.locator('dialog[open] input:focus').waitFor();
  await keyboard.type('>settings');
  await keyboard.press('Enter');
  await p.page.locator('.settings').waitFor();
  p.blameless();
  await Promise.all([p.context.close(), q.context.close()]);
});
