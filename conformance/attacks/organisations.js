// Attacks 56 and 58: organisations that one may not act for, and tabs that disagree.

import assert from 'node:assert/strict';
import { ACME, PEOPLE, choose, expectOrganisation, pickProvider, signIn } from '../lib/journey.js';
import { chooser } from '../walk/selectors.js';
import { ALFA } from './parties.js';

const NO_ROLES = { withRole: false };

export async function attackOrganisations({ suite, plan, demo }) {
  const acting = plan.party('acting');

  /** A citizen at the chooser of a new authorisation. */
  const atTheChooser = async (citizen = plan.citizen(), parameters) => {
    const asked = acting.request(parameters);
    await citizen.open(acting.at(asked.parameters));
    if (!(await citizen.count(chooser.option))) {
      await pickProvider(citizen, plan.identityProvider);
      await signIn(citizen, PEOPLE.mario);
    }
    assert.ok(await citizen.count(chooser.option), 'the chooser');
    return { citizen, asked };
  };

  await suite.check('attack 56: an organisation that was not offered is not taken', async () => {
    const { citizen } = await atTheChooser();
    const form = citizen.page.root.querySelector(chooser.submit).closest('form');
    const name = citizen.page.root.querySelector(`${chooser.option} input`).getAttribute('name');
    const shown = citizen.page;
    for (const made of ['0198f3c2-0000-7000-8000-000000000000', 'cooperativa-il-ponte', 'self', '', "' OR 1=1 --"]) {
      citizen.page = shown;
      const fields = citizen.fields(form);
      fields.set(name, made);
      await citizen.submit(form, form.querySelector('button'), fields);
      assert.ok(citizen.status() < 500, `${made}: ${citizen.status()}`);
      assert.ok(!acting.owns(citizen.url()) || new URL(citizen.url()).searchParams.get('error'), `${made}: no code`);
    }
    citizen.page = shown;
    await choose(citizen, ACME);
    assert.ok(acting.owns(citizen.url()) && new URL(citizen.url()).searchParams.get('code'), 'what was offered still does');
  });

  await suite.check('attack 56: asking for an organisation of others is answered as for one that does not exist', async () => {
    const answers = [];
    for (const pin of ['cooperativa-il-ponte', 'no-such-organisation', '0198f3c2-0000-7000-8000-000000000000']) {
      const seen = await plan.authorise({ scope: `openid organization:${pin}` }, { party: acting, person: PEOPLE.mario });
      const { error, error_description, state, ...rest } = await plan.refusal(seen, 'access_denied');
      answers.push(JSON.stringify([error, error_description, Object.keys(rest).sort()]));
    }
    assert.equal(new Set(answers).size, 1, `the same answer: ${answers}`);
  });

  await suite.check('attack 58: two tabs choose two organisations, and each grant keeps its own', async () => {
    const citizen = plan.citizen();
    const first = await atTheChooser(citizen);
    const page = citizen.page;
    const second = await atTheChooser(citizen, { prompt: 'select_account' });
    await choose(citizen, ALFA);
    const secondCode = new URL(citizen.url()).searchParams;
    citizen.page = page;
    await choose(citizen, ACME);
    const firstCode = new URL(citizen.url()).searchParams;
    assert.equal(firstCode.get('state'), first.asked.parameters.state);
    assert.equal(secondCode.get('state'), second.asked.parameters.state);
    const grants = [];
    for (const [code, asked, name] of [[firstCode, first.asked, ACME], [secondCode, second.asked, ALFA]]) {
      const tokens = plan.granted(await acting.redeem(code.get('code'), { verifier: asked.verifier }));
      const claims = await plan.identity(tokens, { asked: asked.parameters, party: acting });
      expectOrganisation({ ...claims, ...(await plan.userinfo({ tokens, claims, party: acting })) }, name, NO_ROLES);
      grants.push({ tokens, claims, name });
    }
    // Refreshed in the other order, nothing is swapped.
    for (const { tokens, claims, name } of grants.reverse()) {
      const again = plan.granted(await acting.refresh(tokens.refresh_token));
      expectOrganisation({ ...claims, ...(await plan.userinfo({ tokens: again, claims, party: acting })) }, name, NO_ROLES);
    }
  });

  assert.ok(demo);
}
