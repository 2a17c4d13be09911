// The main job: portal, SPID, "Per conto di chi vuoi operare?", portal. Every page is photographed.

import assert from 'node:assert/strict';
import {
  ACME, BORGO_ALTO, PEOPLE, askForAnother, choose, claimsOf, expectChooser, expectLogin, expectNobody, expectOrganisation,
  expectPerson, expectPortal, expectProvider, expectSelf, knock, leave, pickProvider,
} from '../lib/journey.js';
import { chooser, leaving, portal, provider } from './selectors.js';

/** One citizen, one browser, from the first page to the signed-out page. */
export async function walkMainJob(world, size) {
  const { demo, watch } = world;
  await world.check(`the main job, ${size}: portal, SPID, organisation and role, back at the portal, out`, async () => {
    const citizen = await world.browser({ size });
    const look = (name) => watch.look(citizen, name, size);

    await citizen.open(demo.portal('organisation'));
    await look('portal-signed-out');
    await citizen.click(portal.login);
    await citizen.settle();
    await expectLogin(citizen);
    await look('login');

    await pickProvider(citizen, demo.identityProvider);
    await expectProvider(citizen, demo.identityProvider);
    await look('provider');

    await citizen.click(provider.person, PEOPLE.mario.name);
    await citizen.settle();
    await expectChooser(citizen);
    await look('chooser');

    await lookAtTheLeavingPage(world, citizen, size);
    await expectPortal(citizen, demo, 'organisation');
    await look('portal-signed-in');
    const shown = await citizen.text();
    for (const text of [PEOPLE.mario.given, PEOPLE.mario.family, ACME, 'SpidL2']) assert.ok(shown.includes(text), `the portal shows ${text}`);
    const claims = await claimsOf(citizen, demo, 'organisation');
    expectPerson(claims, PEOPLE.mario);
    const organisation = expectOrganisation(claims, ACME);
    for (const role of organisation.roles) assert.ok(shown.includes(role), `the portal shows the role ${role}`);

    await askForAnother(citizen, demo, 'organisation');
    await expectChooser(citizen);
    await choose(citizen, BORGO_ALTO);
    await expectPortal(citizen, demo, 'organisation');
    const other = expectOrganisation(await claimsOf(citizen, demo, 'organisation'), BORGO_ALTO);
    assert.ok(other.unit?.name, 'the mandate for one unit names the unit');

    await knock(citizen, demo, 'citizen');
    await expectPortal(citizen, demo, 'citizen');
    await look('portal-citizen');
    const own = await claimsOf(citizen, demo, 'citizen');
    expectPerson(own, PEOPLE.mario);
    expectSelf(own);

    await leave(citizen, demo, 'organisation');
    await look('signed-out');
    await expectNobody(citizen, demo, 'organisation');
    await knock(citizen, demo, 'organisation');
    await expectLogin(citizen);
  });
}

/** The page that sends the browser on to the portal: held up, photographed, and left by its link. */
async function lookAtTheLeavingPage({ demo, watch }, citizen, size) {
  const portalAddress = `${new URL(demo.portal('organisation')).origin}/**`;
  await citizen.tick(chooser.label, ACME);
  await citizen.page.route(portalAddress, (route) => route.abort('aborted'));
  await citizen.click(chooser.submit);
  await citizen.page.waitForLoadState('load');
  // The refresh is tried, and held up; the page stays.
  await citizen.page.waitForTimeout(500);
  const held = (await citizen.count(leaving.refresh)) > 0;
  if (held) await watch.look(citizen, 'leaving', size);
  await citizen.page.unroute(portalAddress);
  assert.ok(held, 'after the choice there is a page that goes on by itself');
  await citizen.click(`${leaving.link}[href^="${new URL(demo.portal('organisation')).origin}"]`);
  await citizen.settle();
}
