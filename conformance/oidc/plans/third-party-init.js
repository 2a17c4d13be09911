// OpenID Connect Core §4, a login that begins elsewhere: 3rd-party-initiated login. Each function bears the name of the
// module it stands for.

import assert from 'node:assert/strict';
import { call } from '../../lib/wire.js';
import { fresh } from '../proofs.js';
import { register, registered } from './dynamic.js';

export const modules = {
  async 'oidcc-3rd_party-init-login'(plan) {
    const path = `/entra-${fresh()}`;
    const initiate_login_uri = `${plan.lodge.secure}${path}`;
    const party = await registered(plan, { initiate_login_uri });
    const { registration_client_uri: address, registration_access_token: token } = party.told;
    const kept = await call(address, { headers: { authorization: `Bearer ${token}` } });
    assert.deepEqual([kept.status, kept.json().initiate_login_uri], [200, initiate_login_uri]);
    const citizen = plan.citizen();
    const { citizen: done } = await plan.succeed({}, { party, citizen });
    // The browser's back button: a login that is over leads on to where the party begins logins.
    const login = done.trail.map(({ url }) => url).find((url) => url.startsWith(`${plan.provider.issuer}/login?`));
    await citizen.open(login);
    const link = `main a[href^="${initiate_login_uri}"]`;
    assert.ok(await citizen.count(link), 'there is a way to begin again');
    await citizen.click(link);
    const [visit] = await plan.lodge.visitsTo(path);
    assert.ok(visit, 'the relying party was asked to begin a login');
    assert.equal(visit.query.get('iss'), plan.provider.issuer);
    await plan.succeed({}, { party, citizen });
  },

  async 'oidcc-3rd_party-init-login-nohttps'(plan) {
    const answer = await register(plan, { redirect_uris: ['https://portale.example.it/callback'], initiate_login_uri: 'http://portale.example.it/entra' });
    plan.refused(answer, 'invalid_client_metadata', 400);
  },
};
