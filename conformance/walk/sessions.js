// Who comes in, for whom, and what a session is good for.

import assert from 'node:assert/strict';
import {
  ACME, FISCAL_NUMBER, GRETA, IL_PONTE, PEOPLE, choose, claimsOf, enter, enterWithCie, enterWithEidas, expectChooser, expectLogin,
  expectOrganisation, expectPerson, expectPortal, expectProvider, expectSelf, knock, pickProvider, refuse, signIn,
} from '../lib/journey.js';
import { chooser, logout } from './selectors.js';

export async function walkSessions(world) {
  const { demo, watch } = world;

  await world.check('Giulia at the portal for citizens: herself', async () => {
    const citizen = await world.browser();
    await enter(citizen, demo, 'citizen', PEOPLE.giulia);
    await expectPortal(citizen, demo, 'citizen');
    const claims = await claimsOf(citizen, demo, 'citizen');
    expectPerson(claims, PEOPLE.giulia);
    expectSelf(claims);
  });

  await world.check('Ugo Fo at the portal for organisations: Il Ponte, and not by the expired mandate', async () => {
    const citizen = await world.browser();
    await enter(citizen, demo, 'organisation', PEOPLE.ugo);
    // With one usable profile Varco may ask or not; what is offered is one.
    if ((await citizen.count(chooser.option)) > 0) {
      await watch.look(citizen, 'chooser-one-usable', 'desktop');
      const usable = await citizen.page.locator(`${chooser.option} input[type="radio"]:enabled`).count();
      assert.equal(usable, 1, 'one profile can be picked');
      await choose(citizen, IL_PONTE);
    }
    await expectPortal(citizen, demo, 'organisation');
    expectOrganisation(await claimsOf(citizen, demo, 'organisation'), IL_PONTE);
  });

  await world.check('Mario at the portal that accepts either: himself, then ACME in the same session', async () => {
    const citizen = await world.browser();
    await enter(citizen, demo, 'either', PEOPLE.mario);
    await expectChooser(citizen);
    await watch.look(citizen, 'chooser-either', 'desktop');
    await choose(citizen, PEOPLE.mario.name);
    await expectPortal(citizen, demo, 'either');
    expectSelf(await claimsOf(citizen, demo, 'either'));
    await knock(citizen, demo, 'organisation');
    await choose(citizen, ACME);
    expectOrganisation(await claimsOf(citizen, demo, 'organisation'), ACME);
    expectSelf(await claimsOf(citizen, demo, 'either'));
  });

  await world.check('a second portal needs no new login, unless the first was at level 3', async () => {
    const citizen = await world.browser();
    await enter(citizen, demo, 'citizen', PEOPLE.mario);
    await knock(citizen, demo, 'organisation');
    await expectChooser(citizen);

    const careful = await world.browser();
    await enter(careful, demo, 'citizen', PEOPLE.mario, 3);
    await expectPortal(careful, demo, 'citizen');
    expectPerson(await claimsOf(careful, demo, 'citizen'), PEOPLE.mario, 3);
    await knock(careful, demo, 'organisation');
    await expectLogin(careful);
  });

  await world.check('with CIE Mario is the same person, and chooses for whom as before', async () => {
    const subjects = [];
    for (const go of [(citizen) => pickProvider(citizen, demo.identityProvider), enterWithCie]) {
      const citizen = await world.browser();
      await knock(citizen, demo, 'organisation');
      await go(citizen);
      await expectProvider(citizen, demo.identityProvider);
      await signIn(citizen, PEOPLE.mario);
      await choose(citizen, ACME);
      await expectPortal(citizen, demo, 'organisation');
      const claims = await claimsOf(citizen, demo, 'organisation');
      expectPerson(claims, PEOPLE.mario);
      expectOrganisation(claims, ACME);
      subjects.push(claims.sub);
    }
    assert.equal(subjects[0], subjects[1]);
  });

  await world.check('who cancels at CIE reads so, and may try again there', async () => {
    const citizen = await world.browser();
    await knock(citizen, demo, 'citizen');
    await enterWithCie(citizen);
    await watch.look(citizen, 'cie-provider', 'desktop');
    await refuse(citizen, 25);
    await watch.look(citizen, 'cie-nr25', 'desktop');
    assert.ok((await citizen.count('main a[href*="/login/cie?"]')) > 0, 'there is a way back to CIE');
  });

  await world.check('Greta comes from Germany with eIDAS: no fiscal number, and the same person the next time', async () => {
    const subjects = [];
    for (let visit = 0; visit < 2; visit += 1) {
      const citizen = await world.browser();
      await knock(citizen, demo, 'citizen');
      await enterWithEidas(citizen);
      await expectProvider(citizen, demo.identityProvider);
      if (visit === 0) await watch.look(citizen, 'eidas-provider', 'desktop');
      await signIn(citizen, GRETA);
      await expectPortal(citizen, demo, 'citizen');
      const claims = await claimsOf(citizen, demo, 'citizen');
      assert.equal(claims.family_name, GRETA.family);
      assert.ok(!(FISCAL_NUMBER in claims));
      subjects.push(claims.sub);
      if (visit === 0) {
        await citizen.open(`${demo.issuer}/account`);
        await citizen.settle();
        await watch.look(citizen, 'account-eidas', 'desktop');
      }
    }
    assert.equal(subjects[0], subjects[1]);
  });

  await world.check('a login without a portal ends on the account page', async () => {
    const citizen = await world.browser();
    await citizen.open(`${demo.issuer}/login/spid?idp=${encodeURIComponent(demo.identityProvider)}&level=2`);
    await citizen.settle();
    await signIn(citizen, PEOPLE.giulia);
    assert.equal(new URL(citizen.url()).pathname, '/account');
    assert.ok((await citizen.text()).includes(PEOPLE.giulia.given));
    await watch.look(citizen, 'account', 'desktop');
  });

  for (const size of ['desktop', 'phone']) {
    await world.check(`who leaves Varco itself is asked first, ${size}`, async () => {
      const citizen = await world.browser({ size });
      await enter(citizen, demo, 'citizen', PEOPLE.giulia);
      await citizen.open(`${demo.issuer}/logout`);
      await citizen.settle();
      await watch.look(citizen, 'logout-confirm', size);
      await citizen.click(logout.confirm);
      await citizen.settle();
      await watch.look(citizen, 'varco-signed-out', size);
      await citizen.open(`${demo.issuer}/account`);
      await citizen.settle();
      assert.equal(new URL(citizen.url()).pathname, '/login');
    });
  }
}
