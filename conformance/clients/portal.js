// A portal in JavaScript, with openid-client: what docs/RELYING_PARTIES.md shows, as it runs here.

// snippet: openid-client
import * as openid from 'openid-client';

const scope = 'openid profile fiscal_number organization';

export class Portal {
  static async discover(issuer, clientId, clientSecret, redirectUri, options) {
    const portal = new Portal();
    portal.redirectUri = redirectUri;
    portal.configuration = await openid.discovery(new URL(issuer), clientId, undefined, openid.ClientSecretBasic(clientSecret), options);
    return portal;
  }

  /** Where the browser goes; `kept` stays in its session. */
  async login() {
    const kept = { verifier: openid.randomPKCECodeVerifier(), state: openid.randomState(), nonce: openid.randomNonce() };
    const url = openid.buildAuthorizationUrl(this.configuration, {
      redirect_uri: this.redirectUri,
      scope,
      state: kept.state,
      nonce: kept.nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(kept.verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, kept };
  }

  /** The browser is back at `url`: tokens, what the ID token says, and who it is. */
  async callback(url, kept) {
    const tokens = await openid.authorizationCodeGrant(this.configuration, new URL(url), {
      pkceCodeVerifier: kept.verifier,
      expectedState: kept.state,
      expectedNonce: kept.nonce,
      idTokenExpected: true,
    });
    const idToken = tokens.claims();
    const person = await openid.fetchUserInfo(this.configuration, tokens.access_token, idToken.sub);
    return { tokens, idToken, person };
  }

  /** Another access token for the same person, organisation and level. */
  async refresh(tokens) {
    return openid.refreshTokenGrant(this.configuration, tokens.refresh_token);
  }

  /** Where the browser goes to sign out. */
  logout(tokens, back) {
    return openid.buildEndSessionUrl(this.configuration, { id_token_hint: tokens.id_token, post_logout_redirect_uri: back }).href;
  }
}
// end of snippet
