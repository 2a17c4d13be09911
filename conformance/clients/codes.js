// A code is good once, for one client, with its verifier.

import assert from 'node:assert/strict';
import { PEOPLE } from '../lib/journey.js';
import { authorise } from './flows.js';

const refusedWith = (word) => (refusal) => (refusal.error ?? refusal.cause?.error) === word;

export async function checkCodes(world) {
  const { suite, demo, parties } = world;
  const party = parties.post;

  await suite.check('a code used twice: invalid_grant, and the tokens of the first use are dead', async () => {
    const { arrival, checks } = await authorise(world, party);
    const tokens = await party.redeem(arrival, checks);
    await party.userinfo(tokens);
    await assert.rejects(party.redeem(arrival, checks), refusedWith('invalid_grant'));
    const answer = await fetch(`${demo.issuer}/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    assert.equal(answer.status, 401);
    assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer.*invalid_token/);
  });

  await suite.check('two exchanges of one code at once: exactly one gets tokens', async () => {
    const { arrival, checks } = await authorise(world, party);
    const both = await Promise.allSettled([party.redeem(arrival, checks), party.redeem(arrival, checks)]);
    assert.equal(both.filter((one) => one.status === 'fulfilled').length, 1);
  });

  await suite.check('a wrong code_verifier: invalid_grant', async () => {
    const { arrival, checks } = await authorise(world, party);
    const wrong = { ...checks, pkceCodeVerifier: 'x'.repeat(43) };
    await assert.rejects(party.redeem(arrival, wrong), refusedWith('invalid_grant'));
  });

  await suite.check('the code of another client: invalid_grant', async () => {
    const { arrival, checks } = await authorise(world, party);
    const answer = await fetch(`${demo.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: arrival.searchParams.get('code'),
        redirect_uri: party.redirectUri,
        client_id: parties.open.id,
        code_verifier: checks.pkceCodeVerifier,
      }),
    });
    assert.equal(answer.status, 400);
    assert.equal((await answer.json()).error, 'invalid_grant');
    assert.match(answer.headers.get('cache-control') ?? '', /no-store/);
  });

  await suite.check('a wrong secret: invalid_client, 401', async () => {
    const { arrival, checks } = await authorise(world, party, { person: PEOPLE.giulia });
    const answer = await fetch(`${demo.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: arrival.searchParams.get('code'),
        redirect_uri: party.redirectUri,
        client_id: party.id,
        client_secret: 'not the secret, but as long as one',
        code_verifier: checks.pkceCodeVerifier,
      }),
    });
    assert.equal(answer.status, 401);
    assert.equal((await answer.json()).error, 'invalid_client');
  });

  await suite.check('an answer with another issuer is refused by the relying party: Varco sends iss', async () => {
    const { arrival, checks } = await authorise(world, party);
    assert.equal(arrival.searchParams.get('iss'), demo.issuer);
    const mixedUp = new URL(arrival);
    mixedUp.searchParams.set('iss', 'http://127.0.0.1:9');
    await assert.rejects(party.redeem(mixedUp, checks));
  });
}
