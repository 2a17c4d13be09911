// Writes the configurations for the Foundation's suite, and ../clients.toml with the clients that they name:
//
//   node conformance/oidc/config/make.js
//
// New keys each time. They open nothing but `varco demo`, where everything is invented and nothing secret.

import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { client } from '../../lib/toml.js';
import { VARIANTS, certificate } from '../parties.js';
import { newKey } from '../proofs.js';

const VARCO = 'https://localhost:8080';
const IDENTITY_PROVIDER = 'http://127.0.0.2:8082';
const PERSON = 'CMPGLI92M71F205F';
const SUITE = 'https://localhost.emobix.co.uk:8443/test/a';
/** What the Foundation adds to the address of the second client. */
const SECOND = '?dummy1=lorem&dummy2=ipsum';

/** What a citizen does at the login page, at the identity provider, and where something is asked on the way. */
const LOGIN = [
  { task: 'login', match: `${VARCO}/login*`, optional: true, commands: [['click', 'id', 'spid'], ['click', 'id', 'spid-idp-1']] },
  { task: 'identity provider', match: `${IDENTITY_PROVIDER}/sso*`, optional: true, commands: [['click', 'id', `person-${PERSON}`]] },
  { task: 'answer', match: `${IDENTITY_PROVIDER}/answer*`, optional: true, commands: [['click', 'css', '#answer button']] },
  { task: 'consent', match: `${VARCO}/*`, optional: true, commands: [['click', 'id', 'acconsenti']] },
  { task: 'posted answer', match: `${VARCO}/*`, optional: true, commands: [['click', 'css', '#risposta button']] },
];
const BACK = { task: 'back', match: '*/test/*/callback*', commands: [['wait', 'id', 'submission_complete', 10]] };
const AUTHORIZE = { match: `${VARCO}/authorize*`, tasks: [...LOGIN, BACK] };

/** A page that says what is wrong, of which the Foundation wants a picture. */
const page = (at, also = []) => ({
  browser: [...also, { match: `${VARCO}/${at}*`, tasks: [{ task: 'page', match: `${VARCO}/${at}*`, commands: [['wait', 'id', 'esito', 10, '.*', 'update-image-placeholder']] }] }],
});

const LOGOUT = {
  match: `${VARCO}/logout*`,
  tasks: [
    { task: 'confirm', match: `${VARCO}/logout*`, optional: true, commands: [['click', 'id', 'esci']] },
    { task: 'back', match: '*/test/*/post_logout_redirect*', commands: [['wait', 'id', 'submission_complete', 10]] },
  ],
};

/** A logout that ends on our own page, perhaps after a question. */
const staysHere = {
  browser: [
    AUTHORIZE,
    {
      match: `${VARCO}/logout*`,
      tasks: [
        { task: 'confirm', match: `${VARCO}/logout*`, optional: true, commands: [['click', 'id', 'esci']] },
        { task: 'page', match: `${VARCO}/logout*`, commands: [['wait', 'id', 'esito', 10, '.*', 'update-image-placeholder']] },
      ],
    },
  ],
};

const entries = [];
const register = (id, members) => {
  const back = `${SUITE}/varco-${members.alias}/callback`;
  const { alias, ...registered } = members;
  entries.push(client({
    client_id: id,
    client_name: `Prova ${id}`,
    redirect_uris: [back, `${back}${SECOND}`],
    grant_types: ['authorization_code', 'refresh_token'],
    scope: 'openid profile email phone address offline_access',
    acting: 'self',
    ...registered,
  }));
};

async function write(name, plans, settings) {
  const configuration = {
    alias: `varco-${name}`,
    description: `Varco: ${plans}`,
    server: { discoveryUrl: `${VARCO}/.well-known/openid-configuration` },
    ...settings,
  };
  await writeFile(path.join(import.meta.dirname, `${name}.json`), `${JSON.stringify(configuration, null, 2)}\n`);
}

function connect(name, extra = {}) {
  const secret = () => randomBytes(32).toString('hex');
  const clients = {};
  for (const [role, id, method] of [['client', `oidf-${name}`, 'client_secret_basic'], ['client2', `oidf-${name}-2`, 'client_secret_basic'], ['client_secret_post', `oidf-${name}-post`, 'client_secret_post']]) {
    clients[role] = { client_id: id, client_secret: secret() };
    register(id, { alias: name, token_endpoint_auth_method: method, client_secret: clients[role].client_secret, require_pkce: false, ...extra });
  }
  return clients;
}

await write('connect', 'oidcc-basic, oidcc-config, oidcc-formpost-basic (static_client)', {
  ...connect('connect'),
  browser: [AUTHORIZE],
  override: { 'oidcc-ensure-registered-redirect-uri': page('authorize') },
});

const logoutAddress = { post_logout_redirect_uris: [`${SUITE}/varco-logout/post_logout_redirect`], backchannel_logout_uri: `${SUITE}/varco-logout/backchannel_logout`, backchannel_logout_session_required: true };
await write('logout', 'oidcc-rp-initiated-logout, oidcc-backchannel-rp-initiated-logout (static_client)', {
  ...connect('logout', logoutAddress),
  browser: [AUTHORIZE, LOGOUT],
  override: Object.fromEntries(
    ['bad-post-logout-redirect-uri', 'modified-id-token-hint', 'no-id-token-hint', 'no-params', 'no-post-logout-redirect-uri', 'only-state', 'query-added-to-post-logout-redirect-uri', 'bad-id-token-hint']
      .map((module) => [`oidcc-rp-initiated-logout-${module}`, staysHere]),
  ),
});

/** Who may register a client at the demo. */
const registration = randomBytes(32).toString('hex');
const newcomers = { client: { client_name: 'Prova che si registra da sé', initial_access_token: registration }, client2: { client_name: 'Seconda prova', initial_access_token: registration } };
await write('dynamic', 'oidcc-dynamic (dynamic_client, response_type=code)', {
  ...newcomers,
  browser: [AUTHORIZE],
  override: Object.fromEntries(
    ['oidcc-ensure-redirect-uri-in-authorization-request', 'oidcc-redirect-uri-query-mismatch', 'oidcc-redirect-uri-query-added'].map((module) => [module, page('authorize')]),
  ),
});
await write('third-party-init', 'oidcc-3rdparty-init-login (response_type=code)', { ...newcomers, browser: [AUTHORIZE], override: {} });

const FAPI = 'fapi2-security-profile-final';
/** The citizen gives up at the identity provider, and goes back by the button of the page that says so. */
const GIVES_UP = {
  browser: [{
    match: `${VARCO}/authorize*`,
    tasks: [
      LOGIN[0],
      { task: 'gives up', match: `${IDENTITY_PROVIDER}/sso*`, commands: [['click', 'css', 'button[name="error"][value="25"]']] },
      LOGIN[2],
      { task: 'back by the button', match: `${VARCO}/*`, commands: [['click', 'css', 'main p.mt-4 a.link-quiet']] },
      BACK,
    ],
  }],
};

for (const [plan, signs] of [['security-profile', false], ['message-signing', true]]) {
  for (const [who, bound] of VARIANTS) {
    const name = `fapi2-${plan}-${who}-${bound}`;
    const clients = {};
    for (const [role, mtls, id, alg] of [['client', 'mtls', `oidf-${name}`, 'PS256'], ['client2', 'mtls2', `oidf-${name}-2`, 'ES256']]) {
      const key = await newKey(alg);
      const shown = who === 'mtls' || bound === 'mtls' ? await certificate(id) : undefined;
      clients[role] = { client_id: id, scope: 'openid profile', jwks: { keys: [key.private] } };
      if (shown) clients[mtls] = { cert: shown.cert, key: shown.key };
      register(id, {
        alias: name,
        profile: 'fapi2',
        token_endpoint_auth_method: who === 'mtls' ? 'self_signed_tls_client_auth' : who,
        jwks: { keys: [key.public, ...(who === 'mtls' ? [shown.jwk] : [])] },
        require_pushed_authorization_requests: true,
        dpop_bound_access_tokens: bound === 'dpop' || undefined,
        tls_client_certificate_bound_access_tokens: bound === 'mtls' || undefined,
        require_signed_request_object: signs || undefined,
        authorization_signed_response_alg: signs ? 'PS256' : undefined,
        id_token_signed_response_alg: 'PS256',
      });
    }
    const variant = `client_auth_type=${who}, sender_constrain=${bound}, openid=openid_connect, fapi_profile=plain_fapi`;
    await write(name, `fapi2-${plan}-final-test-plan (${variant}${signs ? ', fapi_request_method=signed_non_repudiation, fapi_response_mode=jarm' : ''})`, {
      ...clients,
      resource: { resourceUrl: `${bound === 'mtls' ? 'https://localhost:8086' : VARCO}/userinfo` },
      browser: [AUTHORIZE],
      override: {
        [`${FAPI}-user-rejects-authentication`]: GIVES_UP,
        ...Object.fromEntries(
          ['ensure-unsigned-authorization-request-without-using-par-fails', 'par-attempt-to-use-expired-request_uri', 'par-attempt-to-use-request_uri-for-different-client']
            .map((module) => [`${FAPI}-${module}`, page('authorize')]),
        ),
        // First the citizen comes back with a code; the second time the request is used up.
        [`${FAPI}-par-attempt-reuse-request_uri`]: { browser: [{ ...AUTHORIZE, 'match-limit': 1 }, ...page('authorize').browser] },
        // First somebody looks and goes away; the second time the citizen signs in.
        [`${FAPI}-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds`]: {
          browser: [
            { match: `${VARCO}/authorize*`, 'match-limit': 1, tasks: [{ task: 'looks', match: `${VARCO}/login*`, commands: [['wait', 'id', 'spid', 10, '.*', 'update-image-placeholder-optional']] }] },
            AUTHORIZE,
          ],
        },
      },
    });
  }
}

const note = '# The clients of conformance/oidc/config/*.json, for `varco demo --tls --clients conformance/oidc/clients.toml`.\n# Written by conformance/oidc/config/make.js; keys and secrets that open nothing but the demo.\n\n';
const open = `[registration]
enabled = true
initial_access_token_file = "initial-access-token"
# The Foundation's Dynamic plan sends none.
require_pkce = false

[outbound]
# The Foundation's suite lives on this machine under that name.
allow_hosts = ["localhost", "127.0.0.1", "127.0.0.2", "localhost.emobix.co.uk"]

`;
await writeFile(path.join(import.meta.dirname, '../initial-access-token'), `${registration}\n`);
await writeFile(path.join(import.meta.dirname, '../clients.toml'), note + open + entries.join('\n'));
