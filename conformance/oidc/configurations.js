// The configurations for the Foundation's own suite: their clients are registered, and their browser commands lead from
// the request to the relying party, or to the page that a module wants a picture of.

import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { Citizen } from '../lib/citizen.js';
import { call } from '../lib/wire.js';
import { browse } from './browser.js';
import { Party } from './party.js';
import { newKey } from './proofs.js';

const FOLDER = path.join(import.meta.dirname, 'config');
const FOUNDATION = 'https://localhost.emobix.co.uk:8443/';
/** Where the files say that the demo is; here it is elsewhere. */
const WRITTEN = { issuer: 'https://localhost:8080', identityProvider: 'http://127.0.0.2:8082' };

export async function checkConfigurations(suite, world) {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.json'));
  assert.ok(names.length > 0);
  for (const name of names) {
    await suite.check(`config/${name}: its browser commands and its clients work`, () => check(world, name));
  }
}

async function check(world, name) {
  const text = await readFile(path.join(FOLDER, name), 'utf8');
  const here = text.replaceAll(WRITTEN.issuer, world.provider.issuer).replaceAll(WRITTEN.identityProvider, world.identityProvider);
  const configuration = JSON.parse(here);
  assert.equal(configuration.server.discoveryUrl, `${world.provider.issuer}/.well-known/openid-configuration`);
  for (const [role, certificate] of [['client', 'mtls'], ['client2', 'mtls2'], ['client_secret_post', null]]) {
    if (!configuration[role]) continue;
    if (configuration[role].initial_access_token) await register(world, configuration, role);
    await signIn(world, configuration, party(world, configuration, role, certificate));
  }
  for (const [module, override] of Object.entries(configuration.override)) {
    if (module.endsWith('-user-rejects-authentication')) await givesUp(world, configuration, override);
    else await pictured(world, configuration, override);
  }
}

/** The relying party registers itself, as the Foundation's suite does, and is what it is told from then on. */
async function register(world, configuration, role) {
  const { client_name, initial_access_token: token } = configuration[role];
  const answer = await call(world.provider.endpoint('registration'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      client_name,
      redirect_uris: [`${FOUNDATION}test/a/${configuration.alias}/callback`],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
    }),
  });
  assert.equal(answer.status, 201, answer.text);
  Object.assign(configuration[role], answer.json());
}

/** A relying party that is what the file says. */
function party(world, configuration, role, certificate) {
  const { client_id: id, client_secret: secret, jwks } = configuration[role];
  const [own] = jwks?.keys ?? [];
  const fapi = configuration.alias.includes('fapi2');
  const settings = {
    id,
    secret,
    redirectUri: `${FOUNDATION}test/a/${configuration.alias}/callback${role === 'client2' && fapi ? '?dummy1=lorem&dummy2=ipsum' : ''}`,
    key: own && { alg: own.alg, private: own },
    certificate: configuration[certificate],
    authentication: { client_secret_post: role }[role] ?? (fapi ? (/-mtls-\w+$/.test(configuration.alias) ? 'self_signed_tls_client_auth' : 'private_key_jwt') : 'client_secret_basic'),
  };
  if (fapi) Object.assign(settings, { pkce: true, pushes: true, scope: 'openid profile' });
  if (configuration.alias.includes('message-signing')) Object.assign(settings, { signs: true, mode: 'jwt' });
  return new Party(world.provider, settings);
}

const foundation = (url) => url.startsWith(FOUNDATION);

async function signIn(world, configuration, one) {
  if (configuration.alias.endsWith('-dpop')) one.dpop = await newKey();
  const citizen = new Citizen();
  citizen.holdBefore = foundation;
  const { parameters, verifier } = one.request();
  await browse(citizen, configuration.browser, await one.address(parameters));
  assert.ok(citizen.held, `${one.id}: the browser came to the relying party, and is not at ${citizen.page.url.split('?')[0]}`);
  const query = new URL(citizen.held).searchParams;
  const answer = query.has('response') ? await world.provider.verify(query.get('response'), one.id) : Object.fromEntries(query);
  const tokens = await one.redeem(answer.code, { verifier });
  assert.equal(tokens.status, 200, tokens.text);
  if (configuration.alias === 'varco-logout') await leave(world, configuration, citizen, tokens.json());
}

async function leave(world, configuration, citizen, tokens) {
  citizen.held = null;
  const url = new URL(world.provider.endpoint('end_session'));
  url.searchParams.set('id_token_hint', tokens.id_token);
  url.searchParams.set('post_logout_redirect_uri', `${FOUNDATION}test/a/${configuration.alias}/post_logout_redirect`);
  await browse(citizen, configuration.browser, url.href);
  assert.ok(citizen.held, 'the browser came back from the logout');
}

/** The citizen gives up, and the relying party is told. */
async function givesUp(world, configuration, { browser }) {
  const one = party(world, configuration, 'client', 'mtls');
  const citizen = new Citizen();
  citizen.holdBefore = foundation;
  await browse(citizen, browser, await one.address(one.request().parameters));
  assert.ok(citizen.held, `the browser came back, and is not at ${citizen.page.url.split('?')[0]}`);
}

/** What a module changes: every page that it wants a picture of is there. */
async function pictured(world, configuration, { browser }) {
  const wanted = browser.flatMap(({ tasks }) => tasks).flatMap(({ commands }) => commands).filter((command) => command.includes('update-image-placeholder'));
  if (wanted.length === 0) return;
  const citizen = new Citizen();
  citizen.holdBefore = foundation;
  const entry = browser.at(-1);
  const leaves = entry.match.includes('/logout');
  const address = leaves ? world.provider.endpoint('end_session') : `${world.provider.endpoint('authorization')}?client_id=${configuration.client.client_id}&request_uri=urn:ietf:params:oauth:request_uri:gone`;
  if (leaves) {
    const one = party(world, configuration, 'client', null);
    await browse(citizen, configuration.browser, await one.address(one.request().parameters));
    citizen.held = null;
  }
  await browse(citizen, [entry], address);
  assert.equal(citizen.held, null, 'a page is the end');
}
