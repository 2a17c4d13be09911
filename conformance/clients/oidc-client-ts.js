// oidc-client-ts in Chromium: a public client whose every call is a cross-origin one (CORS), with PKCE.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { enterAt, leaveAt } from '../lib/door.js';
import { PEOPLE } from '../lib/journey.js';
import { freePort } from '../lib/ports.js';
import { RelyingParty } from '../lib/relying-party.js';
import { Walker } from '../walk/walker.js';
import { openChromium } from '../walk/world.js';

const LIBRARY = path.join(path.dirname(createRequire(import.meta.url).resolve('oidc-client-ts/package.json')), 'dist/browser/oidc-client-ts.min.js');

export async function openOidcClientTs() {
  const party = await RelyingParty.at(`http://127.0.0.1:${await freePort()}`, {
    id: 'portale-browser', authentication: 'none', acting: 'self', scope: 'openid profile fiscal_number', refreshes: true,
  });
  return { parties: [], party, toml: party.toml() };
}

export async function checkOidcClientTs({ suite, demo }, { party }) {
  const server = await serve(party, demo);
  const chromium = await openChromium();
  try {
    await suite.check('oidc-client-ts in Chromium, a public client: code with PKCE over CORS, refresh, logout', async () => {
      const walker = await Walker.arrive(await chromium.newContext({ locale: 'it-IT' }));
      await enterAt(walker, demo, `${party.address}/login`, PEOPLE.mario);
      const told = await read(walker, '/callback');
      assert.equal(told.profile.given_name, PEOPLE.mario.given, 'userinfo came across origins');
      assert.ok(told.refreshable, 'a refresh token');
      await walker.open(`${party.address}/refresh`);
      const again = await read(walker, '/refresh');
      assert.notEqual(again.access_token, told.access_token, 'another access token');
      assert.equal(again.profile.sub, told.profile.sub);
      await leaveAt(walker, `${party.address}/logout`);
      assert.deepEqual(await read(walker, '/signed-out'), { signed_out: true });
    });
    await suite.check('oidc-client-ts: from the origin of no registered redirect nothing can be read', async () => {
      const elsewhere = `http://127.0.0.4:${new URL(party.address).port}`;
      const stranger = await serve(party, demo, '127.0.0.4');
      try {
        const walker = await Walker.arrive(await chromium.newContext());
        await walker.open(`${elsewhere}/nothing`);
        const read = (body) => walker.page.evaluate(async ([url, fields]) => {
          try {
            return (await fetch(url, { method: 'POST', body: new URLSearchParams(fields) })).status;
          } catch {
            return 'blocked';
          }
        }, [`${demo.issuer}/token`, body]);
        assert.equal(await read({ grant_type: 'authorization_code', client_id: party.id, code: 'x' }), 'blocked');
      } finally {
        stranger.close();
      }
    });
  } finally {
    await chromium.close();
    server.close();
  }
}

/** What the page says once the library has done its step. */
async function read(walker, pathname) {
  await walker.page.waitForURL((url) => url.pathname === pathname);
  const told = JSON.parse(await walker.page.locator('#told:not(:empty)').textContent());
  assert.ok(!told.error, told.error);
  return told;
}

async function serve(party, demo, host = '127.0.0.1') {
  const local = (name) => readFile(path.join(import.meta.dirname, name), 'utf8');
  const settings = { authority: demo.issuer, client_id: party.id };
  const scripts = {
    '/oidc-client-ts.min.js': await readFile(LIBRARY, 'utf8'),
    '/browser-party.js': `window.settings = ${JSON.stringify(settings)};\n${await local('browser-party.js')}`,
  };
  const page = await local('browser-party.html');
  const server = http.createServer((request, response) => {
    const script = scripts[request.url];
    response.writeHead(200, { 'content-type': script ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8' });
    response.end(script ?? page);
  });
  await new Promise((resolve) => server.listen(Number(new URL(party.address).port), host, resolve));
  return { close: () => server.close() || server.closeAllConnections() };
}
