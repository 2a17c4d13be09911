// A citizen in Chromium: the steps of lib/journey.js, by clicking what is on the page.

import { foldable, leaving, menu, provider } from './selectors.js';

const PATIENCE_MS = 15_000;

export class Walker {
  /** @param {import('playwright-core').BrowserContext} context */
  static async arrive(context, watch, { script = true } = {}) {
    const walker = new Walker();
    walker.context = context;
    walker.script = script;
    walker.page = await context.newPage();
    walker.page.setDefaultTimeout(PATIENCE_MS);
    watch?.follow(walker.page);
    return walker;
  }

  async open(url) {
    this.answer = await this.page.goto(url, { waitUntil: 'load' });
    return this.answer;
  }

  url() {
    return this.page.url();
  }

  async text() {
    return (await this.page.locator('body').innerText()).replace(/\s+/g, ' ').trim();
  }

  async count(selector, text) {
    return this.#find(selector, text).count();
  }

  /** Clicks; a link or button that leads elsewhere has been followed when this returns. */
  async click(selector, text) {
    const found = this.#find(selector, text).first();
    const leads = await found.evaluate((element) => element.tagName !== 'SUMMARY');
    if (!leads) return found.click();
    // The next document is the sign, not the address: a page may lead to itself.
    const next = this.page.waitForEvent('domcontentloaded', { timeout: PATIENCE_MS });
    await found.click();
    await next;
  }

  async tick(selector, text) {
    const found = this.#find(selector, text).first();
    const isLabel = await found.evaluate((element) => element.tagName === 'LABEL');
    return isLabel ? found.click() : found.check();
  }

  /** Waits where pages send the browser on by themselves; without script, presses their button. */
  async settle() {
    const begin = Date.now();
    while (Date.now() - begin < PATIENCE_MS) {
      const state = await this.#state();
      if (state === 'waiting') return;
      if (state === 'answer' && !this.script) await this.click(`:is(${provider.answer}) :is(button, [type="submit"])`);
      else await this.page.waitForTimeout(50);
    }
    throw new Error(`the pages send the browser on and on; last ${this.url().split('?')[0]}`);
  }

  /** What the page is doing, from one look at one document: the next moment it may be another. */
  async #state() {
    try {
      return await this.page.evaluate(
        ({ answer, refresh }) => {
          if (document.readyState !== 'complete') return 'loading';
          if (document.querySelector(answer)) return 'answer';
          return document.querySelector(refresh) ? 'leaving' : 'waiting';
        },
        { answer: provider.answer, refresh: `${leaving.refresh}, ${leaving.script}` },
      );
    } catch (error) {
      // The page went away while it was being looked at.
      if (/context was destroyed|navigat/i.test(String(error))) return 'loading';
      throw error;
    }
  }

  /** What an address answers as JSON with this browser's cookies; null on 401 or 404. */
  async json(url) {
    const answer = await this.context.request.get(url, { headers: { accept: 'application/json' }, maxRedirects: 0 });
    if ([401, 404].includes(answer.status())) return null;
    if (answer.status() !== 200) throw new Error(`${new URL(url).pathname} answered ${answer.status()}`);
    return answer.json();
  }

  /** Opens or closes everything that folds; answers how many there are. */
  async fold(open) {
    return this.page.locator(foldable).evaluateAll((all, wanted) => {
      all.forEach((element) => (element.open = wanted));
      return all.length;
    }, open);
  }

  /** The buttons of the menus that hang down, by their ids. */
  async menus() {
    return this.page.locator(menu).evaluateAll((all) => all.map((button) => button.id));
  }

  #find(selector, text) {
    const found = this.page.locator(selector);
    if (!text) return found;
    // A picture's text counts as text: identity providers are logos.
    return found.filter({ hasText: text }).or(found.filter({ has: this.page.locator(`img[alt*="${text}"]`) }));
  }
}
