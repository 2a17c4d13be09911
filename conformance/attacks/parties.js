// Who is attacked: portals of several kinds, and an organisation whose mandate will end.

import { client, toml } from '../lib/toml.js';
import { newKey } from '../oidc/proofs.js';
import { Party } from '../oidc/party.js';

const REFRESHING = ['authorization_code', 'refresh_token'];
/** What a portal's name may hold that a page must not believe. */
export const HOSTILE_NAME = `Portale <script>alert(1)</script>"'><img src=x onerror=alert(2)>`;
export const ALFA = 'Alfa Prova SRL';

/** Settings of every party, its entry in the configuration by name, and the rest of the configuration. */
export async function preparePublic(lodge) {
  const parties = {};
  const clients = {};
  const add = async (name, settings, registered = {}) => {
    const party = await Party.prepare({
      id: name,
      redirectUri: `${lodge}/${name}/callback`,
      signedOutUri: `${lodge}/${name}/signed-out`,
      scope: 'openid profile',
      pkce: true,
      ...settings,
    });
    parties[name] = party;
    clients[name] = client({
      client_id: name,
      client_name: `Portale ${name}`,
      redirect_uris: [party.redirectUri],
      post_logout_redirect_uris: [party.signedOutUri],
      token_endpoint_auth_method: party.authentication ?? 'client_secret_basic',
      client_secret: party.secret,
      grant_types: REFRESHING,
      scope: 'openid profile email offline_access organization',
      acting: 'self',
      ...registered,
    });
  };
  await add('portal', {});
  await add('other', {});
  const key = await newKey('RS256');
  await add('careful', { authentication: 'private_key_jwt', key }, { jwks: { keys: [key.public] } });
  await add('public', { authentication: 'none' });
  await add('acting', { scope: 'openid profile organization' }, { acting: 'organisation' });
  await add('hostile', {}, { client_name: HOSTILE_NAME });
  await add('strict', {}, { min_level: 3 });
  await add('ending', {});
  return { parties, clients, config: '[registration]\nenabled = true\n' };
}

/** An organisation of our own; the demo's keep theirs. */
export function manifest(state) {
  const mandate = {
    person: 'PRVMRA80A15H501A',
    organisation: 'alfa-prova',
    kind: 'delegate',
    evidence: 'official',
    state,
    valid_from: '2024-01-01T00:00:00Z',
    valid_until: `${new Date().getUTCFullYear() + 2}-01-01T00:00:00Z`,
  };
  const lines = (members) => Object.entries(members).map(([name, value]) => `${name} = ${toml(value)}`).join('\n');
  const organisation = { alias: 'alfa-prova', name: ALFA, kind: 'company', identifiers: [{ scheme: '0210', value: '01234567897' }] };
  return `[[organisation]]\n${lines(organisation)}\n\n[[mandate]]\n${lines(mandate)}\n`;
}
