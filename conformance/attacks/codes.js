// Attacks 34, 35 and 36: codes, their verifiers, refresh tokens.

import assert from 'node:assert/strict';

const AT_ONCE = 50;

export async function attackCodes({ suite, plan, demo }) {
  const party = plan.client;
  const aCode = async (options) => {
    const authorised = await plan.authorise({}, options);
    return { code: await plan.code(authorised), verifier: authorised.verifier };
  };
  const dead = async ({ access_token }) => assert.equal((await party.userinfo(access_token)).status, 401, 'the access token is dead');

  await suite.check('attack 34: a code used twice is refused, and its tokens end', async () => {
    const done = await plan.succeed({ scope: 'openid offline_access' });
    plan.refused(await party.redeem(done.code, { verifier: done.verifier }), 'invalid_grant', 400);
    await dead(done.tokens);
    plan.refused(await party.refresh(done.tokens.refresh_token), 'invalid_grant', 400);
  });

  await suite.check('attack 34: a code of another client, or with another address, is refused', async () => {
    for (const [redeemer, fields] of [
      [plan.second, { redirect_uri: party.redirectUri }],
      [plan.second, {}],
      [party, { redirect_uri: `${party.redirectUri}/` }],
      [party, { redirect_uri: plan.second.redirectUri }],
      [party, { redirect_uri: undefined }],
    ]) {
      const { code, verifier } = await aCode();
      plan.refused(await redeemer.redeem(code, { verifier, fields }), ['invalid_grant', 'invalid_request'], 400);
    }
  });

  await suite.check(`attack 34: of ${AT_ONCE} exchanges of one code at once at most one gets tokens, and keeps none`, async () => {
    const { code, verifier } = await aCode();
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => party.redeem(code, { verifier })));
    const won = answers.filter((answer) => answer.status === 200);
    assert.ok(won.length <= 1, `${won.length} got tokens`);
    for (const answer of answers) if (answer.status !== 200) plan.refused(answer, 'invalid_grant', 400);
    for (const answer of won) await dead(answer.json());
  });

  await suite.check('attack 35: PKCE cannot be left out, weakened or guessed', async () => {
    for (const change of [
      { code_challenge: undefined, code_challenge_method: undefined },
      { code_challenge: undefined },
      { code_challenge_method: undefined },
      { code_challenge_method: 'plain' },
      { code_challenge_method: 's256' },
      { code_challenge: 'short' },
      { code_challenge: 'x'.repeat(129) },
      { code_challenge: `${'x'.repeat(42)}=` },
    ]) {
      await plan.refusal(await plan.authorise(change), 'invalid_request');
    }
    for (const verifier of [undefined, '', 'x'.repeat(42), 'x'.repeat(43), 'x'.repeat(129), 'ü'.repeat(43)]) {
      const { code } = await aCode();
      plan.refused(await party.redeem(code, { verifier }), ['invalid_grant', 'invalid_request'], 400);
    }
  });

  await suite.check('attack 35: a verifier where no challenge was, at a client that may do without', async () => {
    const { parameters, verifier } = party.request();
    delete parameters.code_challenge;
    delete parameters.code_challenge_method;
    await plan.refusal({ ...(await plan.follow(party.at(parameters))), asked: parameters, party }, 'invalid_request');
    assert.ok(verifier);
  });

  const family = async () => {
    const done = await plan.succeed({ scope: 'openid offline_access' });
    return { ...done, token: done.tokens.refresh_token };
  };

  await suite.check('attack 36: an old refresh token ends the whole family', async () => {
    const { token, tokens } = await family();
    const next = plan.granted(await party.refresh(token));
    assert.notEqual(next.refresh_token, token, 'each use gives another one');
    plan.refused(await party.refresh(token), 'invalid_grant', 400);
    plan.refused(await party.refresh(next.refresh_token), 'invalid_grant', 400);
    await dead(next);
    await dead(tokens);
  });

  await suite.check(`attack 36: of ${AT_ONCE} uses of one refresh token at once at most one is good, and the family ends`, async () => {
    const { token } = await family();
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => party.refresh(token)));
    const won = answers.filter((answer) => answer.status === 200);
    assert.ok(won.length <= 1, `${won.length} were good`);
    for (const answer of answers) if (answer.status !== 200) plan.refused(answer, 'invalid_grant', 400);
    for (const answer of won) plan.refused(await party.refresh(answer.json().refresh_token), 'invalid_grant', 400);
  });

  await suite.check('attack 36: by another client, made up, or with more scope', async () => {
    const { token } = await family();
    plan.refused(await plan.second.refresh(token), 'invalid_grant', 400);
    plan.refused(await party.refresh('made-up'), 'invalid_grant', 400);
    for (const scope of ['openid email offline_access', 'openid profile email', 'openid admin']) {
      plan.refused(await party.refresh(token, { fields: { scope } }), 'invalid_scope', 400);
    }
    assert.equal(plan.granted(await party.refresh(token, { fields: { scope: 'openid' } })).scope, 'openid');
  });

  await suite.check('attack 36: offline_access that was never asked for is not sneaked in', async () => {
    const { tokens } = await plan.succeed({ scope: 'openid' });
    if (tokens.refresh_token) plan.refused(await party.refresh(tokens.refresh_token, { fields: { scope: 'openid offline_access' } }), 'invalid_scope', 400);
  });

  await suite.check('attack 36: after logout the refresh token is dead', async () => {
    const { token, tokens, citizen } = await family();
    const url = new URL(plan.provider.endpoint('end_session'));
    url.searchParams.set('id_token_hint', tokens.id_token);
    url.searchParams.set('post_logout_redirect_uri', party.signedOutUri);
    await citizen.open(url.href);
    assert.ok(citizen.url().startsWith(party.signedOutUri));
    plan.refused(await party.refresh(token), 'invalid_grant', 400);
  });

  await suite.check('attack 36: after a restart a used refresh token stays used', async () => {
    const { token } = await family();
    const next = plan.granted(await party.refresh(token));
    await demo.kill();
    await demo.run();
    plan.refused(await party.refresh(token), 'invalid_grant', 400);
    plan.refused(await party.refresh(next.refresh_token), 'invalid_grant', 400);
  });
}
