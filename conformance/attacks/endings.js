// Attacks 47 and 57: what ends, ends for everybody who still holds something of it. The demo is started again with less.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { PEOPLE } from '../lib/journey.js';
import { ALFA, manifest } from './parties.js';

export async function attackEndings({ suite, plan, demo, files, clients }) {
  const ending = plan.party('ending');
  const acting = plan.party('acting');
  const held = {};

  await suite.check('attacks 47 and 57: tokens that live, a code that waits', async () => {
    held.client = await plan.succeed({ scope: 'openid offline_access' }, { party: ending });
    const authorised = await plan.authorise({}, { party: ending });
    held.code = { code: await plan.code(authorised), verifier: authorised.verifier };
    held.mandate = await plan.succeed({ scope: 'openid offline_access organization:alfa-prova' }, { party: acting, person: PEOPLE.mario });
    assert.equal((await acting.ask('introspection', { token: held.mandate.tokens.access_token })).json().active, true);
  });

  const { ending: _, ...left } = clients;
  await writeFile(files.clients, Object.values(left).join('\n'));
  await writeFile(files.manifest, manifest('withdrawn'));
  await demo.kill();
  await demo.run();

  await suite.check('attack 47: a portal that was taken out: its code, tokens and logins are refused at once', async () => {
    plan.refused(await ending.redeem(held.code.code, { verifier: held.code.verifier }), ['invalid_client', 'invalid_grant', 'unauthorized_client']);
    plan.refused(await ending.refresh(held.client.tokens.refresh_token), ['invalid_client', 'invalid_grant', 'unauthorized_client']);
    assert.equal((await ending.userinfo(held.client.tokens.access_token)).status, 401);
    plan.stopped(await plan.authorise({}, { party: ending }));
    plan.stopped(await plan.authorise({ prompt: 'none' }, { party: ending, citizen: held.client.citizen }));
  });

  await suite.check('attack 57: a mandate that was withdrawn: refresh is refused, tokens are inactive', async () => {
    const { tokens } = held.mandate;
    plan.refused(await acting.refresh(tokens.refresh_token), 'invalid_grant', 400);
    for (const token of [tokens.access_token, tokens.refresh_token]) {
      assert.deepEqual((await acting.ask('introspection', { token })).json(), { active: false });
    }
    assert.equal((await acting.userinfo(tokens.access_token)).status, 401);
    await plan.refusal(await plan.authorise({ scope: 'openid organization:alfa-prova' }, { party: acting, person: PEOPLE.mario }), 'access_denied');
    assert.ok(ALFA);
  });
}
