// Attacks 46 and 48: clients that register themselves, and codes that are guessed.

import assert from 'node:assert/strict';
import { call } from '../lib/wire.js';

const json = (method, url, body, token) =>
  call(url, { method, headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }, body: body && JSON.stringify(body) });

export async function attackRegistration({ suite, plan, lodge, registrationToken }) {
  const { registration_endpoint: endpoint } = plan.provider.metadata;
  const good = { redirect_uris: ['https://portale.example.it/callback'], client_name: 'Portale' };

  await suite.check('attack 46: nobody registers without the token that an administrator gave out', async () => {
    for (const token of [undefined, '', 'made-up']) {
      assert.equal((await json('POST', endpoint, good, token)).status, 401);
    }
    const done = await plan.succeed({});
    assert.equal((await json('POST', endpoint, good, done.tokens.access_token)).status, 401, 'an access token is no registration token');
    for (const method of ['GET', 'PUT', 'DELETE']) {
      for (const token of ['made-up', registrationToken]) {
        assert.equal((await json(method, `${endpoint}/portal`, undefined, token)).status, 401, 'a client of the configuration is nobody’s to read or change');
      }
    }
  });

  await suite.check('attack 46: with the token, nothing that leads inside, runs a script, or is an administrator’s to give', async () => {
    const sector = lodge.publish('/sector.json', ['https://elsewhere.example/callback']);
    for (const wrong of [
      { logo_uri: 'javascript:alert(1)' },
      { logo_uri: 'http://169.254.169.254/latest/meta-data' },
      { logo_uri: 'https://169.254.169.254/latest/meta-data' },
      { logo_uri: lodge.publish('/logo.svg', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'image/svg+xml') },
      { sector_identifier_uri: sector, subject_type: 'pairwise' },
      { redirect_uris: ['javascript:alert(1)'] },
      { software_statement: 'eyJhbGciOiJub25lIn0.eyJzb2Z0d2FyZV9pZCI6IjEifQ.' },
    ]) {
      plan.refused(await json('POST', endpoint, { ...good, ...wrong }, registrationToken), ['invalid_client_metadata', 'invalid_redirect_uri', 'unapproved_software_statement'], 400);
    }
    const greedy = await json('POST', endpoint, { ...good, scope: 'openid organization', resource: 'https://api.example.it', consent: false, client_id: 'portal' }, registrationToken);
    assert.equal(greedy.status, 201, greedy.text);
    const { client_id: id, scope, resource, registration_access_token: token } = greedy.json();
    assert.notEqual(id, 'portal');
    assert.deepEqual([scope, resource], ['openid', undefined]);
    assert.equal((await json('DELETE', `${endpoint}/${id}`, undefined, token)).status, 204);
    assert.equal((await json('GET', `${endpoint}/${id}`, undefined, token)).status, 401, 'attack 47: it ended with the client');
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
}
