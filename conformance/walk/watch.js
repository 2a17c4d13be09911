// What nobody may see on any page: violations of the content security policy, errors in the console,
// failed scripts, wide pages on a phone, barriers that axe-core knows. And the camera.

import { mkdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export class Watch {
  constructor(report) {
    this.folder = path.join(report, 'screenshots');
    this.policy = [];
    this.console = [];
    this.scripts = [];
    this.barriers = [];
    this.wide = [];
    this.looks = 0;
    this.seen = new Set();
  }

  /** Pictures of an earlier walk are not pictures of this one. */
  async clear() {
    await rm(this.folder, { recursive: true, force: true });
    await mkdir(this.folder, { recursive: true });
  }

  /** Everything this page's visitors would hit is noted from now on. */
  async attach(context) {
    await context.exposeBinding('varcoPolicyViolation', ({ page }, what) => this.policy.push(`${place(page)}: ${what}`));
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) =>
        window.varcoPolicyViolation(`${event.effectiveDirective} ${event.blockedURI.split('?')[0]}`),
      );
    });
  }

  follow(page) {
    // Chromium reports the page's own status as a console error; the walk judges statuses itself.
    const documents = new Set();
    page.on('response', (response) => {
      if (response.request().isNavigationRequest()) documents.add(response.url());
    });
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      if (message.text().startsWith('Failed to load resource') && documents.has(message.location().url)) return;
      this.console.push(`${place(page)}: ${message.text().slice(0, 300)} (${message.location().url.split('?')[0]})`);
    });
    page.on('pageerror', (error) => this.scripts.push(`${place(page)}: ${error.message}`));
  }

  /**
   * Photographs the page under `name` and looks for barriers: folded, unfolded, and with each menu of
   * the header open (the same on many pages: once per menu, size and language).
   */
  async look(walker, name, size) {
    const key = `${name}-${size}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    await this.#inspect(walker, key);
    if (await walker.fold(true)) await this.#inspect(walker, `${key}-open`);
    await walker.fold(false);
    const language = await walker.page.locator('html').getAttribute('lang');
    for (const menu of await walker.menus()) {
      const once = `${menu}-${size}-${language}`;
      if (this.seen.has(once)) continue;
      this.seen.add(once);
      await walker.page.click(`#${menu}`);
      await this.#inspect(walker, `${key}-${menu}`);
      await walker.page.click(`#${menu}`);
    }
  }

  async #inspect(walker, key) {
    const { page } = walker;
    // Colours on their way are no colours to judge: letters there, transitions over.
    await page.evaluate(() => document.fonts.ready.then(() => true));
    await page.evaluate(() => {
      const over = Promise.allSettled(document.getAnimations().map((one) => one.finished));
      return Promise.race([over, new Promise((resolve) => setTimeout(resolve, 2_000))]).then(() => true);
    });
    await page.screenshot({ path: path.join(this.folder, `${key}.png`), fullPage: true });
    const surplus = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (surplus > 0) this.wide.push(`${key}: ${surplus} px too wide`);
    for (const violation of await barriers(page)) this.barriers.push({ look: key, ...violation });
    this.looks += 1;
  }
}

/** axe-core's violations on a page, beside its policy: the debugger's hand is not bound by it. */
export async function barriers(page) {
  const debug = await page.context().newCDPSession(page);
  const run = `${axeSource};axe.run(document, {runOnly: {type: 'tag', values: ${JSON.stringify(RULES)}}, resultTypes: ['violations']})
    .then((result) => JSON.stringify(result.violations.map((one) => ({
      rule: one.id, impact: one.impact,
      nodes: one.nodes.map((node) => node.target.join(' ') + ': ' + (node.failureSummary || '').split('\\n').slice(1, 2).join(' ').trim()) }))))`;
  const { result, exceptionDetails } = await debug.send('Runtime.evaluate', { expression: run, awaitPromise: true, returnByValue: true });
  await debug.detach();
  if (exceptionDetails) throw new Error(`axe-core could not run: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
  return JSON.parse(result.value);
}

function place(page) {
  return page.url().split('?')[0];
}
