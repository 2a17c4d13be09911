// The relying parties of the plans, and how they are registered.

import { client } from '../lib/toml.js';
import { Party } from './party.js';

const EVERYTHING = 'openid profile email phone address offline_access';
const REFRESHING = ['authorization_code', 'refresh_token'];

/** Settings of every party by name (secrets and keys with them), and the configuration that knows them. */
export async function prepareParties(lodge) {
  const parties = {};
  const entries = [];
  const add = async (name, settings, registered) => {
    const party = await Party.prepare({ id: name, redirectUri: `${lodge}/${name}/callback`, signedOutUri: `${lodge}/${name}/signed-out`, ...settings });
    parties[name] = party;
    entries.push(client({ ...common(party), ...registered }));
  };
  await addBasic(add, lodge);
  return { parties, clients: entries.join('\n'), config: '' };
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

/** The three clients of the OpenID Connect plans. They send PKCE only where a module says so, as the Foundation's suite. */
async function addBasic(add, lodge) {
  const registered = { require_pkce: false };
  await add('client', {}, registered);
  await add('client2', {}, registered);
  await add('client-post', { authentication: 'client_secret_post' }, registered);
  const told = { backchannel_logout_uri: `${lodge}/client-backchannel/backchannel`, backchannel_logout_session_required: true };
  await add('client-backchannel', {}, { ...registered, ...(process.env.NEW ? told : {}) });
}
