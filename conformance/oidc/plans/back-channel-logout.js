// OpenID Connect Back-Channel Logout. Each function bears the name of the module it stands for.

import assert from 'node:assert/strict';
import { decodeProtectedHeader } from 'jose';
import { fresh } from '../proofs.js';
import { discovery } from './config.js';
import { gone, leave } from './rp-initiated-logout.js';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** The logout token of a visit, as Back-Channel Logout §2.4 and §2.6 want it. */
export async function logoutToken(plan, visit, party) {
  assert.equal(visit.method, 'POST');
  assert.match(visit.headers['content-type'], /^application\/x-www-form-urlencoded/);
  const token = new URLSearchParams(visit.body).get('logout_token');
  assert.ok(token, 'logout_token');
  assert.equal(decodeProtectedHeader(token).typ, 'logout+jwt');
  const claims = await plan.provider.verify(token, party.id);
  assert.ok(claims.iat && claims.exp && claims.jti, 'iat, exp, jti');
  assert.deepEqual(claims.events, { [EVENT]: {} });
  assert.ok(!('nonce' in claims), 'no nonce');
  return claims;
}

export const modules = {
  async 'oidcc-backchannel-logout-discovery-endpoint-verification'(plan) {
    await discovery(plan, {
      endpoints: ['end_session_endpoint'],
      truths: ['backchannel_logout_supported', 'backchannel_logout_session_supported'],
    });
  },

  async 'oidcc-backchannel-rp-initiated-logout'(plan) {
    const left = await leave(plan, (done, back) => ({ id_token_hint: done.tokens.id_token, post_logout_redirect_uri: back, state: fresh() }));
    assert.ok(left.arrived, 'the citizen came back');
    const [visit] = await plan.lodge.visitsTo(`/${plan.client.id}/backchannel`);
    assert.ok(visit, 'the relying party was told');
    const claims = await logoutToken(plan, visit, plan.client);
    assert.equal(claims.sub, left.claims.sub);
    assert.equal(claims.sid, left.claims.sid, 'the same sid as in the ID token');
    await gone(plan, left);
  },
};
