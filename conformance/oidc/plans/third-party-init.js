// OpenID Connect Core §4, a login that begins elsewhere: 3rd-party-initiated login. Each function bears the name of the
// module it stands for.

import assert from 'node:assert/strict';
import { fresh } from '../proofs.js';
import { register, registered } from './dynamic.js';

export const modules = {
  async 'oidcc-3rd_party-init-login'(plan) {
    const initiate_login_uri = `https://portale-${fresh()}.example.it/entra`;
    const party = await registered(plan, { initiate_login_uri });
    // A login that can no longer be finished: the page offers to begin again, at the portal.
    const citizen = plan.citizen();
    citizen.holdBefore = (url) => url.startsWith(initiate_login_uri);
    await citizen.open(plan.beginAt(party));
    await citizen.settle();
    assert.ok(citizen.held, 'the citizen is sent to the portal');
    const sent = new URL(citizen.held);
    assert.equal(sent.searchParams.get('iss'), plan.provider.issuer);
  },

  async 'oidcc-3rd_party-init-login-nohttps'(plan) {
    const answer = await register(plan, { redirect_uris: [`${plan.lodge.address}/callback`], initiate_login_uri: 'http://portale.example.it/entra' });
    plan.refused(answer, 'invalid_client_metadata', 400);
  },
};
