// What works: discovery, the flow with each client authentication, sessions, logout.

import assert from 'node:assert/strict';
import { Citizen } from '../lib/citizen.js';
import { ACME, PEOPLE, choose, expectChooser, expectLogin, expectOrganisation, expectPerson, expectSelf, pickProvider, signIn } from '../lib/journey.js';
import { logout } from '../walk/selectors.js';

/** A citizen comes from the party, signs in, chooses, and is back; the tokens have been checked by openid-client. */
export async function authorise({ demo }, party, { citizen = new Citizen(), person = PEOPLE.mario, acting, parameters } = {}) {
  const { url, checks } = await party.begin(parameters);
  await citizen.open(url);
  await citizen.settle();
  await pickProvider(citizen, demo.identityProvider);
  await signIn(citizen, person);
  if (acting) await choose(citizen, acting);
  return { citizen, arrival: party.lastArrival(), checks };
}

export async function checkFlows(world) {
  const { suite, demo, parties } = world;

  await suite.check('discovery says who the issuer is and that PKCE and iss are spoken', async () => {
    const metadata = parties.basic.configuration.serverMetadata();
    assert.equal(metadata.issuer, demo.issuer);
    assert.ok(metadata.supportsPKCE());
    assert.equal(metadata.authorization_response_iss_parameter_supported, true);
    assert.ok(metadata.id_token_signing_alg_values_supported.includes('RS256'));
  });

  await suite.check('client_secret_basic, for an organisation: person, organisation, role and level in userinfo', async () => {
    const { arrival, checks } = await authorise(world, parties.basic, { acting: ACME });
    const tokens = await parties.basic.redeem(arrival, checks);
    assert.ok(tokens.claims().auth_time, 'auth_time is in the ID token');
    const userinfo = await parties.basic.userinfo(tokens);
    expectPerson({ acr: tokens.claims().acr, ...userinfo }, PEOPLE.mario);
    expectOrganisation({ ...tokens.claims(), ...userinfo }, ACME);
  });

  await suite.check('client_secret_post, for oneself: no organisation anywhere', async () => {
    const { arrival, checks } = await authorise(world, parties.post, { person: PEOPLE.giulia });
    const tokens = await parties.post.redeem(arrival, checks);
    const userinfo = await parties.post.userinfo(tokens);
    expectPerson({ acr: tokens.claims().acr, ...userinfo }, PEOPLE.giulia);
    expectSelf(userinfo);
    expectSelf(tokens.claims());
  });

  await suite.check('a public client with PKCE', async () => {
    const { arrival, checks } = await authorise(world, parties.open, { acting: ACME });
    const tokens = await parties.open.redeem(arrival, checks);
    expectOrganisation({ ...tokens.claims(), ...(await parties.open.userinfo(tokens)) }, ACME);
  });

  await suite.check('the same person has the same sub twice, another person another', async () => {
    const subjects = [];
    for (const person of [PEOPLE.mario, PEOPLE.mario, PEOPLE.giulia]) {
      const { arrival, checks } = await authorise(world, parties.post, { person });
      subjects.push((await parties.post.redeem(arrival, checks)).claims().sub);
    }
    assert.equal(subjects[0], subjects[1]);
    assert.notEqual(subjects[0], subjects[2]);
  });

  await suite.check('prompt=none: login_required, then a code from the session, then interaction_required with several profiles', async () => {
    const citizen = new Citizen();
    const ask = async (party) => {
      const { url, checks } = await party.begin({ prompt: 'none' });
      await citizen.open(url);
      await citizen.settle();
      return { arrival: party.lastArrival(), checks };
    };
    const before = await ask(parties.post);
    await assert.rejects(parties.post.redeem(before.arrival, before.checks), (refusal) => refusal.error === 'login_required');
    await authorise(world, parties.post, { citizen });
    const after = await ask(parties.post);
    assert.ok((await parties.post.redeem(after.arrival, after.checks)).access_token);
    const several = await ask(parties.open);
    await assert.rejects(parties.open.redeem(several.arrival, several.checks), (refusal) => refusal.error === 'interaction_required');
  });

  await suite.check('prompt=login asks the identity provider again, prompt=select_account only for the profile', async () => {
    const { citizen } = await authorise(world, parties.open, { acting: ACME });
    const again = await parties.open.begin({ prompt: 'select_account' });
    await citizen.open(again.url);
    await citizen.settle();
    await expectChooser(citizen);
    const login = await parties.open.begin({ prompt: 'login' });
    await citizen.open(login.url);
    await citizen.settle();
    await expectLogin(citizen);
  });

  await suite.check('logout returns to the registered address with the state, and the session is over', async () => {
    const { citizen, arrival, checks } = await authorise(world, parties.post);
    const tokens = await parties.post.redeem(arrival, checks);
    await citizen.open(parties.post.logoutUrl(tokens, 'state-of-the-logout'));
    if (await citizen.count(logout.confirm)) await citizen.click(logout.confirm);
    if (!citizen.url().startsWith(parties.post.signedOutUri)) {
      // The signed-out page leads back by a link.
      await citizen.click(`main a[href^="${parties.post.signedOutUri}"]`);
    }
    assert.equal(new URL(citizen.url()).searchParams.get('state'), 'state-of-the-logout');
    const { url, checks: later } = await parties.post.begin({ prompt: 'none' });
    await citizen.open(url);
    await citizen.settle();
    await assert.rejects(parties.post.redeem(parties.post.lastArrival(), later), (refusal) => refusal.error === 'login_required');
  });
}
