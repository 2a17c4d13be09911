// Attacks 39, 44 and 45: stolen tokens, levels that were not proved, questions about other people's tokens.

import assert from 'node:assert/strict';
import { newKey, proof, now } from '../oidc/proofs.js';
import { level } from '../lib/journey.js';
import { provider as idp } from '../walk/selectors.js';
import { pickProvider, signIn, PEOPLE } from '../lib/journey.js';

export async function attackTokens({ suite, plan }) {
  const party = plan.client;

  await suite.check('attack 39: a token bound to a key is worth nothing without it', async () => {
    const bound = plan.party('portal', { dpop: await newKey() });
    const done = await plan.succeed({}, { party: bound });
    const { access_token: token } = done.tokens;
    await plan.userinfo(done);
    const denied = async (what, options) => assert.equal((await bound.userinfo(token, options)).status, 401, what);
    await denied('as a bearer token', { scheme: 'Bearer', dpop: null });
    await denied('as a bearer token, with a proof', { scheme: 'Bearer' });
    await denied('without a proof', { dpop: null });
    await denied('with another key', { dpop: { key: await newKey() } });
    await denied('a proof for another token', { dpop: { claims: { ath: 'x'.repeat(43) } } });
    await denied('a proof for another address', { dpop: { claims: { htu: plan.provider.endpoint('token') } } });
    await denied('a proof for another method', { dpop: { claims: { htm: 'POST' } } });
    await denied('an old proof', { dpop: { claims: { iat: now() - 3600 } } });
    const url = plan.provider.endpoint('userinfo');
    const once = await proof(bound.dpop, 'GET', url, { token });
    assert.equal((await bound.userinfo(token, { dpop: null, headers: { dpop: once } })).status, 200);
    await denied('a proof used twice', { dpop: null, headers: { dpop: once } });
    await denied('two proofs', { dpop: null, headers: { dpop: [await proof(bound.dpop, 'GET', url, { token }), await proof(bound.dpop, 'GET', url, { token })] } });
  });

  await suite.check('attack 39: a public client’s refresh token stays with its key', async () => {
    const open = plan.party('public', { dpop: await newKey() });
    const { tokens } = await plan.succeed({ scope: 'openid offline_access' }, { party: open });
    plan.refused(await open.refresh(tokens.refresh_token, { dpop: { key: await newKey() } }), ['invalid_dpop_proof', 'invalid_grant'], 400);
    plan.refused(await open.refresh(tokens.refresh_token, { dpop: null }), ['invalid_dpop_proof', 'invalid_grant', 'invalid_request'], 400);
  });

  /** A citizen who answers at the identity provider with a level of his choice. */
  const withLevel = async (parameters, number, options) => {
    const citizen = plan.citizen();
    const asked = (options?.party ?? party).request(parameters);
    await citizen.open((options?.party ?? party).at(asked.parameters));
    await pickProvider(citizen, plan.identityProvider);
    await signIn(citizen, PEOPLE.giulia, number);
    return { citizen, asked, owner: options?.party ?? party };
  };

  await suite.check('attack 44: a level that was not proved is never in a token', async () => {
    const demanded = { scope: 'openid', claims: JSON.stringify({ id_token: { acr: { essential: true, values: [level(3)] } } }) };
    for (const number of [1, 2]) {
      const { citizen, owner } = await withLevel(demanded, number);
      assert.ok(!owner.owns(citizen.url()) || new URL(citizen.url()).searchParams.get('error'), 'no code for a lower level');
    }
    const { citizen, asked } = await withLevel(demanded, 3);
    const code = new URL(citizen.url()).searchParams.get('code');
    const tokens = plan.granted(await party.redeem(code, { verifier: asked.verifier }));
    assert.equal((await plan.identity(tokens, { asked: asked.parameters })).acr, level(3));
  });

  await suite.check('attack 44: a session of level 2 does not do for a portal that wants 3: the citizen signs in again', async () => {
    const citizen = plan.citizen();
    const first = await plan.succeed({}, { citizen });
    assert.equal(first.claims.acr, level(2));
    const strict = plan.party('strict');
    const again = await plan.succeed({}, { citizen, party: strict });
    assert.ok(again.shown.includes('login'));
    assert.equal(again.claims.acr, level(3));
    await plan.refusal(await plan.authorise({ prompt: 'none' }, { citizen: (await plan.succeed({})).citizen, party: strict }), 'login_required', 'interaction_required', 'unmet_authentication_requirements');
  });

  await suite.check('attack 44: unknown acr_values are ignored; as an essential claim they are an error', async () => {
    const { claims } = await plan.succeed({ acr_values: 'urn:nobody:knows https://www.spid.gov.it/SpidL9' });
    assert.equal(claims.acr, level(2));
    const essential = JSON.stringify({ id_token: { acr: { essential: true, values: ['urn:nobody:knows'] } } });
    await plan.refusal(await plan.authorise({ claims: essential }), 'unmet_authentication_requirements', 'access_denied', 'invalid_request');
  });

  await suite.check('attack 45: another portal learns nothing about a token, and cannot end it', async () => {
    const done = await plan.succeed({ scope: 'openid offline_access' });
    for (const token of [done.tokens.access_token, done.tokens.refresh_token]) {
      const told = await plan.second.ask('introspection', { token });
      assert.equal(told.status, 200);
      assert.deepEqual(told.json(), { active: false });
      assert.equal((await plan.second.ask('revocation', { token })).status, 200);
      assert.equal((await party.ask('introspection', { token })).json().active, true, 'it goes on');
    }
    await plan.userinfo(done);
    plan.refused(await plan.party('public').ask('introspection', { token: done.tokens.access_token }), 'invalid_client', 401);
    plan.refused(await party.ask('introspection', { token: done.tokens.access_token }, { authenticate: null }), 'invalid_client', 401);
  });

  await suite.check('attack 45: what is no access token opens no userinfo', async () => {
    const done = await plan.succeed({ scope: 'openid offline_access' });
    for (const token of [done.tokens.id_token, done.tokens.refresh_token, done.code, 'made-up', '']) {
      assert.equal((await party.userinfo(token)).status, 401);
    }
  });
}
