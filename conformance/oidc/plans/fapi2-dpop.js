// The DPoP modules of FAPI 2.0 (RFC 9449).

import assert from 'node:assert/strict';
import { exportJWK, generateSecret } from 'jose';
import { fresh, newKey, now, sign, thumbprint, unsigned } from '../proofs.js';

const REFUSED = ['invalid_dpop_proof', 'invalid_grant', 'invalid_request'];

/** A happy flow with every proof changed. */
async function flowWith(plan, claims) {
  const change = typeof claims === 'function' ? claims : () => claims;
  const done = await plan.succeed({}, { redeem: { dpop: { claims: change() } } });
  await plan.userinfo(done, { dpop: { claims: change() } });
}

/** A code that was bound before, redeemed with a proof of `key`. */
async function bound(plan, { parameters, pushedWith, key }) {
  const authorised = await plan.authorise(parameters, { change: pushedWith && { dpop: { key: pushedWith } } });
  return plan.client.redeem(await plan.code(authorised), { verifier: authorised.verifier, dpop: { key } });
}

/** Proofs that are each wrong in one way. */
async function wrongProofs(key) {
  const other = await newKey();
  const members = ({ kty, crv, x, y }) => ({ kty, crv, x, y });
  return {
    'another method': { claims: { htm: 'PUT' } },
    'another address': { claims: { htu: 'https://elsewhere.example/' } },
    'no method': { claims: { htm: undefined } },
    'no address': { claims: { htu: undefined } },
    'no jti': { claims: { jti: undefined } },
    'no iat': { claims: { iat: undefined } },
    'made an hour ago': { claims: { iat: now() - 3600 } },
    'to be made in an hour': { claims: { iat: now() + 3600 } },
    'another typ': { header: { typ: 'JWT' } },
    'no typ': { header: { typ: undefined } },
    'no key in it': { header: { jwk: undefined } },
    'the key of somebody else in it': { header: { jwk: members(other.public) } },
    'the private key in it': { header: { jwk: { ...members(key.public), d: key.private.d } } },
  };
}

export const dpop = {
  'check-dpop-proof-nbf-exp': (plan) => flowWith(plan, () => ({ nbf: now(), exp: now() + 300 })),
  async 'ensure-dpopproof-with-iat-10seconds-before-succeeds'(plan) {
    // Proofs from before the start are refused: who started knows of no use of them. We started with the demo.
    await plan.pause(Math.max(0, 12 - process.uptime()));
    await flowWith(plan, () => ({ iat: now() - 10 }));
  },
  'ensure-dpopproof-with-iat-10seconds-after-succeeds': (plan) => flowWith(plan, () => ({ iat: now() + 10 })),

  async 'ensure-mismatched-dpop-jkt-fails'(plan) {
    const { parameters } = plan.client.request({ dpop_jkt: await thumbprint(await newKey()) });
    const answer = await plan.client.push(await plan.client.wrapped(parameters), { dpop: { key: plan.client.dpop } });
    plan.refused(answer, ['invalid_request', 'invalid_dpop_proof'], 400);
  },

  async 'ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt'(plan) {
    plan.refused(await bound(plan, { pushedWith: plan.client.dpop, key: await newKey() }), REFUSED, 400);
  },

  async 'ensure-token-endpoint-fails-with-mismatched-dpop-jkt'(plan) {
    const parameters = { dpop_jkt: await thumbprint(plan.client.dpop) };
    plan.refused(await bound(plan, { parameters, key: await newKey() }), REFUSED, 400);
  },

  async 'ensure-dpopproof-at-par-endpoint-binding-success'(plan) {
    plan.granted(await bound(plan, { pushedWith: plan.client.dpop, key: plan.client.dpop }));
  },

  async 'ensure-dpop-auth-code-binding-success'(plan) {
    const parameters = { dpop_jkt: await thumbprint(plan.client.dpop) };
    plan.granted(await bound(plan, { parameters, key: plan.client.dpop }));
  },

  async 'dpop-negative-tests'(plan) {
    const done = await plan.succeed({});
    const { access_token: token } = done.tokens;
    const denied = async (what, options) => {
      const answer = await plan.client.userinfo(token, options);
      assert.ok([400, 401].includes(answer.status), `${what}: ${answer.status}`);
      assert.match(answer.header('www-authenticate') ?? '', /^(DPoP|Bearer)/i, what);
    };
    for (const [what, wrong] of Object.entries(await wrongProofs(plan.client.dpop))) {
      await denied(what, { dpop: wrong });
      // The refresh token is as good a question as a code, and asks nobody to sign in.
      plan.refused(await plan.client.redeem('no-such-code', { verifier: done.verifier, dpop: wrong }), ['invalid_dpop_proof', 'invalid_request'], 400);
    }
    await denied('no proof', { dpop: null });
    await denied('as a bearer token', { scheme: 'Bearer', dpop: null });
    await denied('a proof for another token', { dpop: { claims: { ath: 'x'.repeat(43) } } });
    await denied('a proof without the token', { dpop: { claims: { ath: undefined } } });
    await denied('a proof of another key', { dpop: { key: await newKey() } });
    const jti = fresh();
    await plan.userinfo(done, { dpop: { claims: { jti } } });
    await denied('the same proof twice', { dpop: { claims: { jti } } });
    await deniedSigned(plan, token);
  },
};

/** Signed by nobody, or by a key that both sides would know. */
async function deniedSigned(plan, token) {
  const url = plan.client.endpoint('userinfo');
  const claims = { jti: fresh(), htm: 'GET', htu: url, iat: now() };
  const { kty, crv, x, y } = plan.client.dpop.public;
  const secret = await exportJWK(await generateSecret('HS256', { extractable: true }));
  const proofs = {
    none: unsigned(claims, { typ: 'dpop+jwt', jwk: { kty, crv, x, y } }),
    HS256: await sign({ alg: 'HS256', private: secret }, claims, { typ: 'dpop+jwt', jwk: secret, kid: undefined }),
  };
  for (const [alg, proof] of Object.entries(proofs)) {
    const answer = await plan.client.userinfo(token, { dpop: null, headers: { dpop: proof } });
    assert.ok([400, 401].includes(answer.status), `${alg}: ${answer.status}`);
  }
}
