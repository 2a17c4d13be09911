// OpenID Connect Dynamic Client Registration: Dynamic certification profile. Each function bears the name of the module
// it stands for.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { decodeProtectedHeader } from 'jose';
import { call } from '../../lib/wire.js';
import { Party } from '../party.js';
import { fresh, newKey, now, requestObject, unsigned } from '../proofs.js';
import { modules as basic } from './basic.js';
import { discovery } from './config.js';

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgSDvzHwADzgIyupqDXwAAAABJRU5ErkJggg==', 'base64');

/** Sends metadata to the registration endpoint. */
export function register(plan, metadata) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${plan.registrationToken}` };
  return call(plan.provider.endpoint('registration'), { method: 'POST', headers, body: JSON.stringify(metadata) });
}

/** A party that registered itself with these metadata. */
export async function registered(plan, metadata = {}, settings = {}) {
  const home = `${plan.lodge.address}/dynamic-${fresh()}`;
  const redirectUri = settings.redirectUri ?? `${home}/callback`;
  const answer = await register(plan, {
    client_name: 'Prova che si registra da sé',
    redirect_uris: [redirectUri],
    // The lodge is on this machine, without TLS.
    application_type: 'native',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    scope: 'openid profile email phone address offline_access',
    ...metadata,
  });
  assert.equal(answer.status, 201, `registered, not ${answer.status} ${answer.text}`);
  assert.match(answer.header('cache-control') ?? '', /no-store/);
  const told = answer.json();
  assert.ok(told.client_id && told.registration_access_token && told.registration_client_uri);
  const ours = (value) => value !== 'none';
  for (const [name, value] of Object.entries(metadata).filter(([, value]) => ours(value))) assert.deepEqual(told[name], value, `${name} as it was asked`);
  return new Party(plan.provider, {
    id: told.client_id,
    secret: told.client_secret,
    authentication: told.token_endpoint_auth_method,
    redirectUri,
    key: await newKey('RS256'),
    ...settings,
    told,
  });
}

/** A module of Basic, by a client that registered itself. */
const asDynamic = (module, metadata) => async (plan) => {
  const own = Object.create(plan);
  own.client = await registered(plan, metadata);
  own.second = await registered(plan);
  await basic[module](own);
};

/** What a citizen reads of the client, before anything is told to it. */
async function shown(plan, metadata) {
  const party = await registered(plan, metadata);
  const citizen = plan.citizen();
  const { page } = await plan.authorise({ prompt: 'consent' }, { party, citizen, stopAt: 'consent' });
  assert.ok(page, 'the citizen is asked');
  return page.root;
}

async function refusedWith(plan, metadata, words) {
  const answer = await register(plan, { redirect_uris: [`${plan.lodge.address}/callback`], application_type: 'native', ...metadata });
  plan.refused(answer, words, 400);
}

export const modules = {
  async 'oidcc-idtoken-rs256'(plan) {
    const party = await registered(plan, { id_token_signed_response_alg: 'RS256' });
    const { tokens } = await plan.succeed({}, { party });
    assert.equal(decodeProtectedHeader(tokens.id_token).alg, 'RS256');
  },

  async 'oidcc-userinfo-rs256'(plan) {
    const party = await registered(plan, { userinfo_signed_response_alg: 'RS256' });
    const done = await plan.succeed({}, { party });
    const answer = await party.userinfo(done.tokens.access_token);
    assert.match(answer.header('content-type'), /^application\/jwt/);
    assert.equal(decodeProtectedHeader(answer.text).alg, 'RS256');
    await plan.userinfo(done);
  },

  async 'oidcc-ensure-redirect-uri-in-authorization-request'(plan) {
    const party = await registered(plan);
    plan.stopped(await plan.authorise({ redirect_uri: undefined }, { party }));
  },

  async 'oidcc-redirect-uri-query-OK'(plan) {
    const party = await registered(plan, {}, { redirectUri: `${plan.lodge.address}/dynamic-${fresh()}/callback?foo=bar` });
    const { arrival } = await plan.succeed({}, { party });
    assert.equal(arrival.answer.get('foo'), 'bar', 'the query stayed');
  },

  async 'oidcc-redirect-uri-query-mismatch'(plan) {
    const redirectUri = `${plan.lodge.address}/dynamic-${fresh()}/callback?foo=bar`;
    const party = await registered(plan, {}, { redirectUri });
    plan.stopped(await plan.authorise({ redirect_uri: redirectUri.replace('foo=bar', 'bar=foo') }, { party }));
  },

  async 'oidcc-redirect-uri-query-added'(plan) {
    const party = await registered(plan);
    plan.stopped(await plan.authorise({ redirect_uri: `${party.redirectUri}?foo=bar` }, { party }));
  },

  async 'oidcc-redirect-uri-regfrag'(plan) {
    await refusedWith(plan, { redirect_uris: [`${plan.lodge.address}/callback#foobar`] }, ['invalid_redirect_uri', 'invalid_client_metadata']);
  },

  async 'oidcc-discovery-endpoint-verification'(plan) {
    await discovery(plan, { endpoints: ['registration_endpoint'] });
  },

  'oidcc-server': asDynamic('oidcc-server'),

  async 'oidcc-registration-logo-uri'(plan) {
    const logo = plan.lodge.publish(`/logo-${fresh()}.png`, PNG, 'image/png');
    const page = await shown(plan, { logo_uri: logo });
    const images = page.querySelectorAll('main img').map((image) => image.getAttribute('src'));
    const ours = images.find((address) => !address.includes('/assets/'));
    assert.ok(ours, 'the logo is shown');
    assert.ok(!ours.startsWith(plan.lodge.address), 'from our own server: the policy lets nothing else in');
    const served = await call(new URL(ours, plan.provider.issuer).href);
    assert.equal(served.status, 200);
    assert.match(served.header('content-type'), /^image\//);
  },

  async 'oidcc-registration-policy-uri'(plan) {
    const page = await shown(plan, { policy_uri: `${plan.lodge.address}/policy` });
    assert.ok(page.querySelector(`main a[href="${plan.lodge.address}/policy"]`), 'a link to it');
  },

  async 'oidcc-registration-tos-uri'(plan) {
    const page = await shown(plan, { tos_uri: `${plan.lodge.address}/tos` });
    assert.ok(page.querySelector(`main a[href="${plan.lodge.address}/tos"]`), 'a link to it');
  },

  async 'oidcc-registration-jwks-uri'(plan) {
    const key = await newKey('RS256');
    const jwks_uri = plan.lodge.publish(`/jwks-${fresh()}`, { keys: [key.public] });
    const party = await registered(plan, { jwks_uri, token_endpoint_auth_method: 'private_key_jwt' }, { key });
    await plan.userinfo(await plan.succeed({}, { party }));
  },

  async 'oidcc-registration-sector-uri'(plan) {
    const redirectUri = `${plan.lodge.address}/dynamic-${fresh()}/callback`;
    const sector_identifier_uri = plan.lodge.publishSecurely(`/sector-${fresh()}`, [redirectUri]);
    const party = await registered(plan, { sector_identifier_uri, subject_type: 'pairwise' }, { redirectUri });
    const { claims } = await plan.succeed({}, { party });
    const { claims: elsewhere } = await plan.succeed({}, { party: await registered(plan) });
    assert.notEqual(claims.sub, elsewhere.sub, 'another sub than at other portals');
  },

  async 'oidcc-registration-sector-bad'(plan) {
    const sector_identifier_uri = plan.lodge.publishSecurely(`/sector-${fresh()}`, ['https://elsewhere.example/callback']);
    await refusedWith(plan, { sector_identifier_uri, subject_type: 'pairwise' }, ['invalid_redirect_uri', 'invalid_client_metadata']);
  },

  async 'oidcc-server-rotate-keys'(plan) {
    const before = (await plan.provider.keys()).keys.map(({ kid }) => kid);
    const done = await plan.succeed({}, { party: await registered(plan) });
    // The operator's part. The running provider publishes the new keys within a minute.
    await promisify(execFile)(process.env.VARCO_BINARY, ['keys', 'rotate', '--config', plan.configuration]);
    const late = Date.now() + 90_000;
    for (;;) {
      const after = (await plan.provider.keys()).keys.map(({ kid }) => kid);
      assert.ok(before.every((kid) => after.includes(kid)), 'the former keys are still there');
      if (after.length > before.length) break;
      assert.ok(Date.now() < late, 'there is a new key');
      await plan.pause(2);
    }
    await plan.identity(done.tokens, done);
    await plan.succeed({}, { party: await registered(plan) });
  },

  async 'oidcc-refresh-token-rp-key-rotation'(plan) {
    const [old, next] = [await newKey('RS256'), await newKey('RS256')];
    const path = `/jwks-${fresh()}`;
    const jwks_uri = plan.lodge.publish(path, { keys: [old.public] });
    const party = await registered(plan, { jwks_uri, token_endpoint_auth_method: 'private_key_jwt' }, { key: old });
    const { tokens } = await plan.succeed({ scope: 'openid offline_access', prompt: 'consent' }, { party });
    plan.lodge.publish(path, { keys: [next.public] });
    party.key = next;
    const again = plan.granted(await party.refresh(tokens.refresh_token), party);
    assert.ok(again.access_token);
  },

  async 'oidcc-request-uri-unsigned'(plan) {
    const path = `/object-${fresh()}`;
    const request_uri = `${plan.lodge.secure}${path}`;
    const party = await registered(plan, { request_uris: [request_uri], request_object_signing_alg: 'none' });
    const { parameters } = party.request();
    plan.lodge.publish(path, unsigned({ iss: party.id, aud: plan.provider.issuer, iat: now(), exp: now() + 60, ...parameters }), 'application/oauth-authz-req+jwt');
    const url = party.at({ client_id: party.id, response_type: 'code', scope: parameters.scope, request_uri });
    const seen = { ...(await plan.follow(url, { party })), asked: parameters, party };
    plan.granted(await party.redeem(await plan.code(seen)), party);
  },

  async 'oidcc-request-uri-signed-rs256'(plan) {
    const key = await newKey('RS256');
    const jwks_uri = plan.lodge.publish(`/jwks-${fresh()}`, { keys: [key.public] });
    const path = `/object-${fresh()}`;
    const address = `${plan.lodge.address}${path}`;
    const party = await registered(plan, { jwks_uri, request_uris: [address], request_object_signing_alg: 'RS256' }, { key });
    const { parameters, verifier } = party.request();
    const object = await requestObject(key, party.id, plan.provider.issuer, parameters);
    plan.lodge.publish(path, object, 'application/oauth-authz-req+jwt');
    const hash = createHash('sha256').update(object).digest('base64url');
    for (const request_uri of [address, `${address}#${hash}`]) {
      const url = party.at({ client_id: party.id, response_type: 'code', scope: parameters.scope, request_uri });
      const seen = { ...(await plan.follow(url, { party })), asked: parameters, party };
      plan.granted(await party.redeem(await plan.code(seen), { verifier }), party);
      if (!plan.provider.metadata.require_request_uri_registration) break;
    }
  },

  async 'oidcc-ensure-request-object-with-redirect-uri'(plan) {
    const key = await newKey('RS256');
    const own = Object.create(plan);
    own.client = await registered(plan, { jwks: { keys: [key.public] } }, { key });
    await basic['oidcc-ensure-request-object-with-redirect-uri'](own);
  },

  'oidcc-refresh-token': asDynamic('oidcc-refresh-token'),

  async 'oidcc-ensure-client-assertion-with-iss-aud-succeeds'(plan) {
    const key = await newKey('RS256');
    const party = await registered(plan, { jwks: { keys: [key.public] }, token_endpoint_auth_method: 'private_key_jwt' }, { key });
    const authorised = await plan.authorise({}, { party });
    const code = await plan.code(authorised);
    plan.granted(await party.redeem(code, { assertion: { audience: plan.provider.issuer } }), party);
  },
};
