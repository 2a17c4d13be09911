// Debian's Apache with mod_auth_openidc, configured as docs/RELYING_PARTIES.md shows it.

import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { startApache } from '../lib/apache.js';
import { Citizen } from '../lib/citizen.js';
import { enterAt, leaveAt } from '../lib/door.js';
import { ACME, NO_ROLES, PEOPLE, expectOrganisation, expectPerson } from '../lib/journey.js';
import { freePort } from '../lib/ports.js';
import { RelyingParty } from '../lib/relying-party.js';

const MODULES = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'proxy', 'proxy_http', 'auth_openidc'];

export async function openApache() {
  const party = await RelyingParty.at(`http://127.0.0.1:${await freePort()}`, { id: 'portale-apache', refreshes: true });
  party.redirectUri = `${party.address}/riservato/callback`;
  party.signedOutUri = `${party.address}/`;
  return { parties: [], party, toml: party.toml() };
}

export async function checkApache({ suite, demo }, { party }) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'varco-apache-'));
  await chmod(folder, 0o755);
  const application = await serveApplication();
  const stop = await startApache(folder, Number(new URL(party.address).port), MODULES, await configuration(party, demo, application.address));
  try {
    await suite.check('Apache with mod_auth_openidc, as the documents show it: code, refresh, logout', () => roundTrip(party, demo));
  } finally {
    await stop();
    application.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function roundTrip(party, demo) {
  const citizen = new Citizen();
  await enterAt(citizen, demo, `${party.address}/riservato/`, PEOPLE.mario, ACME);
  const headers = JSON.parse(citizen.html());
  assert.equal(headers.oidc_claim_given_name, PEOPLE.mario.given, 'the application reads the claims from headers');
  const before = await info(citizen, party);
  expectPerson({ ...before.id_token, ...before.userinfo }, PEOPLE.mario);
  expectOrganisation({ ...before.id_token, ...before.userinfo }, ACME, NO_ROLES);

  const refresh = new URL(party.redirectUri);
  refresh.searchParams.set('refresh', `${party.address}/riservato/`);
  refresh.searchParams.set('access_token', before.access_token);
  await citizen.open(refresh.href);
  assert.ok(!citizen.url().includes('error'), citizen.url());
  const after = await info(citizen, party);
  assert.notEqual(after.access_token, before.access_token, 'another access token');

  const logout = new URL(party.redirectUri);
  logout.searchParams.set('logout', party.signedOutUri);
  await leaveAt(citizen, logout.href);
  assert.ok(citizen.url().startsWith(party.signedOutUri), 'back at the portal');
  await citizen.open(`${party.address}/riservato/`);
  assert.ok(citizen.url().startsWith(demo.issuer), 'who signed out is asked to sign in again');
  const { status } = await fetch(`${demo.issuer}/userinfo`, { headers: { authorization: `Bearer ${after.access_token}` } });
  assert.equal(status, 401, 'the tokens ended with the session');
}

/** What the module tells the application of its session. */
async function info(citizen, party) {
  const told = await citizen.json(`${party.redirectUri}?info=json`);
  assert.ok(told, 'there is a session');
  return told;
}

/** The documents' text, with the addresses and secrets of this run. */
async function configuration(party, demo, application) {
  const text = await readFile(path.join(import.meta.dirname, 'apache.conf'), 'utf8');
  const changes = [
    ['https://login.ente.example.it', demo.issuer],
    ['https://suap.ente.example.it', party.address],
    ['OIDCClientID suap', `OIDCClientID ${party.id}`],
    ['"put the secret here"', `"${party.secret}"`],
    ['"put another secret here"', '"of this run alone, and of no other"'],
  ];
  const filled = changes.reduce((done, [from, to]) => done.replaceAll(from, to), text);
  return `${filled}\nProxyPass /riservato/callback !\nProxyPass / ${application}/\n`;
}

/** The application behind Apache: it shows the headers that it gets. */
async function serveApplication() {
  const port = await freePort();
  const server = http.createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(JSON.stringify(request.headers));
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${port}`, close: () => server.close() || server.closeAllConnections() };
}
