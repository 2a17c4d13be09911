// The relying parties of the plans, and how they are registered.

import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import { client } from '../lib/toml.js';
import { Party } from './party.js';
import { newKey } from './proofs.js';

const EVERYTHING = 'openid profile email phone address offline_access';
const REFRESHING = ['authorization_code', 'refresh_token'];

/** Settings of every party by name (secrets and keys with them), and their `[[client]]`. */
export async function prepareParties(lodge) {
  const parties = {};
  const entries = [];
  const add = async (name, settings, registered) => {
    const party = await Party.prepare({
      id: name,
      redirectUri: `${lodge}/${name}/callback`,
      signedOutUri: `${lodge}/${name}/signed-out`,
      ...settings,
    });
    parties[name] = party;
    entries.push(client({ ...common(party), ...registered }));
  };
  await addConnect(add, lodge);
  for (const variant of VARIANTS) {
    await addFapi(add, `fapi2-security-profile-${variant.join('-')}`, variant, false);
    await addFapi(add, `fapi2-message-signing-${variant.join('-')}`, variant, true);
  }
  return { parties, clients: entries.join('\n') };
}

function common(party) {
  return {
    client_id: party.id,
    client_name: `Prova ${party.id}`,
    redirect_uris: [party.redirectUri],
    post_logout_redirect_uris: [party.signedOutUri],
    token_endpoint_auth_method: party.authentication ?? 'client_secret_basic',
    client_secret: party.secret,
    grant_types: REFRESHING,
    scope: EVERYTHING,
    acting: 'self',
  };
}

/** The clients of the OpenID Connect plans. They send PKCE only where a module says so, as the Foundation's suite does. */
async function addConnect(add, lodge) {
  const key = await newKey('RS256');
  const registered = { require_pkce: false, jwks: { keys: [key.public] } };
  await add('client', { key }, registered);
  await add('client2', {}, { require_pkce: false });
  await add('client-post', { authentication: 'client_secret_post' }, { require_pkce: false });
  await add('client-backchannel', {}, {
    require_pkce: false,
    backchannel_logout_uri: `${lodge}/client-backchannel/backchannel`,
    backchannel_logout_session_required: true,
  });
}

/** Who the client is, and what its tokens are bound to. */
export const VARIANTS = ['private_key_jwt', 'mtls'].flatMap((who) => ['dpop', 'mtls'].map((bound) => [who, bound]));

/** Two clients of FAPI 2, with keys of different kinds: the first one's could also sign by RS256, which it must not. */
async function addFapi(add, name, [who, bound], signs) {
  for (const [id, alg] of [[name, 'PS256'], [`${name}-2`, 'ES256']]) {
    const key = await newKey(alg);
    const shown = who === 'mtls' || bound === 'mtls' ? await certificate(id) : undefined;
    const authentication = who === 'mtls' ? 'self_signed_tls_client_auth' : who;
    const settings = { authentication, key, certificate: shown, dpop: bound === 'dpop', pkce: true, pushes: true, signs, mode: signs ? 'jwt' : undefined, scope: 'openid profile' };
    const keys = [key.public, ...(who === 'mtls' ? [shown.jwk] : [])];
    await add(id, settings, {
      profile: 'fapi2',
      jwks: { keys },
      require_pushed_authorization_requests: true,
      dpop_bound_access_tokens: bound === 'dpop' || undefined,
      tls_client_certificate_bound_access_tokens: bound === 'mtls' || undefined,
      require_signed_request_object: signs || undefined,
      authorization_signed_response_alg: signs ? 'PS256' : undefined,
      id_token_signed_response_alg: 'PS256',
    });
  }
}

/** A certificate that nobody signed but its own key; `jwk` is that key's public half. `host`: of a server there. */
export async function certificate(name, host) {
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30', '-subj', `/CN=${name}`, '-keyout', '-', '-out', '-'];
  if (host) words.push('-addext', `subjectAltName=DNS:${host}`, '-addext', 'basicConstraints=critical,CA:FALSE');
  const { stdout } = await promisify(execFile)('openssl', words);
  const part = (kind) => new RegExp(`-----BEGIN ${kind}-----.*?-----END ${kind}-----\n`, 's').exec(stdout)[0];
  const cert = part('CERTIFICATE');
  return { cert, key: part('PRIVATE KEY'), jwk: new X509Certificate(cert).publicKey.export({ format: 'jwk' }) };
}
