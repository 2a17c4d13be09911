// openid-client as docs/RELYING_PARTIES.md shows it; then with everything that it can: a signature instead of a secret,
// pushed requests, tokens bound to a key.

import assert from 'node:assert/strict';
import * as openid from 'openid-client';
import { enterAt, leaveAt } from '../lib/door.js';
import { Citizen } from '../lib/citizen.js';
import { ACME, NO_ROLES, PEOPLE, expectOrganisation, expectPerson, expectSelf } from '../lib/journey.js';
import { client } from '../lib/toml.js';
import { RelyingParty } from '../lib/relying-party.js';
import { Portal } from './portal.js';

const INSECURE = { execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks] };

export async function openOpenidClient() {
  const portal = await RelyingParty.open({ id: 'portale-js', refreshes: true });
  const keys = await openid.randomDPoPKeyPair('ES256', { extractable: true });
  const careful = await RelyingParty.open({ id: 'portale-fapi', acting: 'self', scope: 'openid profile fiscal_number' });
  const jwk = { ...(await crypto.subtle.exportKey('jwk', keys.publicKey)), alg: 'ES256', kid: 'portale', use: 'sig' };
  const { key_ops, ext, ...published } = jwk;
  const fapi = client({
    client_id: careful.id,
    client_name: 'Portale FAPI',
    redirect_uris: [careful.redirectUri],
    post_logout_redirect_uris: [careful.signedOutUri],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [published] },
    grant_types: ['authorization_code', 'refresh_token'],
    scope: careful.scope,
    acting: 'self',
    profile: 'fapi2',
    dpop_bound_access_tokens: true,
    require_pushed_authorization_requests: true,
  });
  return { parties: [portal, careful], portal, careful, keys, toml: [portal.toml(), fapi].join('\n') };
}

export async function checkOpenidClient({ suite, demo }, { portal: party, careful, keys }) {
  await suite.check('openid-client, as the documents show it: code, refresh, logout', async () => {
    const portal = await Portal.discover(demo.issuer, party.id, party.secret, party.redirectUri, INSECURE);
    const citizen = new Citizen();
    const { url, kept } = await portal.login();
    await enterAt(citizen, demo, url, PEOPLE.mario, ACME);
    const { tokens, idToken, person } = await portal.callback(party.lastArrival(), kept);
    expectPerson({ acr: idToken.acr, ...person }, PEOPLE.mario);
    expectOrganisation({ ...idToken, ...person }, ACME, NO_ROLES);
    const again = await portal.refresh(tokens);
    assert.notEqual(again.access_token, tokens.access_token);
    expectOrganisation({ ...idToken, ...(await openid.fetchUserInfo(portal.configuration, again.access_token, idToken.sub)) }, ACME, NO_ROLES);
    await leaveAt(citizen, portal.logout(tokens, party.signedOutUri));
    assert.ok(citizen.url().startsWith(party.signedOutUri), 'back at the portal');
    await assert.rejects(portal.refresh(again), (refusal) => refusal.error === 'invalid_grant', 'who signed out is not refreshed');
  });

  await suite.check('openid-client, FAPI 2: private_key_jwt, a pushed request, DPoP, refresh, logout', async () => {
    const signer = openid.PrivateKeyJwt({ key: keys.privateKey, kid: 'portale' });
    const configuration = await openid.discovery(new URL(demo.issuer), careful.id, undefined, signer, INSECURE);
    const handle = openid.getDPoPHandle(configuration, await openid.randomDPoPKeyPair('ES256'));
    const verifier = openid.randomPKCECodeVerifier();
    const checks = { pkceCodeVerifier: verifier, expectedState: openid.randomState(), expectedNonce: openid.randomNonce() };
    const url = await openid.buildAuthorizationUrlWithPAR(configuration, {
      redirect_uri: careful.redirectUri,
      scope: careful.scope,
      state: checks.expectedState,
      nonce: checks.expectedNonce,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }, { DPoP: handle });
    assert.ok(url.searchParams.has('request_uri') && !url.searchParams.has('scope'), 'the browser carries a name of the request');
    const citizen = new Citizen();
    await enterAt(citizen, demo, url.href, PEOPLE.giulia);
    const tokens = await openid.authorizationCodeGrant(configuration, careful.lastArrival(), checks, undefined, { DPoP: handle });
    assert.equal(tokens.token_type, 'dpop');
    const person = await openid.fetchUserInfo(configuration, tokens.access_token, tokens.claims().sub, { DPoP: handle });
    expectSelf(person);
    assert.equal(person.given_name, PEOPLE.giulia.given);
    const stolen = await fetch(`${demo.issuer}/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    assert.equal(stolen.status, 401, 'without the key the token is worth nothing');
    const again = await openid.refreshTokenGrant(configuration, tokens.refresh_token, undefined, { DPoP: handle });
    assert.equal(again.token_type, 'dpop');
    await leaveAt(citizen, openid.buildEndSessionUrl(configuration, { id_token_hint: tokens.id_token, post_logout_redirect_uri: careful.signedOutUri }).href);
    assert.ok(citizen.url().startsWith(careful.signedOutUri), 'back at the portal');
  });
}
