// What a relying party signs: keys, client assertions, DPoP proofs, request objects.

import { createHash, randomUUID } from 'node:crypto';
import { SignJWT, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose';

export const now = () => Math.floor(Date.now() / 1000);
export const fresh = () => randomUUID();

/** A new key: `private` and `public` as JWK. */
export async function newKey(alg = 'ES256', members = {}) {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true, modulusLength: 2048 });
  const common = { alg, use: 'sig', ...members };
  common.kid ??= await calculateJwkThumbprint(await exportJWK(publicKey));
  return {
    alg: common.alg,
    private: { ...(await exportJWK(privateKey)), ...common },
    public: { ...(await exportJWK(publicKey)), ...common },
  };
}

/** Signs claims; members of `header` that are undefined are left out. */
export async function sign(key, claims, header = {}) {
  const alg = header.alg ?? key.alg;
  const protectedHeader = { alg, kid: key.private.kid, ...header };
  for (const name of Object.keys(protectedHeader)) if (protectedHeader[name] === undefined) delete protectedHeader[name];
  const signer = await importJWK({ ...key.private, alg: undefined }, alg);
  return new SignJWT(defined(claims)).setProtectedHeader(protectedHeader).sign(signer, { crit: Object.fromEntries((header.crit ?? []).map((name) => [name, true])) });
}

/** A JWT that nobody signed. */
export function unsigned(claims, header = {}) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', ...header })}.${part(defined(claims))}.`;
}

/** RFC 7523: who the client is. */
export function assertion(key, clientId, audience, claims = {}, header = {}) {
  const at = now();
  return sign(key, { iss: clientId, sub: clientId, aud: audience, jti: fresh(), iat: at, nbf: at, exp: at + 60, ...claims }, header);
}

/** RFC 9449 §4.2. `token`: the access token that goes along. */
export async function proof(key, method, url, { token, nonce, claims = {}, header = {} } = {}) {
  const ath = token && createHash('sha256').update(token).digest('base64url');
  const { kty, crv, x, y, n, e } = key.public;
  const jwk = defined({ kty, crv, x, y, n, e });
  const at = url.split(/[?#]/)[0];
  return sign(key, { jti: fresh(), htm: method, htu: at, iat: now(), ath, nonce, ...claims }, { typ: 'dpop+jwt', jwk, kid: undefined, ...header });
}

/** Its thumbprint, as `dpop_jkt` has it. */
export const thumbprint = (key) => calculateJwkThumbprint(key.public);

/** RFC 9101, with what FAPI 2 Message Signing wants in it. */
export function requestObject(key, clientId, audience, parameters, claims = {}, header = {}) {
  const at = now();
  const all = { iss: clientId, aud: audience, jti: fresh(), iat: at, nbf: at, exp: at + 60, ...parameters, ...claims };
  return sign(key, all, { typ: 'oauth-authz-req+jwt', ...header });
}

export function defined(members) {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
