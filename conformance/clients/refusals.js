// Bad authorisation requests: a page when the way back is not to be trusted, the RFC's word when it is.

import assert from 'node:assert/strict';
import { Citizen } from '../lib/citizen.js';

export async function checkRefusals({ suite, demo, parties }) {
  const party = parties.post;

  const refused = async (parameters, word) => {
    const { url, checks } = await party.begin(parameters);
    const before = party.arrivals.length;
    const citizen = new Citizen();
    await citizen.open(url);
    assert.equal(party.arrivals.length, before + 1, 'the browser went back to the relying party');
    const answer = party.lastArrival().searchParams;
    assert.equal(answer.get('error'), word);
    assert.equal(answer.get('state'), checks.expectedState);
    assert.equal(answer.get('iss'), demo.issuer);
    assert.ok(!answer.has('code'));
  };

  const stopped = async (change) => {
    const { url } = await party.begin();
    const changed = new URL(url);
    change(changed.searchParams);
    const before = party.arrivals.length;
    const citizen = new Citizen();
    const page = await citizen.open(changed.href);
    assert.equal(page.status, 400);
    assert.equal(party.arrivals.length, before, 'nobody was sent anywhere');
    assert.ok(citizen.url().startsWith(demo.issuer));
    assert.ok(!citizen.html().includes('written-by-a-stranger'), 'the page does not echo');
  };

  await suite.check('response_type=token: unsupported_response_type, with state and iss', () =>
    refused({ response_type: 'token' }, 'unsupported_response_type'));
  await suite.check('no openid in scope: invalid_scope', () => refused({ scope: 'profile' }, 'invalid_scope'));
  await suite.check('PKCE plain: invalid_request', () => refused({ code_challenge_method: 'plain' }, 'invalid_request'));
  await suite.check('no PKCE at all: invalid_request', async () => {
    const { url } = await party.begin();
    const changed = new URL(url);
    changed.searchParams.delete('code_challenge');
    changed.searchParams.delete('code_challenge_method');
    await new Citizen().open(changed.href);
    assert.equal(party.lastArrival().searchParams.get('error'), 'invalid_request');
  });
  await suite.check('prompt=none together with login: invalid_request', () => refused({ prompt: 'none login' }, 'invalid_request'));
  await suite.check('an unknown client: a page (400), no redirect', () =>
    stopped((parameters) => parameters.set('client_id', 'written-by-a-stranger')));
  await suite.check('a redirect_uri that is not registered to the letter: a page (400), no redirect', async () => {
    for (const wrong of [`${party.redirectUri}/`, `${party.redirectUri}?written-by-a-stranger`, party.redirectUri.replace('127.0.0.1', 'localhost'), 'javascript:written-by-a-stranger']) {
      await stopped((parameters) => parameters.set('redirect_uri', wrong));
    }
  });
  await suite.check('client_id twice: a page (400), no redirect', () => stopped((parameters) => parameters.append('client_id', 'written-by-a-stranger')));
  await suite.check('a made-up access token: 401', async () => {
    const answer = await fetch(`${demo.issuer}/userinfo`, { headers: { authorization: 'Bearer made-up' } });
    assert.equal(answer.status, 401);
  });
}
