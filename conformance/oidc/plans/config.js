// OpenID Connect Discovery: Config certification profile.

import assert from 'node:assert/strict';
import { importJWK } from 'jose';
import { call } from '../../lib/wire.js';

/** What OpenID Connect Discovery §3 requires of every provider. */
const REQUIRED = [
  'issuer', 'authorization_endpoint', 'token_endpoint', 'jwks_uri', 'response_types_supported', 'subject_types_supported',
  'id_token_signing_alg_values_supported', 'userinfo_endpoint', 'scopes_supported', 'claims_supported',
];

/** Metadata that hold together. Plans add what they need on top. */
export async function discovery({ provider }, { endpoints = [], truths = [] } = {}) {
  const answer = await call(`${provider.issuer}/.well-known/openid-configuration`);
  assert.equal(answer.status, 200);
  assert.match(answer.header('content-type'), /^application\/json/);
  const metadata = answer.json();
  for (const name of [...REQUIRED, ...endpoints]) assert.ok(metadata[name], `${name} is there`);
  for (const name of truths) assert.equal(metadata[name], true, `${name} is true`);
  assert.equal(metadata.issuer, provider.issuer);
  assert.ok(metadata.issuer.startsWith('https://') && !/[?#]/.test(metadata.issuer));
  for (const [name, value] of Object.entries(metadata)) {
    if (name.endsWith('_supported') && !name.startsWith('require')) {
      assert.ok(typeof value === 'boolean' || (Array.isArray(value) && value.length > 0), `${name} is a truth value or a list`);
    }
    if (Array.isArray(value)) assert.equal(new Set(value).size, value.length, `${name} names nothing twice`);
    if (name.endsWith('_endpoint') || name.endsWith('_uri')) assert.ok(value.startsWith('https://'), `${name} is https`);
  }
  assert.ok(metadata.response_types_supported.includes('code'));
  assert.ok(metadata.scopes_supported.includes('openid'));
  assert.ok(metadata.id_token_signing_alg_values_supported.includes('RS256'), 'RS256 (Core §15.1)');
  assert.ok(!metadata.id_token_signing_alg_values_supported.includes('none'));
  assert.ok(['pairwise', 'public'].some((type) => metadata.subject_types_supported.includes(type)));
  for (const name of ['claims_parameter_supported', 'request_parameter_supported', 'request_uri_parameter_supported']) {
    assert.equal(typeof metadata[name], 'boolean', `${name} is said`);
  }
  await keys(provider);
  return metadata;
}

/** Public keys only, each usable, each with a name of its own. */
async function keys(provider) {
  const { keys: published } = await provider.keys();
  assert.ok(published.length > 0);
  assert.equal(new Set(published.map((key) => key.kid)).size, published.length, 'each has a kid of its own');
  for (const key of published) {
    for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth']) assert.ok(!(secret in key), `nothing private: ${secret}`);
    // A key that signs by several algorithms names none.
    assert.ok(await importJWK(key, key.alg ?? { RSA: 'PS256', EC: 'ES256', OKP: 'EdDSA' }[key.kty]), 'the key can be read');
  }
}

export const modules = {
  async 'oidcc-discovery-endpoint-verification'(plan) {
    await discovery(plan);
  },
};
