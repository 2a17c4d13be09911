// Attacks 46 and 48: clients that register themselves, and codes that are guessed.

import assert from 'node:assert/strict';
import { call } from '../lib/wire.js';

const json = (method, url, body, token) =>
  call(url, { method, headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }, body: body && JSON.stringify(body) });

export async function attackRegistration({ suite, plan, lodge }) {
  const { registration_endpoint: endpoint } = plan.provider.metadata;
  const good = { redirect_uris: ['https://portale.example.it/callback'], client_name: 'Portale' };

  await suite.check('attack 46: nobody registers without the token that an administrator gave out', async () => {
    for (const token of [undefined, '', 'made-up']) {
      const answer = await json('POST', endpoint ?? `${plan.provider.issuer}/register`, good, token);
      assert.ok([401, 404].includes(answer.status), `${answer.status}`);
    }
    const done = await plan.succeed({});
    assert.ok([401, 404].includes((await json('POST', `${plan.provider.issuer}/register`, good, done.tokens.access_token)).status), 'an access token is no registration token');
    for (const method of ['GET', 'PUT', 'DELETE']) {
      assert.ok([401, 404].includes((await json(method, `${plan.provider.issuer}/register/portal`, undefined, 'made-up')).status), 'a client of the configuration is nobody’s to read or change');
    }
  });

  await suite.check('attack 48: a code of a device is not guessed, and nobody’s login is locked by trying', async () => {
    const { device_authorization_endpoint: begin, issuer } = plan.provider.metadata;
    if (!begin) throw new Error('no device_authorization_endpoint');
    plan.refused(await plan.client.ask('token', { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'guessed' }), ['invalid_grant', 'unauthorized_client'], 400);
    const guesser = plan.citizen();
    let slowed = false;
    for (let tries = 0; tries < 30 && !slowed; tries += 1) {
      await guesser.open(`${issuer}/device?user_code=${'BCDFGHJK'.slice(tries % 8)}${'BCDFGHJK'.slice(0, tries % 8)}`);
      slowed = guesser.status() === 429;
      assert.ok(guesser.status() < 500);
    }
    await plan.succeed({ login_hint: 'flooded' });
  });

  assert.ok(lodge);
}
