// The provider as a relying party gets to know it: its metadata and its keys.

import assert from 'node:assert/strict';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { call } from '../lib/wire.js';

export class Provider {
  static async discover(issuer) {
    const provider = new Provider();
    provider.issuer = issuer;
    const answer = await call(`${issuer}/.well-known/openid-configuration`);
    assert.equal(answer.status, 200, 'discovery answers');
    provider.metadata = answer.json();
    return provider;
  }

  /** Its public keys, fetched anew. */
  async keys() {
    const answer = await call(this.metadata.jwks_uri);
    assert.equal(answer.status, 200, 'jwks_uri answers');
    return answer.json();
  }

  /** Checks what it signed for `audience` and returns the claims. */
  async verify(token, audience, options = {}) {
    const header = decodeProtectedHeader(token);
    assert.ok(header.alg && header.alg !== 'none', 'it is signed');
    const { payload } = await jwtVerify(token, createLocalJWKSet(await this.keys()), {
      issuer: this.issuer,
      audience,
      clockTolerance: 5,
      ...options,
    });
    return payload;
  }

  /** The address of an endpoint, as `…_endpoint` in the metadata; `mtls`: where a certificate is asked for. */
  endpoint(name, mtls = false) {
    const key = `${name}_endpoint`;
    const found = (mtls && this.metadata.mtls_endpoint_aliases?.[key]) || this.metadata[key];
    assert.ok(found, `${key} is in the metadata`);
    return found;
  }
}
