// The same pages for those who read English.

import assert from 'node:assert/strict';
import { ACME, PEOPLE, choose, claimsOf, expectChooser, expectLogin, expectOrganisation, knock, pickProvider, refuse, signIn } from '../lib/journey.js';
import { language, menu } from './selectors.js';

export async function walkLanguages(world) {
  const { demo, watch } = world;
  const speaks = async (walker, wanted) =>
    assert.equal((await walker.page.locator('html').getAttribute('lang')).slice(0, 2), wanted, `the page speaks ${wanted}`);

  for (const size of ['desktop', 'phone']) {
    await world.check(`English pages for an English browser, ${size}`, async () => {
      const citizen = await world.browser({ size, locale: 'en-GB' });
      await knock(citizen, demo, 'organisation');
      await expectLogin(citizen);
      await speaks(citizen, 'en');
      await watch.look(citizen, 'login-en', size);
      await pickProvider(citizen, demo.identityProvider);
      await signIn(citizen, PEOPLE.mario);
      await expectChooser(citizen);
      await speaks(citizen, 'en');
      await watch.look(citizen, 'chooser-en', size);
      await choose(citizen, ACME);
      expectOrganisation(await claimsOf(citizen, demo, 'organisation'), ACME);
    });
  }

  await world.check('the SPID error page in English', async () => {
    const citizen = await world.browser({ locale: 'en-GB' });
    await knock(citizen, demo, 'organisation');
    await pickProvider(citizen, demo.identityProvider);
    await refuse(citizen, 22);
    await speaks(citizen, 'en');
    await watch.look(citizen, 'spid-error-nr22-en', 'desktop');
  });

  await world.check('an Italian browser gets Italian, and the language menu changes that', async () => {
    const citizen = await world.browser();
    await knock(citizen, demo, 'organisation');
    await speaks(citizen, 'it');
    await citizen.page.click(menu);
    await citizen.click(language('en'));
    await citizen.settle();
    await expectLogin(citizen);
    await speaks(citizen, 'en');
  });
}
