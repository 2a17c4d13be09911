// The modules of FAPI 2.0 about private_key_jwt (RFC 7523): `aud` is the issuer, one string.

import { now } from '../proofs.js';

const BAD_CLIENT = ['invalid_client', 'invalid_request'];

/** A pushed request with an assertion that is changed. */
async function pushed(plan, assertion) {
  const { parameters } = plan.client.request();
  return plan.client.push(await plan.client.wrapped(parameters), { assertion });
}

/** A code redeemed with an assertion that is changed. */
async function redeemed(plan, change) {
  const authorised = await plan.authorise({});
  return plan.client.redeem(await plan.code(authorised), { verifier: authorised.verifier, ...change });
}

export const assertions = {
  async 'ensure-signed-client-assertion-with-RS256-fails'(plan) {
    plan.refused(await redeemed(plan, { assertion: { header: { alg: 'RS256' } } }), BAD_CLIENT);
  },

  async 'ensure-client-assertion-in-token-endpoint'(plan) {
    plan.refused(await redeemed(plan, { authenticate: null, fields: { client_id: plan.client.id } }), BAD_CLIENT);
  },

  async 'ensure-client-assertion-with-exp-is-5-minutes-in-past-fails'(plan) {
    plan.refused(await redeemed(plan, { assertion: { claims: { iat: now() - 360, nbf: now() - 360, exp: now() - 300 } } }), BAD_CLIENT);
  },

  async 'ensure-client-assertion-with-wrong-aud-fails'(plan) {
    plan.refused(await redeemed(plan, { assertion: { audience: 'https://elsewhere.example' } }), BAD_CLIENT);
  },

  async 'ensure-client-assertion-with-no-sub-fails'(plan) {
    plan.refused(await redeemed(plan, { assertion: { claims: { sub: undefined } } }), BAD_CLIENT);
  },

  async 'par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted'(plan) {
    const { status } = await pushed(plan, { claims: { nbf: now() + 8, iat: now() + 8 } });
    if (status !== 201) throw new Error(`the clock of a client may be a little ahead (FAPI 2 §5.3.2.1), not ${status}`);
  },

  async 'par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails'(plan) {
    plan.refused(await pushed(plan, { claims: { nbf: now() + 70, exp: now() + 130 } }), BAD_CLIENT);
  },

  async 'par-test-array-as-audience-fails'(plan) {
    plan.refused(await pushed(plan, { audience: [plan.provider.issuer, 'https://elsewhere.example'] }), BAD_CLIENT);
    plan.refused(await pushed(plan, { audience: [plan.provider.issuer] }), BAD_CLIENT);
  },

  async 'par-test-par-endpoint-url-as-audience-fails'(plan) {
    plan.refused(await pushed(plan, { audience: plan.provider.endpoint('pushed_authorization_request') }), BAD_CLIENT);
  },

  async 'par-test-token-endpoint-url-as-audience-fails'(plan) {
    plan.refused(await pushed(plan, { audience: plan.provider.endpoint('token') }), BAD_CLIENT);
  },
};
