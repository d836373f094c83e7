import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { Person, startBrowser } from './person.ts';
import { Server } from './server.ts';

let browser: Browser;
let server: Server;
const shots = process.env.PARLEY_SHOTS ?? join(inject('scratch'), 'shots');

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  [browser, server] = await Promise.all([startBrowser(), Server.start()]);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

const shot = (p: Person, name: string): Promise<unknown> => p.page.screenshot({ path: join(shots, `changes-${name}.png`), animations: 'disabled' });

test('two people edit, react, pin and recall; both see it, also after a reload', async () => {
  const ann = await Person.open(browser, server.url);
  const lei = await Person.open(browser, server.url, { locale: 'zh-CN', colorScheme: 'dark' });
  await ann.register('ann');
  await lei.register('李雷');
  await ann.befriend('李雷');
  await ann.say('The switch is on Tusday.');
  await ann.say('This is nobody’s business.');
  await ann.allStored();
  await lei.openTalk('ann');
  await lei.sees(['The switch is on Tusday.', 'This is nobody’s business.']);

  // Edit: by the arrow in the empty field, and by the menu.
  const field = ann.page.locator('.compose textarea');
  await field.press('ArrowUp');
  await expect.poll(() => field.inputValue()).toBe('This is nobody’s business.');
  await field.press('Escape');
  await expect.poll(() => field.inputValue()).toBe('');
  await ann.page.locator('.msg .bubble').first().click({ button: 'right' });
  await ann.page.locator('.pop.menu').waitFor();
  await shot(ann, 'menu');
  await ann.page.getByRole('menuitem', { name: /^Edit/ }).click();
  await expect.poll(() => field.inputValue()).toBe('The switch is on Tusday.');
  await field.fill('The switch is on Tuesday.');
  await shot(ann, 'edit');
  await field.press('Enter');
  await lei.sees(['The switch is on Tuesday.', 'This is nobody’s business.']);
  await lei.page.locator('.msg .meta i', { hasText: '已编辑' }).waitFor();

  // React: from the quick row, and by a word in either language.
  await lei.page.locator('.msg .bubble').first().hover();
  await lei.page.locator('.msg').first().locator('.acts .tool').first().click();
  await lei.page.locator('.picker .emos').waitFor();
  await shot(lei, 'picker');
  await lei.page.locator('.picker input').fill('火箭');
  await expect.poll(() => lei.page.locator('.emos .emo').first().textContent()).toBe('🚀');
  await lei.page.keyboard.press('Enter');
  await ann.page.locator('.react', { hasText: '🚀' }).waitFor();
  await ann.page.locator('.react', { hasText: '🚀' }).click();
  await expect.poll(() => lei.page.locator('.react', { hasText: '🚀' }).textContent()).toContain('2');
  expect(await lei.page.locator('.react[aria-pressed=true]').count()).toBe(1);
  await lei.page.locator('.react', { hasText: '🚀' }).click();
  await expect.poll(() => ann.page.locator('.react', { hasText: '🚀' }).textContent()).toContain('1');

  // Pin, and recall after one question.
  await ann.page.keyboard.press('Control+ArrowUp');
  await ann.page.locator('.msg:focus').waitFor();
  await ann.page.keyboard.press('Control+ArrowUp');
  await ann.page.keyboard.press('p');
  await lei.page.locator('.msg').first().locator('.meta use[href="#i-pin"]').waitFor({ state: 'attached' });
  await ann.page.locator('.msg').nth(1).locator('.bubble').click({ button: 'right' });
  await ann.page.getByRole('menuitem', { name: /^Recall/ }).click();
  await ann.page.locator('dialog .btn.risk').click();
  await lei.page.locator('.msg.recalled', { hasText: 'ann 撤回了一条消息' }).waitFor();
  await ann.page.locator('.msg.recalled', { hasText: 'You recalled a message' }).waitFor();
  await shot(lei, 'after');

  // What is kept here is what the server has.
  await server.kill();
  await lei.page.reload();
  await lei.page.locator('.msg.recalled').waitFor();
  expect((await lei.texts())[0]).toBe('The switch is on Tuesday.');
  await lei.page.locator('.react', { hasText: '🚀' }).waitFor();
  await server.run();
  ann.blameless();
  lei.blameless();
  await Promise.all([ann.context.close(), lei.context.close()]);
});

test('a conversation is muted, pinned and hidden on all devices of a user, and a draft goes with them', async () => {
  const eva = await Person.open(browser, server.url);
  const tom = await Person.open(browser, server.url);
  await eva.register('eva');
  await tom.register('tom');
  await eva.befriend('tom');
  await eva.say('hello');
  await eva.allStored();
  const phone = await Person.open(browser, server.url, { viewport: { width: 390, height: 844 } });
  await phone.signIn('eva');
  const row = phone.page.locator('.item', { hasText: 'tom' });
  await row.waitFor();
  const choose = async (name: RegExp): Promise<void> => {
    await eva.page.locator('.item', { hasText: 'tom' }).click({ button: 'right' });
    await eva.page.getByRole('menuitem', { name }).click();
  };
  await choose(/^Pin to the top/);
  await row.locator('.b use[href="#i-pin"]').waitFor({ state: 'attached' });
  await choose(/^Mute/);
  await shot(eva, 'mute');
  await eva.page.getByRole('menuitemradio', { name: /until I turn it on/ }).click();
  await row.locator('.n use[href="#i-mute"]').waitFor({ state: 'attached' });
  await tom.openTalk('eva');
  await tom.say('psst');
  await row.locator('.badge.quiet').waitFor();
  expect(await phone.page.title()).not.toMatch(/^\(/);
  await eva.page.locator('.compose textarea').fill('half a thou');
  await row.getByText('half a thou').waitFor();
  await eva.page.locator('.compose textarea').press('Enter');
  await row.getByText('Draft').waitFor({ state: 'detached' });
  await eva.page.goto(`${server.url}/#/`);
  await choose(/^Hide/);
  await row.waitFor({ state: 'detached' });
  await tom.say('are you there?');
  await row.waitFor();
  for (const p of [eva, tom, phone]) p.blameless();
  await Promise.all([eva.context.close(), tom.context.close(), phone.context.close()]);
});

test('a group has rules: who writes, who joins, who looks after it', async () => {
  const ada = await Person.open(browser, server.url);
  const bea = await Person.open(browser, server.url);
  await ada.register('ada');
  await bea.register('bea');
  await ada.befriend('bea');
  await ada.makeGroup('Announcements');
  await ada.page.keyboard.press('Alt+m');
  await ada.page.locator('.panel').getByRole('button', { name: 'Add members' }).click();
  await ada.page.locator('dialog .line', { hasText: 'bea' }).locator('input').check();
  await ada.page.locator('dialog .btn.main').click();
  await bea.openTalk('Announcements');
  await ada.page.locator('.panel .line', { hasText: 'bea' }).waitFor();
  await ada.page.locator('.panel').getByRole('button', { name: 'Group settings' }).click();
  await shot(ada, 'rules');
  await ada.page.locator('dialog .seg label', { hasText: 'Admins' }).click();
  await ada.page.locator('dialog .seg label', { hasText: 'Nobody' }).click();
  await ada.page.locator('dialog .btn.main').click();
  await bea.page.locator('.shut', { hasText: 'Only admins may post here.' }).waitFor();
  await ada.page.locator('.panel select').selectOption('admin');
  await bea.page.locator('.compose textarea').waitFor();
  await shot(ada, 'roles');
  await bea.say('I look after it too');
  await ada.sees(['I look after it too']);
  ada.blameless();
  bea.blameless();
  await Promise.all([ada.context.close(), bea.context.close()]);
});
