// FAPI 2.0 Security Profile Final, plain FAPI with OpenID Connect. Each function bears the name of the module it stands
// for, without the `fapi2-security-profile-final-` that all have in common; index.js puts that before it.

import assert from 'node:assert/strict';
import { call } from '../../lib/wire.js';
import { fresh } from '../proofs.js';
import { discovery } from './config.js';
import { dpop } from './fapi2-dpop.js';
import { assertions } from './fapi2-client-assertion.js';

/** What a provider says of a request that it does not take. */
const BAD_REQUEST = ['invalid_request', 'invalid_request_object', 'invalid_redirect_uri'];
const BAD_CLIENT = ['invalid_client', 'invalid_request', 'unauthorized_client'];

/** Long, but no longer than a careful client's. */
const LONG = 384;

/** The pushed request is refused, or what came of it is: then nobody gets a code. */
export async function refusedBefore(plan, parameters, words, change) {
  const { parameters: asked } = plan.client.request(parameters);
  const answer = await plan.client.push(await plan.client.wrapped(asked, change?.object), change);
  plan.refused(answer, words, 400);
}

/** Either is right: the answer is one that belongs to what was pushed, or a refusal. */
async function answeredAsPushed(plan, parameters, outside) {
  const authorised = await plan.authorise(parameters, { change: { outside } });
  if (!authorised.arrival) {
    plan.stopped(authorised);
    return {};
  }
  const answer = await plan.read(authorised);
  if (answer.error) {
    assert.equal(answer.error, 'invalid_request');
    return {};
  }
  const tokens = plan.granted(await plan.client.redeem(answer.code, { verifier: authorised.verifier }));
  return { claims: await plan.identity(tokens, authorised), answer };
}

/** A request_uri that is good no more: a page, or the party's error. */
async function usedUp(plan, url, party = plan.client) {
  const citizen = plan.citizen();
  await citizen.open(url);
  if (party.owns(citizen.url())) {
    assert.ok(['invalid_request_uri', 'invalid_request'].includes(new URL(citizen.url()).searchParams.get('error')));
    return;
  }
  plan.stopped({ page: citizen.page, shown: [] });
}

export const modules = {
  async 'discovery-end-point-verification'(plan) {
    const bound = plan.client.dpop ? { endpoints: ['dpop_signing_alg_values_supported'] } : { truths: ['tls_client_certificate_bound_access_tokens'] };
    const metadata = await discovery(plan, {
      endpoints: ['pushed_authorization_request_endpoint', 'code_challenge_methods_supported', 'token_endpoint_auth_methods_supported', ...(bound.endpoints ?? [])],
      truths: ['authorization_response_iss_parameter_supported', ...(bound.truths ?? [])],
    });
    assert.ok(metadata.code_challenge_methods_supported.includes('S256') && !metadata.code_challenge_methods_supported.includes('plain'));
    assert.ok(metadata.token_endpoint_auth_methods_supported.includes(plan.client.authentication));
    for (const name of ['id_token_signing_alg_values_supported', 'token_endpoint_auth_signing_alg_values_supported']) {
      assert.ok(['PS256', 'ES256', 'EdDSA', 'Ed25519'].some((alg) => metadata[name].includes(alg)), `${name} has one of FAPI's`);
    }
    if (plan.client.certificate) {
      for (const name of ['token_endpoint', 'pushed_authorization_request_endpoint', 'userinfo_endpoint']) {
        assert.match(metadata.mtls_endpoint_aliases[name], /^https:/);
      }
    }
  },

  async 'happy-flow'(plan) {
    for (const party of [plan.client, plan.second]) await plan.userinfo(await plan.succeed({}, { party }));
  },

  async 'user-rejects-authentication'(plan) {
    await plan.refusal(await plan.authorise({}, { refuse: true }), 'access_denied');
  },

  async 'ensure-authorization-request-without-state-success'(plan) {
    const done = await plan.succeed({ state: undefined });
    assert.ok(!done.arrival.answer.has('state'));
  },

  async 'ensure-authorization-request-without-nonce-success'(plan) {
    const { claims } = await plan.succeed({ nonce: undefined });
    assert.ok(!('nonce' in claims));
  },

  async 'ensure-authorization-request-with-64-char-nonce-success'(plan) {
    const nonce = fresh().padEnd(64, 'x');
    assert.equal((await plan.succeed({ nonce })).claims.nonce, nonce);
  },

  async 'ensure-other-scope-order-succeeds'(plan) {
    await plan.succeed({ scope: plan.client.scope.split(' ').reverse().join(' ') });
  },

  async 'test-claims-parameter-identity-claims'(plan) {
    assert.equal(plan.provider.metadata.claims_parameter_supported, true);
    const wanted = { given_name: { essential: true }, family_name: null };
    const done = await plan.succeed({ scope: 'openid', claims: JSON.stringify({ userinfo: wanted, id_token: wanted }) });
    const userinfo = await plan.userinfo(done);
    for (const name of Object.keys(wanted)) {
      assert.ok(userinfo[name], `${name} in userinfo`);
      assert.equal(done.claims[name], userinfo[name], `${name} in the ID token`);
    }
  },

  async 'access-token-type-header-case-sensitivity'(plan) {
    const done = await plan.succeed({});
    for (const scheme of plan.client.dpop ? ['DPOP', 'dpop', 'dPoP'] : ['BEARER', 'bearer', 'bEaReR']) await plan.userinfo(done, { scheme });
  },

  ...dpop,

  async 'ensure-different-nonce-inside-and-outside-request-object'(plan) {
    // identity() compares with the nonce that was pushed.
    await answeredAsPushed(plan, {}, { nonce: fresh() });
  },

  async 'ensure-different-state-inside-and-outside-request-object'(plan) {
    // read() compares with the state that was pushed.
    await answeredAsPushed(plan, {}, { state: fresh() });
  },

  async 'ensure-authorization-request-with-long-nonce'(plan) {
    await answeredAsPushed(plan, { nonce: 'n'.repeat(LONG) });
  },

  async 'ensure-authorization-request-with-long-state'(plan) {
    await answeredAsPushed(plan, { state: 's'.repeat(LONG) });
  },

  async 'state-only-outside-request-object-not-used'(plan) {
    const { answer } = await answeredAsPushed(plan, { state: undefined }, { state: fresh() });
    if (answer) assert.ok(!('state' in answer), 'what stood outside did not come back');
  },

  'ensure-request-object-without-redirect-uri-fails': (plan) => refusedBefore(plan, { redirect_uri: undefined }, BAD_REQUEST),

  async 'plain-fapi-tolerate-unregistered-redirect-uri'(plan) {
    // FAPI 2 lets a provider take it; ours compares to the letter (RFC 9700 §2.1).
    await refusedBefore(plan, { redirect_uri: `${plan.client.redirectUri}/not-registered` }, BAD_REQUEST);
  },

  async 'ensure-unsigned-authorization-request-without-using-par-fails'(plan) {
    const { parameters } = plan.client.request();
    const seen = await plan.follow(plan.client.at(parameters));
    if (seen.arrival) await plan.refusal({ ...seen, asked: parameters, party: plan.client }, 'invalid_request');
    else plan.stopped(seen);
  },

  'ensure-redirect-uri-in-authorization-request': (plan) => refusedBefore(plan, { redirect_uri: undefined }, BAD_REQUEST),

  'ensure-response-type-code-idtoken-fails': (plan) => refusedBefore(plan, { response_type: 'code id_token' }, ['unsupported_response_type', 'invalid_request', 'unauthorized_client']),

  'ensure-response-type-token-fails': (plan) => refusedBefore(plan, { response_type: 'token' }, ['unsupported_response_type', 'invalid_request', 'unauthorized_client']),

  async 'ensure-client-id-in-token-endpoint'(plan) {
    // Proved to be the first client, and says to be the second one.
    const authorised = await plan.authorise({});
    const code = await plan.code(authorised);
    const authenticate = async function (form, headers, change) {
      await plan.client.authenticate(form, headers, change);
      form.set('client_id', plan.second.id);
    };
    plan.refused(await plan.client.redeem(code, { verifier: authorised.verifier, authenticate }), [...BAD_CLIENT, 'invalid_grant']);
  },

  async 'ensure-holder-of-key-required'(plan) {
    const authorised = await plan.authorise({});
    const code = await plan.code(authorised);
    const without = { verifier: authorised.verifier, ...(plan.client.dpop ? { dpop: null } : { certificate: null }) };
    plan.refused(await plan.client.redeem(code, without), [...BAD_CLIENT, 'invalid_dpop_proof', 'invalid_grant']);
  },

  async 'ensure-authorization-code-is-bound-to-client'(plan) {
    const authorised = await plan.authorise({});
    const code = await plan.code(authorised);
    const fields = { redirect_uri: plan.client.redirectUri };
    plan.refused(await plan.second.redeem(code, { verifier: authorised.verifier, fields }), 'invalid_grant', 400);
  },

  async 'attempt-reuse-authorization-code-after-one-second'(plan) {
    const done = await plan.succeed({});
    await plan.pause(1);
    plan.refused(await plan.client.redeem(done.code, { verifier: done.verifier }), 'invalid_grant', 400);
    assert.equal((await plan.client.userinfo(done.tokens.access_token)).status, 401, 'the tokens of the first use are dead');
  },

  async 'ensure-token-endpoint-fails-with-expired-auth-code'(plan) {
    const authorised = await plan.authorise({});
    const code = await plan.code(authorised);
    await plan.pause(61);
    plan.refused(await plan.client.redeem(code, { verifier: authorised.verifier }), 'invalid_grant', 400);
  },

  ...assertions,

  async 'refresh-token'(plan) {
    const done = await plan.succeed({ scope: 'openid offline_access', prompt: 'consent' });
    const { refresh_token: token } = done.tokens;
    assert.ok(token, 'a refresh token');
    plan.refused(await plan.second.refresh(token), 'invalid_grant', 400);
    plan.refused(await plan.client.refresh(token, { authenticate: null, certificate: plan.client.certificate && null, fields: { client_id: plan.client.id } }), BAD_CLIENT);
    if (plan.client.dpop) plan.refused(await plan.client.refresh(token, { dpop: null }), 'invalid_request', 400);
    for (let uses = 0; uses < 2; uses += 1) {
      // FAPI 2 §5.3.2.1: no rotation, so that a lost answer loses nothing.
      const again = plan.granted(await plan.client.refresh(token), plan.client);
      assert.ok([undefined, token].includes(again.refresh_token), 'the refresh token stays');
      await plan.userinfo({ tokens: again, claims: done.claims });
    }
  },

  async 'par-ensure-reused-request-uri-prior-to-auth-completion-succeeds'(plan) {
    const { parameters, verifier } = plan.client.request();
    const url = await plan.client.address(parameters);
    await plan.citizen().open(url);
    const authorised = { ...(await plan.follow(url)), asked: parameters, party: plan.client };
    plan.granted(await plan.client.redeem(await plan.code(authorised), { verifier }));
  },

  async 'par-attempt-reuse-request_uri'(plan) {
    const { parameters } = plan.client.request();
    const url = await plan.client.address(parameters);
    await plan.code({ ...(await plan.follow(url)), asked: parameters, party: plan.client });
    await usedUp(plan, url);
  },

  async 'par-attempt-to-use-expired-request_uri'(plan) {
    const { parameters } = plan.client.request();
    const pushed = await plan.client.push(await plan.client.wrapped(parameters));
    const { request_uri, expires_in } = pushed.json();
    assert.ok(expires_in > 0 && expires_in < 600, 'expires_in');
    await plan.pause(expires_in + 1);
    await usedUp(plan, plan.client.at({ client_id: plan.client.id, request_uri }));
  },

  async 'par-attempt-to-use-request_uri-for-different-client'(plan) {
    const { parameters } = plan.client.request();
    const pushed = await plan.client.push(await plan.client.wrapped(parameters));
    await usedUp(plan, plan.client.at({ client_id: plan.second.id, request_uri: pushed.json().request_uri }), plan.second);
  },

  async 'par-authorization-request-containing-request_uri-form-param'(plan) {
    const { parameters } = plan.client.request();
    const sent = { ...(await plan.client.wrapped(parameters)), request_uri: `urn:ietf:params:oauth:request_uri:${fresh()}` };
    plan.refused(await plan.client.push(sent), [...BAD_REQUEST, 'request_uri_not_supported'], 400);
  },

  async 'par-attempt-invalid-http-method'(plan) {
    const url = plan.client.endpoint('pushed_authorization_request');
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const { status } = await call(url, { method, certificate: plan.client.certificate });
      assert.ok([400, 401, 404, 405].includes(status), `${method}: ${status}`);
    }
  },

  'par-ensure-pkce-required': (plan) => refusedBefore(plan, { code_challenge: undefined, code_challenge_method: undefined }, BAD_REQUEST),

  async 'ensure-pkce-code-verifier-required'(plan) {
    const code = await plan.code(await plan.authorise({}));
    plan.refused(await plan.client.redeem(code, { verifier: undefined }), ['invalid_grant', 'invalid_request'], 400);
  },

  async 'incorrect-pkce-code-verifier-rejected'(plan) {
    const code = await plan.code(await plan.authorise({}));
    plan.refused(await plan.client.redeem(code, { verifier: 'x'.repeat(43) }), 'invalid_grant', 400);
  },

  'par-plain-pkce-rejected': (plan) => refusedBefore(plan, { code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' }, BAD_REQUEST),

  async 'par-without-duplicate-parameters'(plan) {
    const { parameters } = plan.client.request();
    const url = await plan.client.address(parameters);
    assert.deepEqual([...new URL(url).searchParams.keys()].sort(), ['client_id', 'request_uri']);
    await plan.code({ ...(await plan.follow(url)), asked: parameters, party: plan.client });
  },
};
