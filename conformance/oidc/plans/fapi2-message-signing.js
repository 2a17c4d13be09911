// FAPI 2.0 Message Signing Final: what comes on top of the Security Profile when requests are signed (RFC 9101) and
// answers too (JARM). Names as in fapi2-security-profile.js.

import { newKey, now, unsigned } from '../proofs.js';
import { modules as profile, refusedBefore } from './fapi2-security-profile.js';
import { discovery } from './config.js';

const BAD_OBJECT = ['invalid_request_object', 'invalid_request'];

const refusedWith = (object) => (plan) => refusedBefore(plan, {}, BAD_OBJECT, { object: typeof object === 'function' ? object(plan) : object });

/** A pushed request of which `change` makes what is sent. */
async function refusedSent(plan, change) {
  const { parameters } = plan.client.request();
  plan.refused(await plan.client.push(await change(parameters)), BAD_OBJECT, 400);
}

export const modules = {
  ...profile,

  async 'discovery-end-point-verification'(plan) {
    await profile['discovery-end-point-verification'](plan);
    const metadata = await discovery(plan, {
      endpoints: ['request_object_signing_alg_values_supported', 'authorization_signing_alg_values_supported'],
      truths: ['request_parameter_supported'],
    });
    if (!metadata.response_modes_supported.includes('jwt')) throw new Error('response_mode jwt');
  },

  async 'ensure-request-object-with-multiple-aud-succeeds'(plan) {
    await plan.succeed({}, { change: { object: { claims: { aud: [plan.provider.issuer, 'https://elsewhere.example'] } } } });
  },

  async 'ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted'(plan) {
    await plan.succeed({}, { change: { object: { claims: { nbf: now() + 8 } } } });
  },

  'ensure-request-object-without-exp-fails': refusedWith({ claims: { exp: undefined } }),
  'ensure-request-object-without-nbf-fails': refusedWith({ claims: { nbf: undefined } }),
  'ensure-expired-request-object-fails': refusedWith(() => ({ claims: { iat: now() - 600, nbf: now() - 600, exp: now() - 300 } })),
  'ensure-request-object-with-bad-aud-fails': refusedWith({ claims: { aud: 'https://elsewhere.example' } }),
  'ensure-request-object-with-exp-over-60-fails': refusedWith(() => ({ claims: { exp: now() + 70 * 60 } })),
  'ensure-request-object-with-nbf-over-60-fails': refusedWith(() => ({ claims: { nbf: now() - 70 * 60 } })),
  'ensure-signed-request-object-with-RS256-fails': refusedWith({ header: { alg: 'RS256' } }),

  'ensure-request-object-signature-algorithm-is-not-none': (plan) =>
    refusedSent(plan, (parameters) => ({
      client_id: plan.client.id,
      request: unsigned({ iss: plan.client.id, aud: plan.provider.issuer, nbf: now(), exp: now() + 60, ...parameters }),
    })),

  'ensure-request-object-with-invalid-signature-fails': (plan) =>
    refusedSent(plan, async (parameters) => {
      const { client_id, request } = await plan.client.wrapped(parameters);
      const [header, payload, signature] = request.split('.');
      return { client_id, request: [header, payload, [...signature].reverse().join('')].join('.') };
    }),

  async 'ensure-matching-key-in-authorization-request'(plan) {
    // As the first client's, with a key of nobody and with the second client's.
    for (const key of [await newKey('PS256'), plan.second.key]) await refusedBefore(plan, {}, BAD_OBJECT, { object: { key } });
  },

  'ensure-unsigned-request-at-par-endpoint-fails': (plan) => refusedSent(plan, (parameters) => parameters),

  'par-authorization-request-containing-request_uri': (plan) => refusedBefore(plan, {}, 'invalid_request_object', { object: { claims: { request_uri: 'urn:ietf:params:oauth:request_uri:made-up' } } }),
};
