// How a citizen comes to a relying party, whatever it is written in: the same steps in a browser and over HTTP.

import { choose, pickProvider, signIn } from './journey.js';
import { logout } from '../walk/selectors.js';

/** From a relying party's login address through Varco and the demo's identity provider, and back. */
export async function enterAt(browser, demo, address, person, acting) {
  await browser.open(address);
  await browser.settle();
  await pickProvider(browser, demo.identityProvider);
  await signIn(browser, person);
  if (acting) await choose(browser, acting);
  await browser.settle();
}

/** From a relying party's logout address through Varco, and back. */
export async function leaveAt(browser, address) {
  await browser.open(address);
  await browser.settle();
  if (await browser.count(logout.confirm)) {
    await browser.click(logout.confirm);
    await browser.settle();
  }
}
