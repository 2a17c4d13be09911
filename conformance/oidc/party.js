// A relying party that may also do wrong: it sends what a module says, to the letter.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { call } from '../lib/wire.js';
import { assertion, defined, fresh, newKey, proof, requestObject } from './proofs.js';

/** Addresses of a relying party that nobody ever visits over the network end here. */
export class Party {
  /**
   * @param {object} settings id, secret, authentication, key, redirectUri, scope; dpop: tokens are bound to a key;
   *   certificate: shown at the mTLS endpoints; bound: tokens are bound to it; pushes: requests go to /par;
   *   signs: they are request objects; mode: response_mode; pkce
   */
  constructor(provider, settings) {
    Object.assign(this, { authentication: 'client_secret_basic', scope: 'openid', pkce: false }, settings);
    this.provider = provider;
  }

  /** Draws what it needs before it is registered. */
  static async prepare(settings) {
    const made = { ...settings };
    const method = settings.authentication ?? 'client_secret_basic';
    if (method.startsWith('client_secret')) made.secret = randomBytes(32).toString('hex');
    made.key ??= await newKey(settings.alg ?? 'ES256');
    if (settings.dpop) made.dpop = await newKey('ES256');
    return made;
  }

  /** Whether an address is where answers to this party go. */
  owns(address) {
    return address.split(/[?#]/)[0] === this.redirectUri.split('?')[0];
  }

  endpoint(name) {
    return this.provider.endpoint(name, Boolean(this.certificate));
  }

  /** What an authorisation request says; `verifier` belongs to it and stays here. */
  request(changes = {}) {
    const verifier = randomBytes(32).toString('base64url');
    const pkce = this.pkce && {
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    };
    const parameters = defined({
      client_id: this.id,
      redirect_uri: this.redirectUri,
      response_type: 'code',
      scope: this.scope,
      state: fresh(),
      nonce: fresh(),
      response_mode: this.mode,
      ...pkce,
      ...changes,
    });
    return { parameters, verifier };
  }

  /** The parameters that go to the authorisation endpoint or to /par. */
  async wrapped(parameters, object = {}) {
    if (!this.signs) return parameters;
    const { client_id } = parameters;
    const request = await requestObject(object.key ?? this.key, this.id, this.provider.issuer, parameters, object.claims, object.header);
    return { client_id, request };
  }

  /** The address that a browser is sent to; a request that is pushed is pushed first. */
  async address(parameters, change = {}) {
    const sent = await this.wrapped(parameters, change.object);
    if (!this.pushes) return this.at(sent);
    const pushed = await this.push(sent, change);
    assert.equal(pushed.status, 201, `the pushed request was taken: ${pushed.text}`);
    return this.at({ client_id: this.id, request_uri: pushed.json().request_uri, ...change.outside });
  }

  at(parameters) {
    const url = new URL(this.provider.endpoint('authorization'));
    for (const [name, value] of Object.entries(parameters)) url.searchParams.append(name, value);
    return url.href;
  }

  /** RFC 9126. A proof of the key goes along only where a module says so. */
  async push(parameters, change = {}) {
    return this.ask('pushed_authorization_request', parameters, { ...change, dpop: change.dpop ?? null });
  }

  /** Form fields to an endpoint, with everything that shows who asks. */
  async ask(name, fields, change = {}) {
    const url = this.endpoint(name);
    const send = async (nonce) => {
      const form = new URLSearchParams(defined(fields));
      const headers = { accept: 'application/json' };
      if (change.authenticate !== null) await (change.authenticate ?? this.authenticate).call(this, form, headers, change);
      const bound = change.dpop === null ? null : (change.dpop?.key ?? this.dpop);
      if (bound) headers.dpop = await proof(bound, 'POST', url, { nonce, ...change.dpop });
      const certificate = change.certificate === null ? undefined : (change.certificate ?? this.certificate);
      return call(url, { method: 'POST', headers: { ...headers, ...change.headers }, body: form, certificate });
    };
    const answer = await send();
    if (answer.error() !== 'use_dpop_nonce') return answer;
    return send(answer.header('dpop-nonce'));
  }

  /** Says who it is, by the method that it registered. `change.assertion`: claims, header, audience or key of another one. */
  async authenticate(form, headers, change = {}) {
    const { claims, header, audience = this.provider.issuer, key = this.key } = change.assertion ?? {};
    switch (this.authentication) {
      case 'client_secret_basic':
        headers.authorization = `Basic ${Buffer.from(`${encodeURIComponent(this.id)}:${encodeURIComponent(this.secret)}`).toString('base64')}`;
        break;
      case 'client_secret_post':
        form.set('client_id', this.id);
        form.set('client_secret', this.secret);
        break;
      case 'private_key_jwt':
        form.set('client_id', this.id);
        form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
        form.set('client_assertion', await assertion(key, this.id, audience, claims, header));
        break;
      default:
        form.set('client_id', this.id);
    }
  }

  /** The answer to a code. */
  async redeem(code, { verifier, fields, ...change } = {}) {
    return this.ask('token', { grant_type: 'authorization_code', code, redirect_uri: this.redirectUri, code_verifier: this.pkce ? verifier : undefined, ...fields }, change);
  }

  async refresh(token, { fields, ...change } = {}) {
    return this.ask('token', { grant_type: 'refresh_token', refresh_token: token, ...fields }, change);
  }

  /** Userinfo, which is the resource of these plans. */
  async userinfo(token, { method = 'GET', scheme, body, dpop, certificate, headers, url = this.endpoint('userinfo') } = {}) {
    const bound = dpop === null ? null : (dpop?.key ?? this.dpop);
    const word = scheme ?? (this.dpop ? 'DPoP' : 'Bearer');
    const send = async (nonce) => {
      const sent = body ? {} : { authorization: `${word} ${token}` };
      if (bound) sent.dpop = await proof(bound, method, url, { token, nonce, ...dpop });
      const shown = certificate === null ? undefined : (certificate ?? this.certificate);
      return call(url, { method, headers: { ...sent, ...headers }, body, certificate: shown });
    };
    const answer = await send();
    if (!(answer.header('www-authenticate') ?? '').includes('use_dpop_nonce')) return answer;
    return send(answer.header('dpop-nonce'));
  }
}
