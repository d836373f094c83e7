import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { expect } from 'vitest';

const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Starts Chromium. */
export const startBrowser = (): Promise<Browser> => chromium.launch({ executablePath: executable, args: ['--no-sandbox'] });

export const PASSWORD = 'three unusual words';

/** Everything that a browser asked another host for, and every fault that a page reported: both stay empty. */
export interface Faults {
  foreign: string[];
  errors: string[];
}

/** What a page may report while its server is down, and nothing else. */
const expected = [
  /WebSocket connection to/,
  /An SSL certificate error occurred when fetching the script/,
  /Failed to load resource: net::ERR_/,
  /net::ERR_INTERNET_DISCONNECTED/,
];

/** Somebody with a browser of their own. */
export class Person {
  readonly context: BrowserContext;
  readonly faults: Faults = { foreign: [], errors: [] };
  page!: Page;
  name = '';

  private constructor(context: BrowserContext) {
    this.context = context;
  }

  /** Opens a browser profile on a server's page. */
  static async open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Person> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ignoreHTTPSErrors: true, ...options });
    const p = new Person(context);
    context.on('request', (r) => {
      const at = new URL(r.url());
      if (at.protocol !== 'data:' && at.protocol !== 'blob:' && at.host !== new URL(url).host) p.faults.foreign.push(r.url());
    });
    p.page = await p.tab(url);
    return p;
  }

  /** Opens a further tab. */
  async tab(url: string): Promise<Page> {
    const page = await this.context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (e) => this.faults.errors.push(e.stack ?? e.message));
    page.on('console', (m) => {
      if (m.type() === 'error' && !expected.some((e) => e.test(m.text()))) this.faults.errors.push(m.text());
    });
    await page.goto(url);
    return page;
  }

  async register(name: string): Promise<void> {
    this.name = name;
    await this.page.getByRole('button', { name: /Create an account|注册账号/ }).click();
    await this.page.locator('input[autocomplete=username]').fill(name);
    await this.page.locator('input[type=password]').fill(PASSWORD);
    await this.page.locator('.btn.main.wide').click();
    await this.page.locator('.app').waitFor();
  }

  async signIn(who: string): Promise<void> {
    await this.page.locator('input[autocomplete=username]').fill(who);
    await this.page.locator('input[type=password]').fill(PASSWORD);
    await this.page.locator('.btn.main.wide').click();
    await this.page.locator('.app').waitFor();
  }

  async befriend(who: string): Promise<void> {
    await this.page.keyboard.press('Alt+a');
    await this.page.locator('dialog input').fill(who);
    await this.page.keyboard.press('Enter');
    await this.page.locator('.compose textarea').waitFor();
  }

  /** Makes a group and returns its number. */
  async makeGroup(name: string, use = ''): Promise<number> {
    await this.page.keyboard.press('Alt+g');
    await this.page.locator('dialog input').fill(name);
    if (use) await this.page.locator('dialog textarea').fill(use);
    await this.page.locator('dialog input').press('Enter');
    await this.page.waitForURL(/#\/g\d+$/);
    return Number(/#\/g(\d+)$/.exec(this.page.url())?.[1]);
  }

  async joinGroup(gid: number): Promise<void> {
    await this.page.keyboard.press('Control+k');
    const chinese = await this.page.evaluate(() => document.documentElement.lang.startsWith('zh'));
    await this.page.locator('dialog input').fill(chinese ? '>加入' : '>join');
    await this.page.keyboard.press('Enter');
    await this.page.locator('dialog form input').fill(String(gid));
    await this.page.keyboard.press('Enter');
    await this.page.waitForURL(new RegExp(`#/g${gid}$`));
  }

  async openTalk(name: string): Promise<void> {
    await this.page.locator('.item').filter({ has: this.page.locator('.n', { hasText: name }) }).first().click();
    await this.page.locator('.compose textarea').waitFor();
  }

  /** Writes a message and presses Enter. */
  async say(text: string, page = this.page): Promise<void> {
    const area = page.locator('.compose textarea');
    await area.fill(text);
    await area.press('Enter');
  }

  /** The texts of the open conversation, in the order of the screen. */
  texts(page = this.page): Promise<string[]> {
    return page.locator('.log .msg .text').evaluateAll((all) => all.map((e) => (e.textContent ?? '').replaceAll('\u00a0', ' ')));
  }

  /** Waits until the conversation has exactly these texts at its end. */
  async sees(want: string[], page = this.page): Promise<void> {
    await expect.poll(async () => (await this.texts(page)).slice(-want.length), { timeout: 30_000 }).toEqual(want);
  }

  /** Waits until all of one's own messages on screen are stored. */
  async allStored(page = this.page): Promise<void> {
    await expect.poll(() => page.locator('.msg.own:not(.stored):not(.read)').count(), { timeout: 30_000 }).toBe(0);
  }

  /** Nothing was asked of another host, and no page reported a fault. */
  blameless(): void {
    expect(this.faults).toEqual({ foreign: [], errors: [] });
  }
}
