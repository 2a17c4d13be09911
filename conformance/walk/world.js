// The walk's world: one Chromium, new browsers for new citizens, and the watch over all their pages.

import { chromium } from 'playwright-core';
import { Walker } from './walker.js';

export const SIZES = {
  desktop: { viewport: { width: 1280, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};

// Chromium's own calls home have no place to go; as root it has no sandbox.
const SWITCHES = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--lang=it-IT',
];

export async function openChromium() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: SWITCHES,
    env: { ...process.env, LANGUAGE: 'it', LANG: 'it_IT.UTF-8' },
  });
}

export class World {
  constructor({ suite, demo, watch, chromium: engine }) {
    Object.assign(this, { suite, demo, watch, chromium: engine, contexts: [] });
  }

  /** Somebody's browser: cookies of its own. */
  async browser({ size = 'desktop', locale = 'it-IT', script = true } = {}) {
    const context = await this.chromium.newContext({ ...SIZES[size], locale, javaScriptEnabled: script, reducedMotion: 'reduce' });
    this.contexts.push(context);
    // Without script there is no listener to add; the console still tells.
    if (script) await this.watch.attach(context);
    return Walker.arrive(context, this.watch, { script });
  }

  /** One more tab of the same browser. */
  async tab(walker) {
    return Walker.arrive(walker.context, this.watch, { script: walker.script });
  }

  /** A check whose browsers are closed at its end, with a picture of where it failed. */
  async check(name, body) {
    await this.suite.check(name, async () => {
      try {
        await body();
      } catch (error) {
        await this.#photographFailure(name);
        throw error;
      } finally {
        await Promise.all(this.contexts.splice(0).map((context) => context.close()));
      }
    });
  }

  async #photographFailure(name) {
    const file = name.replace(/[^a-z0-9]+/gi, '-').toLowerCase().slice(0, 60);
    for (const [number, page] of this.contexts.flatMap((context) => context.pages()).entries()) {
      await page.screenshot({ path: `${this.watch.folder}/failed-${file}-${number}.png`, timeout: 5_000 }).catch(() => {});
    }
  }
}
