// The main path without JavaScript: nothing on it needs any.

import { ACME, PEOPLE, choose, claimsOf, enter, expectNobody, expectOrganisation, expectPerson, expectPortal, leave } from '../lib/journey.js';

export async function walkWithoutScript(world) {
  const { demo } = world;
  await world.check('the main job without JavaScript', async () => {
    const citizen = await world.browser({ script: false });
    await enter(citizen, demo, 'organisation', PEOPLE.mario);
    await choose(citizen, ACME);
    await expectPortal(citizen, demo, 'organisation');
    const claims = await claimsOf(citizen, demo, 'organisation');
    expectPerson(claims, PEOPLE.mario);
    expectOrganisation(claims, ACME);
    await leave(citizen, demo, 'organisation');
    await expectNobody(citizen, demo, 'organisation');
  });
}
