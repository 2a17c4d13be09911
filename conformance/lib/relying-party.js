// A relying party that is not our code: openid-client does discovery, PKCE, state, nonce, issuer and
// signature checks; here are only an address to come back to and what is registered.

import http from 'node:http';
import { createHash } from 'node:crypto';
import * as openid from 'openid-client';
import { freePort } from './ports.js';
import { client } from './toml.js';

const AUTHENTICATION = {
  client_secret_basic: (secret) => openid.ClientSecretBasic(secret),
  client_secret_post: (secret) => openid.ClientSecretPost(secret),
  none: () => openid.None(),
};

export class RelyingParty {
  /** Of a party that lives at `address` by itself: what is registered of it. */
  static async at(address, { id, authentication = 'client_secret_basic', acting = 'either', scope = 'openid profile fiscal_number organization', roles = [], refreshes = false }) {
    const party = new RelyingParty();
    Object.assign(party, { id, authentication, acting, scope, roles, refreshes, arrivals: [] });
    party.secret = authentication === 'none' ? null : createHash('sha256').update(`${id}-${process.pid}-${Math.random()}`).digest('hex');
    party.address = address;
    party.redirectUri = `${address}/callback`;
    party.signedOutUri = `${address}/signed-out`;
    return party;
  }

  /** Listens on an address of its own; register it with `toml()`, then `discover`. */
  static async open(settings) {
    const port = await freePort();
    const party = await RelyingParty.at(`http://127.0.0.1:${port}`, settings);
    party.server = http.createServer((request, response) => {
      if (request.url.startsWith('/callback')) party.arrivals.push(new URL(request.url, party.address));
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end('<!doctype html><html lang="en"><title>Relying party</title><body><h1>Relying party</h1></body></html>');
    });
    await new Promise((resolve) => party.server.listen(port, '127.0.0.1', resolve));
    return party;
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** Its entry in a configuration: with the id of a demo portal it takes that portal's place, and its mandates' roles. */
  toml() {
    return client({
      client_id: this.id,
      client_name: `Parte ${this.id}`,
      redirect_uris: [this.redirectUri],
      post_logout_redirect_uris: [this.signedOutUri],
      token_endpoint_auth_method: this.authentication,
      grant_types: this.refreshes ? ['authorization_code', 'refresh_token'] : undefined,
      scope: this.scope,
      acting: this.acting,
      roles: this.roles,
      client_secret: this.secret ?? undefined,
    });
  }

  async discover(demo, secret = this.secret) {
    this.configuration = await openid.discovery(new URL(demo.issuer), this.id, undefined, AUTHENTICATION[this.authentication](secret), {
      // The demo speaks http to this machine alone. Signatures are checked as if anybody could be between.
      execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks],
    });
    return this.configuration;
  }

  /** A new authorisation request: its address, and what the answer must agree with. */
  async begin(parameters = {}) {
    const verifier = openid.randomPKCECodeVerifier();
    const checks = { pkceCodeVerifier: verifier, expectedState: openid.randomState(), expectedNonce: openid.randomNonce() };
    const url = openid.buildAuthorizationUrl(this.configuration, {
      redirect_uri: this.redirectUri,
      scope: this.scope,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: checks.expectedState,
      nonce: checks.expectedNonce,
      ...parameters,
    });
    return { url: url.href, checks };
  }

  /** The answer that the citizen's browser brought last. */
  lastArrival() {
    const arrival = this.arrivals.at(-1);
    if (!arrival) throw new Error('nobody came back to the relying party');
    return arrival;
  }

  async redeem(arrival, checks) {
    return openid.authorizationCodeGrant(this.configuration, arrival, checks);
  }

  async userinfo(tokens) {
    return openid.fetchUserInfo(this.configuration, tokens.access_token, tokens.claims().sub);
  }

  logoutUrl(tokens, state) {
    return openid.buildEndSessionUrl(this.configuration, {
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: this.signedOutUri,
      state,
    }).href;
  }
}
