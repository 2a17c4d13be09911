// OpenID Connect Core: Basic certification profile. Each function bears the name of the module it stands for.

import assert from 'node:assert/strict';
import { decodeProtectedHeader } from 'jose';
import { login } from '../../walk/selectors.js';
import { requestObject, unsigned } from '../proofs.js';

/** The claims of OpenID Connect Core §5.4. */
const OF_SCOPE = {
  profile: ['name', 'given_name', 'family_name', 'birthdate'],
  email: ['email'],
  phone: ['phone_number'],
  address: ['address'],
};

/** What userinfo holds of these scopes, of those that the provider announces; and none of it is in the ID token. */
async function released(plan, scopes) {
  const known = scopes.filter((scope) => plan.provider.metadata.scopes_supported.includes(scope));
  const { claims, ...rest } = await plan.succeed({ scope: ['openid', ...scopes].join(' ') });
  const userinfo = await plan.userinfo({ claims, ...rest });
  for (const claim of known.flatMap((scope) => OF_SCOPE[scope])) {
    assert.ok(userinfo[claim], `${claim} is in userinfo`);
    assert.ok(!(claim in claims), `${claim} is not in the ID token, for there is an access token (Core §5.4)`);
  }
  for (const claim of Object.entries(OF_SCOPE).flatMap(([scope, names]) => (scopes.includes(scope) ? [] : names))) {
    assert.ok(!(claim in userinfo), `${claim} was not asked for`);
  }
  return userinfo;
}

/** A citizen who signed in once; asks again and tells both. */
async function twice(plan, parameters, { wait = 0, ...options } = {}) {
  const citizen = plan.citizen();
  const first = await plan.succeed({}, { citizen });
  await plan.pause(wait);
  const asked = typeof parameters === 'function' ? parameters(first) : parameters;
  const second = await plan.succeed(asked, { citizen, ...options });
  assert.equal(second.claims.sub, first.claims.sub, 'the same person');
  return { first, second };
}

async function reuse(plan, wait) {
  const { code, tokens, verifier, party, ...rest } = await plan.succeed({});
  await plan.pause(wait);
  plan.refused(await party.redeem(code, { verifier }), 'invalid_grant', 400);
  assert.equal((await party.userinfo(tokens.access_token)).status, 401, 'the tokens of the first use are dead (RFC 6749 §4.1.2)');
  return rest;
}

/** A request object that nobody signed: honoured, or refused as RFC 9101 §6.3 and Core §6.1 have it. */
async function unsignedObject(plan, wrap) {
  const { parameters } = plan.client.request();
  const object = unsigned({ iss: plan.client.id, aud: plan.provider.issuer, ...parameters });
  const { state, nonce, ...outside } = parameters;
  const answer = await plan.authorise({ ...outside, state, nonce, ...wrap(object) });
  await plan.refusal({ ...answer, asked: { ...answer.asked, state } }, 'request_not_supported', 'request_uri_not_supported', 'invalid_request_object', 'invalid_request_uri');
}

export const modules = {
  async 'oidcc-server'(plan) {
    const done = await plan.succeed({});
    await plan.userinfo(done);
  },

  async 'oidcc-response-type-missing'(plan) {
    await plan.refusal(await plan.authorise({ response_type: undefined }), 'invalid_request', 'unsupported_response_type');
  },

  async 'oidcc-idtoken-signature'(plan) {
    const { tokens } = await plan.succeed({});
    const { alg, kid } = decodeProtectedHeader(tokens.id_token);
    assert.equal(alg, 'RS256');
    const { keys } = await plan.provider.keys();
    assert.equal(keys.filter((key) => key.kid === kid).length, 1, 'kid names one published key');
  },

  async 'oidcc-userinfo-get'(plan) {
    await plan.userinfo(await plan.succeed({}), { method: 'GET' });
  },

  async 'oidcc-userinfo-post-header'(plan) {
    await plan.userinfo(await plan.succeed({}), { method: 'POST' });
  },

  async 'oidcc-userinfo-post-body'(plan) {
    const done = await plan.succeed({});
    await plan.userinfo(done, { method: 'POST', body: new URLSearchParams({ access_token: done.tokens.access_token }) });
  },

  async 'oidcc-ensure-request-without-nonce-succeeds-for-code-flow'(plan) {
    const { claims } = await plan.succeed({ nonce: undefined });
    assert.ok(!('nonce' in claims));
  },

  'oidcc-scope-profile': (plan) => released(plan, ['profile']),
  'oidcc-scope-email': (plan) => released(plan, ['email']),
  'oidcc-scope-address': (plan) => released(plan, ['address']),
  'oidcc-scope-phone': (plan) => released(plan, ['phone']),
  'oidcc-scope-all': (plan) => released(plan, ['profile', 'email', 'address', 'phone']),

  async 'oidcc-alternate-happy-flow'(plan) {
    // The same request, written the other way round.
    const { parameters } = plan.client.request({ scope: 'email openid' });
    const reversed = Object.fromEntries(Object.entries(parameters).reverse());
    const done = await plan.succeed(reversed);
    assert.ok((await plan.userinfo(done)).email);
  },

  async 'oidcc-display-page'(plan) {
    await plan.succeed({ display: 'page' });
  },

  async 'oidcc-display-popup'(plan) {
    await plan.succeed({ display: 'popup' });
  },

  async 'oidcc-prompt-login'(plan) {
    const { first, second } = await twice(plan, { prompt: 'login' }, { wait: 1.1 });
    assert.ok(second.shown.includes('login'), 'the citizen signed in again');
    assert.ok(second.claims.auth_time > first.claims.auth_time, 'auth_time moved on');
  },

  async 'oidcc-prompt-none-not-logged-in'(plan) {
    const answer = await plan.authorise({ prompt: 'none' });
    assert.deepEqual(answer.shown, [], 'no page');
    await plan.refusal(answer, 'login_required');
  },

  async 'oidcc-prompt-none-logged-in'(plan) {
    const { first, second } = await twice(plan, { prompt: 'none' });
    assert.deepEqual(second.shown, [], 'no page');
    assert.equal(second.claims.auth_time, first.claims.auth_time);
  },

  async 'oidcc-max-age-1'(plan) {
    const { first, second } = await twice(plan, { max_age: '1' }, { wait: 2.1 });
    assert.ok(second.shown.includes('login'), 'the citizen signed in again');
    assert.ok(second.claims.auth_time > first.claims.auth_time, 'auth_time moved on');
  },

  async 'oidcc-max-age-10000'(plan) {
    const { first, second } = await twice(plan, { max_age: '10000' });
    assert.ok(!second.shown.includes('login'), 'nobody signed in again');
    assert.equal(second.claims.auth_time, first.claims.auth_time);
  },

  async 'oidcc-ensure-request-with-unknown-parameter-succeeds'(plan) {
    await plan.succeed({ extra: 'foobar' });
  },

  async 'oidcc-id-token-hint'(plan) {
    const { second } = await twice(plan, (first) => ({ prompt: 'none', id_token_hint: first.tokens.id_token }));
    assert.deepEqual(second.shown, [], 'no page');
  },

  async 'oidcc-login-hint'(plan) {
    await plan.succeed({ login_hint: 'bob@example.com' });
  },

  async 'oidcc-ui-locales'(plan) {
    await plan.succeed({ ui_locales: 'se' });
    const { page } = await plan.authorise({ ui_locales: 'se en' }, { stopAt: 'login' });
    assert.equal(page.root.querySelector('html').getAttribute('lang'), 'en', 'the first language that is spoken here');
    assert.ok(page.root.querySelector(login.menu));
  },

  async 'oidcc-claims-locales'(plan) {
    await plan.succeed({ claims_locales: 'se' });
  },

  async 'oidcc-ensure-request-with-acr-values-succeeds'(plan) {
    const [wished] = plan.provider.metadata.acr_values_supported;
    const { claims } = await plan.succeed({ acr_values: `1 2 ${wished}` });
    assert.ok(claims.acr, 'acr');
  },

  'oidcc-codereuse': (plan) => reuse(plan, 0),
  'oidcc-codereuse-30seconds': (plan) => reuse(plan, 30.5),

  async 'oidcc-ensure-registered-redirect-uri'(plan) {
    plan.stopped(await plan.authorise({ redirect_uri: `${plan.client.redirectUri}/not-registered` }));
  },

  async 'oidcc-ensure-post-request-succeeds'(plan) {
    await plan.succeed({}, { method: 'POST' });
  },

  async 'oidcc-server-client-secret-post'(plan) {
    assert.equal(plan.third.authentication, 'client_secret_post');
    const done = await plan.succeed({}, { party: plan.third });
    await plan.userinfo(done);
  },

  async 'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported'(plan) {
    await unsignedObject(plan, (object) => ({ request_uri: plan.lodge.publish('/unsigned-object', object, 'application/oauth-authz-req+jwt') }));
  },

  'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported': (plan) => unsignedObject(plan, (request) => ({ request })),

  async 'oidcc-claims-essential'(plan) {
    const done = await plan.succeed({ claims: JSON.stringify({ userinfo: { name: { essential: true } } }) });
    if (plan.provider.metadata.claims_parameter_supported) assert.ok((await plan.userinfo(done)).name, 'name');
  },

  async 'oidcc-ensure-request-object-with-redirect-uri'(plan) {
    // The address in the object counts, not the one beside it.
    const wrong = `${plan.client.redirectUri}/wrong`;
    const { parameters, verifier } = plan.client.request();
    const request = await requestObject(plan.client.key, plan.client.id, plan.provider.issuer, parameters);
    const authorised = await plan.authorise({ ...parameters, redirect_uri: wrong, request });
    const answer = { ...authorised, asked: parameters, verifier };
    plan.granted(await plan.client.redeem(await plan.code(answer), { verifier }));
  },

  async 'oidcc-refresh-token'(plan) {
    const { tokens, claims } = await plan.succeed({ scope: 'openid offline_access', prompt: 'consent' });
    assert.ok(tokens.refresh_token, 'a refresh token');
    const again = plan.granted(await plan.client.refresh(tokens.refresh_token));
    assert.notEqual(again.access_token, tokens.access_token);
    const renewed = await plan.provider.verify(again.id_token ?? tokens.id_token, plan.client.id);
    for (const claim of ['iss', 'sub', 'auth_time']) assert.equal(renewed[claim], claims[claim], claim);
    assert.deepEqual(renewed.aud, claims.aud);
    await plan.userinfo({ tokens: again, claims });
    const latest = again.refresh_token ?? tokens.refresh_token;
    plan.refused(await plan.second.refresh(latest), ['invalid_grant', 'invalid_client', 'invalid_request']);
  },

  async 'oidcc-ensure-request-with-valid-pkce-succeeds'(plan) {
    const careful = plan.party(plan.client.id, { pkce: true, mode: plan.client.mode });
    await plan.succeed({}, { party: careful });
  },
};
