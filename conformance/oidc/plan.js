// What the modules of all plans have in common: parties, citizens, and the steps between them.

import assert from 'node:assert/strict';
import { Citizen } from '../lib/citizen.js';
import { Party } from './party.js';
import { visit } from './visit.js';

export class Plan {
  /** `options` go to every party of the plan: `mode`, `pushes`, … */
  constructor(world, names, options = {}) {
    Object.assign(this, world);
    [this.client, this.second, this.third] = names.map((name) => this.party(name, options));
  }

  party(name, options = {}) {
    assert.ok(this.parties[name], `there is a party '${name}'`);
    return new Party(this.provider, { ...this.parties[name], ...options });
  }

  citizen(options) {
    return new Citizen({ language: 'it', ...options });
  }

  /** One authorisation, wherever it ends. `change` goes to the request on its way (see Party.address). */
  async authorise(parameters = {}, { party = this.client, citizen = this.citizen(), change, method, person, refuse, stopAt } = {}) {
    const asked = party.request(parameters);
    const url = await party.address(asked.parameters, change);
    const target = method === 'POST' ? this.provider.endpoint('authorization') : url;
    const fields = method === 'POST' ? Object.fromEntries(new URL(url).searchParams) : undefined;
    const seen = await this.follow(target, { party, citizen, method, fields, person, refuse, stopAt });
    return { ...seen, party, asked: asked.parameters, verifier: asked.verifier };
  }

  /** A citizen goes where an address leads (see visit). */
  async follow(url, { party = this.client, citizen = this.citizen(), ...options } = {}) {
    return visit(citizen, party, url, { ...options, identityProvider: this.identityProvider });
  }

  /** The answer as the party reads it: it came as asked, from this issuer, with the state. */
  async read({ arrival, asked, party, page }) {
    assert.ok(arrival, `the citizen came back, and did not stay at ${page?.url.split('?')[0]} (${page?.status})`);
    const mode = (asked.response_mode ?? 'query').replace('.jwt', '').replace(/^jwt$/, 'query');
    assert.equal(arrival.by, mode, 'the answer came as it was asked');
    let answer = Object.fromEntries(arrival.answer);
    if (answer.response) {
      answer = await this.provider.verify(answer.response, party.id);
      assert.ok(answer.exp, 'a signed answer has an end');
    }
    assert.equal(answer.iss, this.provider.issuer, 'iss (RFC 9207)');
    assert.equal(answer.state, asked.state, 'state');
    return answer;
  }

  /** The code of an authorisation that must have succeeded. */
  async code(authorised) {
    const answer = await this.read(authorised);
    assert.equal(answer.error, undefined, `no error: ${answer.error} ${answer.error_description ?? ''}`);
    assert.ok(answer.code, 'there is a code');
    return answer.code;
  }

  /** The error of an authorisation that must have failed at the party. */
  async refusal(authorised, ...words) {
    const answer = await this.read(authorised);
    assert.equal(answer.code, undefined, 'there is no code');
    assert.ok(words.includes(answer.error), `one of ${words}, not ${answer.error}`);
    return answer;
  }

  /** Nobody was sent anywhere: a page says what is wrong. */
  stopped({ page, arrival, shown }) {
    assert.ok(!arrival, 'nobody came to the relying party');
    assert.deepEqual(shown, [], 'nobody was asked to sign in');
    assert.ok(page.status >= 400 && page.status < 500, `a page that refuses, not ${page.status}`);
    assert.ok(page.root.querySelector('h1#esito'), 'it is the page that says what went wrong');
  }

  /** From the request to tokens that were checked. */
  async succeed(parameters, options = {}) {
    const authorised = await this.authorise(parameters, options);
    const code = await this.code(authorised);
    const answer = await authorised.party.redeem(code, { verifier: authorised.verifier, ...options.redeem });
    const tokens = this.granted(answer, authorised.party);
    const claims = await this.identity(tokens, authorised);
    return { ...authorised, code, tokens, claims };
  }

  /** A token response that is what RFC 6749 §5.1 wants. */
  granted(answer, party = this.client) {
    assert.equal(answer.status, 200, `tokens, not ${answer.status} ${answer.text}`);
    assert.match(answer.header('content-type'), /^application\/json/);
    assert.match(answer.header('cache-control') ?? '', /no-store/);
    const tokens = answer.json();
    assert.ok(tokens.access_token, 'an access token');
    assert.equal(tokens.token_type.toLowerCase(), party.dpop ? 'dpop' : 'bearer');
    if ('expires_in' in tokens) assert.ok(tokens.expires_in > 0);
    return tokens;
  }

  /** An OAuth error with one of these words and one of these statuses. */
  refused(answer, words, statuses = [400, 401]) {
    const told = `${answer.status} ${answer.text}`;
    assert.ok([statuses].flat().includes(answer.status), `${statuses}, not ${told}`);
    assert.ok([words].flat().includes(answer.error()), `${words}, not ${told}`);
    assert.match(answer.header('content-type'), /^application\/json/);
  }

  /** The ID token of a response, checked as OpenID Connect Core §3.1.3.7 says. */
  async identity(tokens, { asked, party = this.client } = {}) {
    if (!/(^| )openid( |$)/.test(asked?.scope ?? 'openid')) return null;
    assert.ok(tokens.id_token, 'an ID token');
    const claims = await this.provider.verify(tokens.id_token, party.id);
    assert.ok(claims.sub && claims.sub.length <= 255, 'sub');
    assert.ok(claims.exp > claims.iat, 'exp and iat');
    if (Array.isArray(claims.aud)) assert.equal(claims.azp, party.id, 'several audiences have an azp');
    assert.equal(claims.nonce, asked?.nonce, 'nonce');
    return claims;
  }

  /** Userinfo for tokens, of the same person. */
  async userinfo({ tokens, claims, party = this.client }, options) {
    const answer = await party.userinfo(tokens.access_token, options);
    assert.equal(answer.status, 200, `userinfo, not ${answer.status} ${answer.text}`);
    const signed = (answer.header('content-type') ?? '').startsWith('application/jwt');
    const userinfo = signed ? await this.provider.verify(answer.text, party.id) : answer.json();
    if (claims) assert.equal(userinfo.sub, claims.sub, 'the same sub');
    return userinfo;
  }

  pause(seconds) {
    return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}
