// Several tabs, the back button, and somebody else's browser.

import assert from 'node:assert/strict';
import {
  ACME, BORGO_ALTO, PEOPLE, choose, claimsOf, enter, expectChooser, expectNobody, expectOrganisation, expectPerson, expectPortal,
  knock, pickProvider, signIn,
} from '../lib/journey.js';
import { chooser, provider } from './selectors.js';

export async function walkBrowsers(world) {
  const { demo, watch } = world;

  await world.check('two tabs: both finish, each with its own choice', async () => {
    const first = await world.browser();
    const second = await world.tab(first);
    await knock(first, demo, 'organisation');
    await knock(second, demo, 'either');
    await pickProvider(first, demo.identityProvider);
    await pickProvider(second, demo.identityProvider);
    await signIn(second, PEOPLE.mario);
    await signIn(first, PEOPLE.mario);
    await expectChooser(first);
    await expectChooser(second);
    await choose(first, ACME);
    await choose(second, BORGO_ALTO);
    await expectPortal(first, demo, 'organisation');
    await expectPortal(second, demo, 'either');
    expectOrganisation(await claimsOf(first, demo, 'organisation'), ACME);
    expectOrganisation(await claimsOf(second, demo, 'either'), BORGO_ALTO);
  });

  await world.check('back button to the chooser after the end: a page that says so, and no second identity', async () => {
    const citizen = await world.browser();
    await enter(citizen, demo, 'organisation', PEOPLE.mario);
    const address = citizen.url();
    await choose(citizen, ACME);
    await expectPortal(citizen, demo, 'organisation');
    await citizen.open(address);
    assert.ok(citizen.url().startsWith(demo.issuer), 'Varco answers');
    assert.equal(await citizen.count(chooser.option), 0, 'a login that has ended offers no choice');
    await watch.look(citizen, 'error-login-ended', 'desktop');
    const claims = await claimsOf(citizen, demo, 'organisation');
    expectPerson(claims, PEOPLE.mario);
    expectOrganisation(claims, ACME);
  });

  await world.check('the way back of one browser, opened in another: refused, and nobody is signed in', async () => {
    const citizen = await world.browser();
    const stranger = await world.browser();
    await knock(citizen, demo, 'citizen');
    await pickProvider(citizen, demo.identityProvider);

    // The citizen's browser is held up just before it would come back to its login.
    const road = await holdUp(citizen, `${demo.issuer}/login/continue*`);
    await citizen.page.locator(provider.person, { hasText: PEOPLE.mario.name }).click();
    const handle = await road.held;
    await road.clear();

    const answer = await stranger.open(handle);
    assert.ok([400, 403].includes(answer.status()), `refused with 400 or 403, not ${answer.status()}`);
    await watch.look(stranger, 'error-other-browser', 'desktop');
    await knock(stranger, demo, 'citizen');
    await expectNobody(stranger, demo, 'citizen');

    // The stranger burnt nothing: the citizen goes on.
    await citizen.open(handle);
    await citizen.settle();
    await expectPortal(citizen, demo, 'citizen');
    expectPerson(await claimsOf(citizen, demo, 'citizen'), PEOPLE.mario);
  });

  await world.check('a browser that lost its cookies on the way: a page that offers to start again', async () => {
    const citizen = await world.browser();
    await knock(citizen, demo, 'citizen');
    await pickProvider(citizen, demo.identityProvider);
    await citizen.context.clearCookies();
    await signIn(citizen, PEOPLE.mario);
    assert.ok(citizen.url().startsWith(demo.issuer), 'Varco explains');
    await watch.look(citizen, 'error-no-cookie', 'desktop');
    await expectNobody(citizen, demo, 'citizen');
  });
}

/** Stops the browser before it asks for an address, redirected there or not; `held` is the address. */
async function holdUp(walker, pattern) {
  const debug = await walker.context.newCDPSession(walker.page);
  await debug.send('Fetch.enable', { patterns: [{ urlPattern: pattern, requestStage: 'Request' }] });
  const held = new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`nobody came to ${pattern}`)), 15_000);
    debug.once('Fetch.requestPaused', async ({ requestId, request }) => {
      clearTimeout(late);
      await debug.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
      resolve(request.url);
    });
  });
  return { held, clear: () => debug.detach() };
}
