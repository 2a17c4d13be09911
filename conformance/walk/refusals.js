// What happens when something is refused: a page that says so, and a way back.

import assert from 'node:assert/strict';
import { PEOPLE, enter, expectLogin, expectNobody, expectPortal, knock, pickProvider, refuse } from '../lib/journey.js';
import { error } from './selectors.js';

/** SPID's anomalies that the citizen is told about, each with a page of its own. */
const CITIZENS_ERRORS = [19, 20, 21, 22, 23, 25, 30];

export async function walkRefusals(world) {
  const { demo, watch } = world;

  await world.check('Giulia, nobody’s delegate, at the portal for organisations: the portal shows access_denied', async () => {
    const citizen = await world.browser();
    await enter(citizen, demo, 'organisation', PEOPLE.giulia);
    // Varco may explain first; its page leads back.
    if (!citizen.url().startsWith(demo.portal('organisation'))) {
      await watch.look(citizen, 'no-profile', 'desktop');
      await citizen.click(error.back, error.backText);
      await citizen.settle();
    }
    await expectPortal(citizen, demo, 'organisation');
    assert.ok((await citizen.text()).includes('access_denied'), 'the portal shows access_denied');
    await watch.look(citizen, 'portal-access-denied', 'desktop');
    await expectNobody(citizen, demo, 'organisation');
  });

  for (const code of CITIZENS_ERRORS) {
    await world.check(`SPID error nr${code}: a page of its own, with a way back to the portal`, async () => {
      for (const size of ['phone', 'desktop']) {
        const citizen = await world.browser({ size });
        await knock(citizen, demo, 'organisation');
        await pickProvider(citizen, demo.identityProvider);
        await refuse(citizen, code);
        assert.ok(citizen.url().startsWith(demo.issuer), 'Varco explains the error');
        await watch.look(citizen, `spid-error-nr${code}`, size);
        await backToThePortal(citizen);
      }
    });
  }

  await world.check('a technical error nr14, which is ours: a page that says so, with a way back', async () => {
    for (const size of ['phone', 'desktop']) {
      const citizen = await world.browser({ size });
      await knock(citizen, demo, 'organisation');
      await pickProvider(citizen, demo.identityProvider);
      await citizen.click('details summary', 'Errori tecnici');
      await refuse(citizen, 14);
      await watch.look(citizen, 'spid-error-nr14', size);
      await backToThePortal(citizen);
    }
  });

  async function backToThePortal(citizen) {
    assert.ok((await citizen.count(error.ways)) > 0, 'the page offers a way on');
    await citizen.click(error.back, error.backText);
    await citizen.settle();
    await expectPortal(citizen, demo, 'organisation');
    await expectNobody(citizen, demo, 'organisation');
    await knock(citizen, demo, 'organisation');
    await expectLogin(citizen);
  }

  await world.check('an unknown client, or an address that is not registered: a page, and no redirect', async () => {
    for (const size of ['desktop', 'phone']) {
      const citizen = await world.browser({ size });
      const answer = await citizen.open(
        `${demo.issuer}/authorize?client_id=nobody&response_type=code&scope=openid&redirect_uri=${encodeURIComponent('http://127.0.0.1:1/echoed-by-a-stranger')}`,
      );
      assert.equal(answer.status(), 400);
      assert.ok(citizen.url().startsWith(demo.issuer));
      assert.ok(!(await citizen.page.content()).includes('echoed-by-a-stranger'), 'the page does not echo what a stranger sent');
      await watch.look(citizen, 'error-unknown-client', size);
    }
  });

  await world.check('an address that does not exist: a page', async () => {
    const citizen = await world.browser();
    const answer = await citizen.open(`${demo.issuer}/nowhere`);
    assert.equal(answer.status(), 404);
    await watch.look(citizen, 'error-not-found', 'desktop');
  });
}
